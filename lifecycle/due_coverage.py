"""What coverage offers for Today: one row for all who are not looked after (DOMAIN 5.7, 8.1).

An operator is told of the own files; a manager also of operators above load and of absences without a deputy.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy, rights
from kol_crm.core.due import DueRow, DueSource, is_among, narrowed
from kol_crm.core.kept import KeptRows
from kol_crm.core.models import User
from lifecycle import coverage
from lifecycle.days import installation_day
from lifecycle.figures import LOAD
from profiles.models import FileCount, Kol, Stage
from profiles.services import access

COVERAGE = "coverage"
MOST = 99  # files that a row of Today counts: to count thousands takes longer than the other rows together


def own_uncovered(user) -> QuerySet[Kol]:
    return coverage.uncovered(user).filter(owner=user)


_SOME_UNCOVERED = KeptRows(lambda user: own_uncovered(user).values_list("pk", flat=True)[: MOST + 1])


def _above_load(user) -> QuerySet[User]:
    """Operators of the teams above load. Files are counted only where the counters say so many of them:
    the number in the rail asks on every page."""
    most = policy.current().get(LOAD)
    counted = FileCount.objects.filter(
        dimension="owner", team=OuterRef("team"), value=Cast(OuterRef("pk"), CharField())
    )
    counted = counted.exclude(stage=Stage.DEPARTED).order_by().values("dimension").annotate(n=Sum("count"))
    files = Kol.objects.visible_to(user).active().filter(owner=OuterRef("pk"))
    files = files.exclude(stage=Stage.DEPARTED).order_by().values("owner").annotate(n=Count("pk"))
    roughly = Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
    exactly = Coalesce(Subquery(files.values("n"), output_field=IntegerField()), 0)
    people = User.objects.filter(team__in=access.teams_for(user)).annotate(roughly=roughly)
    return people.annotate(files=Case(When(roughly__gt=most, then=exactly), default=0)).filter(files__gt=most)


def _waiting(user, _until: date, without: Collection[str] = ()) -> QuerySet[User]:
    if not rights.works_in_a_team(user):
        return User.objects.none()
    found = Q(Exists(own_uncovered(user)))
    if user.is_manager:
        day = installation_day(timezone.now())
        found |= Q(Exists(coverage.uncertain(user, day))) | Q(Exists(_above_load(user)))
    rows = User.objects.filter(found, pk=user.pk)
    return narrowed(rows, without)


def _found(user, day: date) -> tuple[int, list[coverage.Load], list[coverage.Gap]]:
    loads = coverage.overloaded(user) if user.is_manager else []
    gaps = coverage.gaps(user, day) if user.is_manager else []
    return len(_SOME_UNCOVERED.of(key=(MOST, *user.sight), given=(user,))), loads, gaps


def told(user, day: date) -> str:
    """2 active KOLs without a community or a single contact; 1 absence without a deputy."""
    return coverage.summary(*_found(user, day), most=MOST)


def _rows(user, day: date, until: date, _limit: int, without: Collection[str] = ()) -> list[DueRow]:
    if until < day or not rights.works_in_a_team(user) or not is_among(str(user.pk), without):
        return []
    found = _found(user, installation_day(timezone.now()))
    if not any(found):
        return []
    return [
        DueRow(
            key=f"{COVERAGE}:{user.pk}",
            kind=COVERAGE,
            icon="radar",
            kind_label=_("Coverage"),
            subject=user.team,
            why=coverage.summary(*found, most=MOST),
            due=day,
            action=_("Look through"),
            detail_url=reverse("lifecycle:coverage-today"),
        )
    ]


SOURCE = DueSource(
    label=gettext_lazy("Coverage"), rows=_rows, waiting=_waiting, personal=True, is_id=str.isdecimal
)
