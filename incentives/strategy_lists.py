"""The list of strategy adjustments: a page, a panel of a file, a resource of the API (DOMAIN 6.8)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incentives.models import Strategy
from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.months import MonthFilter
from kol_crm.core.paging import Sort
from lifecycle.filters import SPANS, span
from profiles.filters import OfFileFilter
from profiles.models import Level, Stage

KINDS = (("kol", _("One KOL")), ("group", _("A group")))


class StrategyFilter(OfFileFilter):
    """Of files by whose they are; ``team`` also finds what was decided for that team's groups."""

    about = filters.ChoiceFilter(choices=KINDS, method="filter_about", label=_("For"))
    state = filters.ChoiceFilter(choices=Strategy.State, method="filter_state", label=_("State"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
    stage = AnyOf(choices=Stage, label=_("Stage"))
    level = AnyOf(choices=Level, label=_("Level"))
    cohort = MonthFilter(field_name="cohort", label=_("Cohort"))

    def filter_about(self, rows, _name, kind):
        return rows.filter(kol__isnull=kind == "group")

    def filter_state(self, rows, _name, state):
        return rows.filter(settled_at__isnull=state == Strategy.State.OPEN)

    def filter_due(self, rows, _name, spans):
        wanted = Q(pk__in=[])
        for name in spans:
            wanted |= span(name, self.day, "look_on")
        return rows.open().filter(wanted)

    def filter_file(self, rows, name, value):
        found = Q(pk__in=super().filter_file(rows, name, value).values("pk"))
        return rows.filter(found | Q(kol=None, team=value) if name == "team" else found)


STRATEGIES = lists.register(
    ListSpec(
        name="strategies",
        rows=Strategy.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=StrategyFilter,
        sorts=(
            Sort("decided", "decided_on", _("From"), descending_first=True),
            Sort("due", "look_on", _("Look at it")),
        ),
        default_sort="-decided",
        columns=(
            Column("for", _("For"), css="col-kol"),
            Column("what", _("What changes")),
            Column("expected", _("Expected")),
            Column("happened", _("What happened")),
            Column("state", _("State"), css="col-penalty"),
            Column("decided", _("From"), sort="decided", css="col-plan-due"),
            Column("due", _("Look at it"), sort="due", css="col-plan-due"),
        ),
        template="incentives/strategy/list.html",
        rows_template="incentives/strategy/_rows.html",
        panel_template="incentives/strategy/_panel.html",
    )
)
