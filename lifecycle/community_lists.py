"""The lists of communities and of KOLs whom none covers: pages, and resources of the API (DOMAIN 5.7)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from lifecycle import coverage
from lifecycle.models import Community, Medium
from profiles.filters import KolFilter, OwnerFilter, SlugsFilter
from profiles.models import KolType, Stage

STATES = (("living", _("Living")), ("closed", _("Closed")))


class CommunityFilter(FilterSet):
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    type = SlugsFilter(KolType, method="filter_type", label=_("Type of KOL"))
    channel = AnyOf(choices=Medium, label=_("Channel"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))
    kol = filters.UUIDFilter(method="filter_kol", label="KOL")

    def filter_state(self, rows, _name, state):
        return rows.filter(closed_at__isnull=state == "living")

    def filter_type(self, rows, _name, types):
        return rows.filter(type__in=types) if types else rows

    def filter_kol(self, rows, _name, kol):
        """Those they are in now."""
        return rows.filter(members__kol=kol, members__left_on=None)


class UncoveredFilter(FilterSet):
    stage = AnyOf(choices=[(stage.value, stage.label) for stage in Stage if stage in coverage.ACTIVE])
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))

    def filter_file(self, rows, name, value):
        """As the KOL list filters files by it."""
        return getattr(KolFilter, f"filter_{name}")(self, rows, name, value)


COMMUNITIES = lists.register(
    ListSpec(
        name="communities",
        rows=Community.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=CommunityFilter,
        sorts=(
            Sort("name", "name", _("Name")),
            Sort("created", "created_at", _("Created"), descending_first=True),
        ),
        default_sort="name",
        columns=(
            Column("name", _("Community"), sort="name"),
            Column("type", _("Type of KOL"), css="col-penalty"),
            Column("channel", _("Channel"), css="col-note-kind"),
            Column("host", _("Host"), css="col-owner"),
            Column("members", _("Members"), css="col-plan-due", right=True),
            Column("spoke", _("Spoke in 30 days"), css="col-plan-due", right=True),
            Column("team", _("Team"), css="col-owner"),
            Column("created", _("Created"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/community/list.html",
        rows_template="lifecycle/community/_rows.html",
        panel_template="lifecycle/community/_panel.html",
    )
)
UNCOVERED = lists.register(
    ListSpec(
        name="uncovered",
        rows=coverage.uncovered,
        prepare=lambda rows: rows.for_list(),
        filterset=UncoveredFilter,
        sorts=(
            Sort("name", "sort_name", _("Name")),
            Sort("since", "stage_since", _("In stage since"), nullable=True),
        ),
        default_sort="since",
        columns=(
            Column("kol", "KOL", sort="name"),
            Column("stage", _("Stage"), css="col-note-kind"),
            Column("since", _("In stage since"), sort="since", css="col-plan-due"),
            Column("type", _("Type of KOL"), css="col-penalty"),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="lifecycle/coverage/uncovered.html",
        rows_template="lifecycle/coverage/_rows.html",
    )
)
