"""The list of greetings: a page, the panel of a file, a resource of the API (DOMAIN 7.3).

Nothing in it counts or ranks operators: care is no figure of theirs (7.5).
"""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from incentives.models import Greeting
from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from profiles import search
from profiles.filters import OfFileFilter
from profiles.models import Kol


class GreetingFilter(OfFileFilter):
    """Several values of one filter mean any of them, several filters mean all of them."""

    occasion = AnyOf(choices=Greeting.Occasion, label=_("Occasion"))
    state = AnyOf(choices=Greeting.State, label=_("State"))
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label=_("From the day"))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label=_("Until the day"))
    q = filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_q(self, rows, _name, term):
        """A KOL's name in any script."""
        named = search.matching(Kol._base_manager.filter(greetings__in=rows), term)
        return rows.filter(kol__in=named.values("pk"))


GREETINGS = lists.register(
    ListSpec(
        name="greetings",
        rows=Greeting.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=GreetingFilter,
        sorts=(Sort("day", "on", _("Day"), descending_first=True),),
        default_sort="-day",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("occasion", _("Occasion")),
            Column("day", _("Day"), sort="day", css="col-plan-due"),
            Column("state", _("State"), css="col-penalty"),
            Column("outcome", _("Delivery")),
            Column("channel", _("Channel"), css="col-plan-due"),
        ),
        template="incentives/greeting/list.html",
        rows_template="incentives/greeting/_rows.html",
        panel_template="incentives/greeting/_panel.html",
    )
)
