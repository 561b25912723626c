"""Milestones that own accounts crossed by fresh figures (DOMAIN 7.1): over all files, and of some."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag

from incentives.rules.milestone import FRESH_DAYS, LEAST, MILESTONES, reached
from profiles.models import Account, Platform, Snapshot
from profiles.models.figures import PRESENT
from profiles.rules.metric import FOLLOWERS


def _grown(day: date) -> QuerySet[Account]:
    """Own accounts that may have crossed one: with enough followers by a fresh figure."""
    since = day - timedelta(days=FRESH_DAYS)
    rows = Account.objects.filter(platform=Platform.OWN, kol__isnull=False)
    return rows.filter(followers__gte=LEAST, followers_on__gte=since)


def _figures(accounts: QuerySet[Account], day: date) -> QuerySet[Snapshot]:
    """Their fresh follower figures of the present holder."""
    since = day - timedelta(days=FRESH_DAYS)
    rows = Snapshot.objects.filter(PRESENT, account__in=accounts, metric=FOLLOWERS, standing=True)
    return rows.filter(end__range=(since, day + timedelta(days=1)))


def files(day: date) -> Iterable[UUID]:
    """Files whose own account crossed one between two fresh figures that follow each other: one statement."""
    before = Window(Lag("value"), partition_by=F("account"), order_by=["end", "at", "id"])
    over = Q(pk__in=[])
    for one in MILESTONES:
        over |= Q(before__lt=one, value__gte=one)
    rows = _figures(_grown(day), day).annotate(before=before, holder=F("account__kol"))
    return {row["holder"] for row in rows.values("holder", "before", "value").filter(over)}


def of(kol_ids: Collection[UUID], day: date) -> Iterator[tuple[UUID, int]]:
    """(file, the highest milestone) of those of these files that crossed one."""
    by_file: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    rows = _figures(_grown(day).filter(kol__in=kol_ids), day).order_by("end", "at", "id")
    for kol_id, end, value in rows.values_list("account__kol", "end", "value"):
        by_file[kol_id][end] = value
    for kol_id, figures in by_file.items():
        number = reached(figures.values())
        if number is not None:
            yield kol_id, number


def words(number: int, language: str) -> str:
    """100,000, or 10 万 as Chinese readers count."""
    if language.startswith("zh"):
        return f"{number // 100_000_000} 亿" if number >= 100_000_000 else f"{number // 10_000} 万"
    return f"{number:,}"
