"""The list of tasks: page, panel of a file, resource of the API (DOMAIN 8.1)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import User
from kol_crm.core.paging import Sort
from lifecycle.filters import SPANS, span
from lifecycle.models import Task
from profiles.filters import OfFileFilter, OwnerFilter

DUE = SPANS
ME = "me"


class TaskFilter(OfFileFilter):
    """Of files, of who does them, and open till a day."""

    state = filters.ChoiceFilter(choices=Task.State, method="filter_state", label=_("State"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
    assignee = OwnerFilter(
        method="filter_assignee",
        label=_("Who does it"),
        queryset=User.objects.all(),
        to_field_name="username",
    )

    def filter_state(self, rows, _name, state):
        return rows.filter(done_at__isnull=state == Task.State.OPEN)

    def filter_due(self, rows, _name, spans):
        wanted = span(spans[0], self.day, "due_on")
        for name in spans[1:]:
            wanted |= span(name, self.day, "due_on")
        return rows.open().filter(wanted)

    def filter_assignee(self, rows, _name, people):
        """``me``, and users by their names; nobody else is anybody's."""
        wanted = Q(assignee__in=[one.pk for one in people if isinstance(one, User)])
        return rows.filter(wanted | Q(assignee=self.user) if ME in people else wanted)


TASKS = lists.register(
    ListSpec(
        name="tasks",
        rows=Task.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=TaskFilter,
        sorts=(
            Sort("due", "due_on", _("Due")),
            Sort("created", "created_at", _("Set"), descending_first=True),
        ),
        default_sort="due",
        columns=(
            Column("what", _("What is to be done")),
            Column("kol", "KOL", css="col-kol"),
            Column("assignee", _("Who does it"), css="col-owner"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("Due"), sort="due", css="col-plan-due"),
            Column("created", _("Set"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/task/list.html",
        rows_template="lifecycle/task/_rows.html",
        panel_template="lifecycle/task/_panel.html",
    )
)
