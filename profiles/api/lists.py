"""The lists that only the API has: touches and figures."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import day_range
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Kol, Snapshot, Touch, TouchChannel, TouchReason

# At the ends of the calendar a moment of one zone is none in another.
KNOWN = (day_range.within,)


class TouchFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("From"), validators=KNOWN)
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", label=_("Until"), validators=KNOWN)
    channel = AnyOf(choices=TouchChannel, label=_("Channel"))
    began = AnyOf(choices=Touch.Began, label=_("Who began"))
    reason = AnyOf(choices=TouchReason, label=_("Why"))


class SnapshotFilter(FilterSet):
    kol = filters.UUIDFilter(method="filter_kol", label="KOL")
    account = filters.UUIDFilter(field_name="account", label=_("Account"))
    metric = filters.CharFilter(field_name="metric", label=_("Metric"))
    since = filters.DateFilter(field_name="end", lookup_expr="gte", label=_("From"))
    until = filters.DateFilter(field_name="end", lookup_expr="lte", label=_("Until"))

    def filter_kol(self, figures, _name, pk):
        """Of the days in which this file held their accounts (DOMAIN 3.3)."""
        return figures.of(Kol.objects.filter(pk=pk))


TOUCHES = ListSpec(
    name="touches",
    rows=lambda user: Touch.objects.standing().filter(kol__in=Kol.objects.visible_to(user)),
    prepare=lambda rows: rows.values(
        *("id", "kol", "at", "user__username", "channel", "began", "reason", "text", "answered"),
        *("reply_minutes", "next_on", "voice_reason"),
    ),
    filterset=TouchFilter,
    sorts=(Sort("at", "at", _("When"), descending_first=True),),
    default_sort="-at",
    template="",
    rows_template="",
)
SNAPSHOTS = ListSpec(
    name="snapshots",
    rows=lambda user: Snapshot.objects.of(Kol.objects.visible_to(user)).filter(standing=True),
    prepare=lambda rows: rows.with_holder().values(
        "id", "account", "holder", "metric", "value", "start", "end", "source", "writer__username", "at"
    ),
    filterset=SnapshotFilter,
    sorts=(Sort("end", "end", _("Day"), descending_first=True),),
    default_sort="-end",
    template="",
    rows_template="",
)
