"""The registers of exclusivity, sightings and stops: pages, panels of a file, resources (DOMAIN 5.6)."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, Flag
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.conduct_lists import DueOfFileFilter
from lifecycle.models import CHANNELS, ContentKind, Exclusivity, Sighting, Stop
from profiles.models import StopMark


def _names_any(column: str, values) -> Q:
    """Rows whose list in ``column`` names one of these; both databases keep the list as text."""
    wanted = Q()
    for value in values:
        wanted |= Q(**{f"{column}__icontains": f'"{value}"'})
    return wanted


class ExclusivityFilter(DueOfFileFilter):
    state = AnyOf(choices=Exclusivity.State, method="filter_state", label=_("State"))
    channel = AnyOf(choices=CHANNELS, method="filter_channel", label=_("Channel"))
    kind = AnyOf(choices=ContentKind, method="filter_kind", label=_("Content kind"))
    ends_before = filters.DateFilter(field_name="ends_on", lookup_expr="lte", label=_("Ends by"))

    def filter_state(self, rows, _name, states):
        wanted = Exclusivity.objects.none()
        for state in states:
            wanted |= Exclusivity.objects.in_state(state, self.day)
        return rows & wanted

    def filter_channel(self, rows, _name, values):
        """One that names no channel covers them all."""
        return rows.filter(_names_any("channels", values) | Q(channels=[]))

    def filter_kind(self, rows, _name, values):
        return rows.filter(_names_any("kinds", values) | Q(kinds=[]))


class SightingFilter(DueOfFileFilter):
    state = AnyOf(choices=Sighting.State, label=_("State"))
    channel = AnyOf(choices=CHANNELS, label=_("Where"))
    exclusivity = filters.UUIDFilter(field_name="exclusivity", label=_("Exclusivity"))


class StopFilter(DueOfFileFilter):
    cause = AnyOf(choices=StopMark, label=_("Cause"))
    standing = Flag(field_name="ended_at", lookup_expr="isnull", label=_("Standing"))


EXCLUSIVITIES = lists.register(
    ListSpec(
        name="exclusivities",
        rows=Exclusivity.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ExclusivityFilter,
        sorts=(
            Sort("ends", "ends_on", _("End")),
            Sort("starts", "starts_on", _("Start"), descending_first=True),
            Sort("created", "created_at", _("Noted"), descending_first=True),
            Sort("due", "due_on", _("Reminder"), nullable=True),
        ),
        default_sort="ends",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("scope", _("Scope")),
            Column("channels", _("Channels"), css="col-rule"),
            Column("starts", _("Start"), sort="starts", css="col-plan-due"),
            Column("ends", _("End"), sort="ends", css="col-plan-due"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("Reminder"), sort="due", css="col-plan-due"),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="lifecycle/exclusivity/list.html",
        rows_template="lifecycle/exclusivity/_rows.html",
        panel_template="lifecycle/exclusivity/_panel.html",
    )
)
SIGHTINGS = lists.register(
    ListSpec(
        name="sightings",
        rows=Sighting.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=SightingFilter,
        sorts=(
            Sort("created", "created_at", _("Recorded"), descending_first=True),
            Sort("seen", "seen_on", _("Seen on"), descending_first=True),
            Sort("due", "due_on", _("To decide"), nullable=True),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("what", _("What was seen")),
            Column("channel", _("Where"), css="col-penalty"),
            Column("seen", _("Seen on"), sort="seen", css="col-plan-due"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("To decide"), sort="due", css="col-plan-due"),
            Column("created", _("Recorded"), sort="created", css="col-plan-due", right=True),
        ),
        template="lifecycle/sighting/list.html",
        rows_template="lifecycle/sighting/_rows.html",
        panel_template="lifecycle/sighting/_panel.html",
    )
)
STOPS = lists.register(
    ListSpec(
        name="stops",
        rows=Stop.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=StopFilter,
        sorts=(
            Sort("created", "created_at", _("Stopped"), descending_first=True),
            Sort("due", "due_on", _("To decide"), nullable=True),
        ),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("cause", _("Cause"), css="col-rule"),
            Column("why", _("Why")),
            Column("since", _("Stopped"), sort="created", css="col-plan-due"),
            Column("until", _("Until"), css="col-plan-due"),
            Column("state", _("State"), css="col-penalty"),
            Column("due", _("To decide"), sort="due", css="col-plan-due"),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="lifecycle/stop/list.html",
        rows_template="lifecycle/stop/_rows.html",
        panel_template="lifecycle/stop/_panel.html",
    )
)
