"""The list of gifts: a page, a panel of a file, a resource of the API (DOMAIN 7.4)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incentives.models import Gift
from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.filters import SPANS, span
from profiles.filters import OfFileFilter
from profiles.models import Level


class GiftFilter(OfFileFilter):
    """``due`` goes by the next step, ``since`` and ``until`` by the day that a gift is for."""

    state = AnyOf(choices=Gift.State, label=_("State"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
    level = AnyOf(field_name="kol__level", choices=Level, label=_("Level"))
    since = filters.DateFilter(field_name="for_on", lookup_expr="gte", label=_("For a day from"))
    until = filters.DateFilter(field_name="for_on", lookup_expr="lte", label=_("For a day until"))

    def filter_due(self, rows, _name, spans):
        wanted = Q(pk__in=[])
        for name in spans:
            wanted |= span(name, self.day, "next_on")
        return rows.filter(wanted, next_on__isnull=False)


GIFTS = lists.register(
    ListSpec(
        name="gifts",
        rows=Gift.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=GiftFilter,
        sorts=(
            Sort("created", "created_at", _("Noted"), descending_first=True),
            Sort("day", "for_on", _("For the day"), nullable=True),
            Sort("due", "next_on", _("Due"), nullable=True),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("item", _("Gift")),
            Column("recipient", _("For whom"), css="col-owner"),
            Column("occasion", _("Occasion")),
            Column("day", _("For the day"), sort="day", css="col-plan-due"),
            Column("state", _("State"), css="col-penalty"),
            Column("amount", _("Amount"), css="col-plan-amount", right=True),
            Column("due", _("Due"), sort="due", css="col-plan-due"),
        ),
        template="incentives/gift/list.html",
        rows_template="incentives/gift/_rows.html",
        panel_template="incentives/gift/_panel.html",
    )
)
