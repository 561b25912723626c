"""The lists that only the API has: touches and figures."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Kol, Snapshot, Touch


class TouchFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("From"))
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", label=_("Until"))


class SnapshotFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="account__kol", label="KOL")
    account = filters.UUIDFilter(field_name="account", label=_("Account"))
    metric = filters.CharFilter(field_name="metric", label=_("Metric"))
    since = filters.DateFilter(field_name="end", lookup_expr="gte", label=_("From"))
    until = filters.DateFilter(field_name="end", lookup_expr="lte", label=_("Until"))


TOUCHES = ListSpec(
    name="touches",
    rows=lambda user: Touch.objects.standing().filter(kol__in=Kol.objects.visible_to(user)),
    prepare=lambda rows: rows.values(
        "id", "kol", "at", "user__username", "channel", "began", "text", "answered"
    ),
    filterset=TouchFilter,
    sorts=(Sort("at", "at", _("When"), descending_first=True),),
    default_sort="-at",
    template="",
    rows_template="",
)
SNAPSHOTS = ListSpec(
    name="snapshots",
    rows=lambda user: Snapshot.objects.filter(standing=True, account__kol__in=Kol.objects.visible_to(user)),
    prepare=lambda rows: rows.values(
        "id", "account", "account__kol", "metric", "value", "start", "end", "source", "writer__username", "at"
    ),
    filterset=SnapshotFilter,
    sorts=(Sort("end", "end", _("Day"), descending_first=True),),
    default_sort="-end",
    template="",
    rows_template="",
)
