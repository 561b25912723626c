"""The mix of what KOLs got in twelve months, and who got nothing but money (DOMAIN 6.8).

A used slot is an entry of the kind "resources"; a ledger entry that says the same is left out, as in the
return (6.7).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from incentives.models import Entry, Kind
from incentives.rules import mix as rules
from incentives.rules.mix import Mix
from incentives.rules.payback import month_after
from lifecycle.models import Booking
from profiles.models import Kol

MONTHS = 12
MOST_EQUALS = 20


def year_before(day: date) -> tuple[date, date]:
    """The twelve months up to ``day``: from the day after the same one of last year."""
    first = month_after(day.replace(day=1), -MONTHS)
    last = month_after(first).toordinal() - first.toordinal()
    return date.fromordinal(first.toordinal() + min(day.day, last)), day


def _entries(span: tuple[date, date]) -> QuerySet:
    return Entry.objects.standing().costs().filter(given_on__range=span)


def _slots(span: tuple[date, date]) -> QuerySet:
    return Booking.objects.used().filter(used_on__range=span)


def mixes_of(kols: Collection[UUID] | QuerySet, day: date) -> dict[UUID, Mix]:
    """By file; who got nothing has an empty one. Two queries."""
    span = year_before(day)
    found: dict[UUID, list[tuple[str, bool]]] = defaultdict(list)
    rows = _entries(span).filter(kol__in=kols).order_by().values_list("kol", "kind", "form")
    for kol, kind, form, count in rows.annotate(times=Count("pk")):
        found[kol] += [(kind, form == Entry.Form.MONEY)] * count
    slots = _slots(span).filter(kol__in=kols).order_by().values_list("kol")
    for kol, count in slots.annotate(times=Count("pk")):
        found[kol] += [(Kind.RESOURCES.value, False)] * count
    return defaultdict(lambda: rules.mix([]), {kol: rules.mix(entries) for kol, entries in found.items()})


def got_something(kols: QuerySet, day: date) -> QuerySet:
    """Files with an entry or a used slot in the twelve months."""
    return kols.filter(_has(_entries(day_span := year_before(day))) | _has(_slots(day_span)))


def only_money(kols: QuerySet, day: date) -> QuerySet:
    """Those who got money and nothing else in the twelve months."""
    span = year_before(day)
    money, other = _entries(span).filter(form=Entry.Form.MONEY), _entries(span).exclude(form=Entry.Form.MONEY)
    return kols.filter(_has(money)).exclude(_has(other)).exclude(_has(_slots(span)))


def _has(rows: QuerySet) -> Exists:
    return Exists(rows.filter(kol=OuterRef("pk")))


def equal_cases(kol: Kol, user) -> QuerySet:
    """Others that ``user`` sees, of the same stage, level and main field."""
    same = Kol.objects.visible_to(user).filter(stage=kol.stage, level=kol.level, main_field=kol.main_field_id)
    return same.exclude(pk=kol.pk).select_related("owner", "main_field").order_by("stage_since", "pk")
