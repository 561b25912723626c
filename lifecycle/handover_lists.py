"""The list of files handed over: page, panel of a file, resource of the API (DOMAIN 5.9)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from lifecycle.models import HandedFile
from profiles.filters import KolFilter
from profiles.models import Kol

State = HandedFile.State


class HandoverFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    handover = filters.UUIDFilter(field_name="handover", label=_("Handover"))
    state = filters.ChoiceFilter(choices=State, method="filter_state", label=_("State"))
    giver = filters.ModelChoiceFilter(
        field_name="handover__giver",
        queryset=User.objects.all(),
        to_field_name="username",
        label=_("From whom"),
    )
    receiver = filters.ModelChoiceFilter(
        field_name="handover__receiver",
        queryset=User.objects.all(),
        to_field_name="username",
        label=_("To whom"),
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_team", label=_("Team"))

    def filter_state(self, rows, _name, state):
        asked = {"confirmed_at__isnull": state != State.CONFIRMED, "ended_at__isnull": state != State.ENDED}
        return rows.filter(**asked)

    def filter_team(self, rows, name, team):
        """As the KOL list filters files by it."""
        return rows.filter(kol__in=KolFilter.filter_team(self, Kol.objects.all(), name, team))


HANDOVERS = lists.register(
    ListSpec(
        name="handovers",
        rows=HandedFile.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=HandoverFilter,
        sorts=(Sort("since", "handed_at", _("Handed over")),),
        default_sort="since",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("from", _("From whom"), css="col-owner"),
            Column("to", _("To whom"), css="col-owner"),
            Column("state", _("State"), css="col-penalty"),
            Column("open", _("Promises without an owner"), css="col-plan-due", right=True),
            Column("since", _("Handed over"), sort="since", css="col-plan-due"),
            Column("due", _("To be confirmed by"), css="col-plan-due"),
        ),
        template="lifecycle/handover/list.html",
        rows_template="lifecycle/handover/_rows.html",
        panel_template="lifecycle/handover/_panel.html",
    )
)
