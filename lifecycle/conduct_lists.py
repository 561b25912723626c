"""The lists of violations and conflicts: pages, panels of a file, resources of the API (DOMAIN 5.10)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.filters import LEVELS, SPANS, span
from lifecycle.models import Conflict, Rule, Severity, Violation
from lifecycle.rules.penalty import NONE
from profiles.filters import OfFileFilter


class DueOfFileFilter(OfFileFilter):
    """Of files, and open till a day."""

    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))

    def filter_due(self, rows, _name, spans):
        wanted = span(spans[0], self.day, "due_on")
        for name in spans[1:]:
            wanted |= span(name, self.day, "due_on")
        return rows.open().filter(wanted)


class ViolationFilter(DueOfFileFilter):
    state = AnyOf(choices=Violation.State, label=_("State"))
    rule = filters.ModelChoiceFilter(queryset=Rule.objects.all(), label=_("Rule"))
    severity = AnyOf(choices=[(str(value), label) for value, label in Severity.choices], label=_("Penalty"))
    level = AnyOf(choices=LEVELS, method="filter_level", label=_("Level at the decision"))

    def filter_level(self, rows, _name, levels):
        return rows.decided().filter(level__in=["" if level == NONE else level for level in levels])


class ConflictFilter(DueOfFileFilter):
    state = filters.ChoiceFilter(choices=Conflict.State, method="filter_state", label=_("State"))

    def filter_state(self, rows, _name, state):
        return rows.filter(closed_at__isnull=state == Conflict.State.OPEN)


VIOLATIONS = lists.register(
    ListSpec(
        name="violations",
        rows=Violation.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ViolationFilter,
        sorts=(
            Sort("created", "created_at", _("Recorded"), descending_first=True),
            Sort("happened", "happened_at", _("Happened"), descending_first=True),
            Sort("due", "due_on", _("To decide"), nullable=True),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("rule", _("Rule"), css="col-rule"),
            Column("what", _("What happened")),
            Column("happened", _("Happened"), sort="happened", css="col-happened"),
            Column("penalty", _("Penalty"), css="col-penalty"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("To decide"), sort="due", css="col-plan-due"),
            Column("created", _("Recorded"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/violation/list.html",
        rows_template="lifecycle/violation/_rows.html",
        panel_template="lifecycle/violation/_panel.html",
    )
)
CONFLICTS = lists.register(
    ListSpec(
        name="conflicts",
        rows=Conflict.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ConflictFilter,
        sorts=(
            Sort("due", "due_on", _("Next look"), nullable=True),
            Sort("created", "created_at", _("Noted"), descending_first=True),
        ),
        default_sort="due",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("what", _("What it is about")),
            Column("users", _("Which users"), css="col-rule"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("Next look"), sort="due", css="col-plan-due"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("created", _("Noted"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/conflict/list.html",
        rows_template="lifecycle/conflict/_rows.html",
        panel_template="lifecycle/conflict/_panel.html",
    )
)
