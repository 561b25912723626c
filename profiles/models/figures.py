"""Whose figures are whose: an account's figures stay with who held it in their days (DOMAIN 3.3, 3.5)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

PRESENT = Q(account__held_since=None) | Q(start__gte=F("account__held_since"))


class SnapshotQuerySet(models.QuerySet):
    def of(self, kols):
        """Figures of the days in which one of ``kols`` held their account.

        One that covers the day of the change itself is nobody's: it tells of two people.
        """
        ended = _holdings().filter(kol__in=kols, until__isnull=False)
        of_the_days = ended.filter(_in_its_days(), account=OuterRef("account"))
        former = Q(account__in=ended.values("account")) & Exists(of_the_days)
        return self.filter((Q(account__kol__in=kols) & PRESENT) | former)

    def with_holder(self):
        """``holder``: the id of the file that held the account in the days of the figure."""
        former = _holdings().filter(_in_its_days(), account=OuterRef("account"), until__isnull=False)
        present = When(PRESENT, then=F("account__kol"))
        former_kol = Subquery(former.values("kol")[:1])
        return self.annotate(holder=Case(present, default=former_kol, output_field=models.UUIDField()))

    def stale_on(self, day: date, limits: Mapping[str, int]):
        """Newest figures of present holders older than the limit of their metric, in days."""
        by_limit: dict[int, list[str]] = {}
        for metric, limit in limits.items():
            by_limit.setdefault(limit, []).append(metric)
        old = Q(pk__in=[])
        for limit, metrics in by_limit.items():
            old |= Q(metric__in=metrics, end__lt=day - timedelta(days=limit))
        return self.filter(old, PRESENT, newest=True)


class AccountQuerySet(models.QuerySet):
    def unentered(self):
        """Of which no followers are known in the days of whoever holds them: nobody entered them yet."""
        return self.filter(followers=None, kol__isnull=False)


def _holdings():
    return apps.get_model("profiles", "Holding").objects.order_by()


def _in_its_days() -> Q:
    """Of holdings, those that the figure of the outer query lies in."""
    return Q(until__gt=OuterRef("end")) & (Q(first=True) | Q(since__lte=OuterRef("start")))
