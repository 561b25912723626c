"""The list of outreach: a page, the panel of a file, a resource of the API (DOMAIN 4.8)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from lifecycle.filters import SPANS, span
from lifecycle.models import LADDER_CHOICES, Outreach
from profiles.filters import KolFilter, OwnerFilter
from profiles.models import Kol


class OutreachFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    programme = filters.UUIDFilter(field_name="candidate__programme", label=_("Programme"))
    candidate = filters.UUIDFilter(field_name="candidate", label=_("Candidate"))
    state = AnyOf(choices=Outreach.State, label=_("State"))
    channel = AnyOf(choices=LADDER_CHOICES, field_name="next_channel", label=_("Next channel"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))

    def filter_due(self, rows, _name, spans):
        wanted = span(spans[0], self.day, "next_on")
        for name in spans[1:]:
            wanted |= span(name, self.day, "next_on")
        return rows.live().filter(wanted)

    def filter_file(self, rows, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return rows.filter(kol__in=ask(self, Kol.objects.all(), name, value))


OUTREACHES = lists.register(
    ListSpec(
        name="outreach",
        rows=Outreach.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=OutreachFilter,
        sorts=(
            Sort("due", "next_on", _("Next attempt"), nullable=True),
            Sort("created", "created_at", _("Begun"), descending_first=True),
        ),
        default_sort="due",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("programme", _("Programme")),
            Column("attempts", _("Attempts"), css="col-attempts"),
            Column("next", _("Next attempt"), sort="due", css="col-attempt"),
            Column("state", _("State"), css="col-note-kind"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("created", _("Begun"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/outreach/list.html",
        rows_template="lifecycle/outreach/_rows.html",
        panel_template="lifecycle/outreach/_panel.html",
    )
)
