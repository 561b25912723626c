"""The list of the no-go memory: a page, a panel on the file, a resource of the API (DOMAIN 4.10)."""

from datetime import timedelta

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team
from kol_crm.core.paging import Sort
from profiles.models import NoGo

SOON = timedelta(days=7)
STATES = (("open", _("Too early")), ("again", _("Look again")), ("lifted", _("Lifted")))


class NoGoFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    kind = AnyOf(choices=NoGo.Kind, label=_("Who said no"))
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))

    def filter_state(self, rows, _name, state):
        """Too early to ask again, time to look again, or lifted."""
        if state == "lifted":
            return rows.exclude(lifted_at=None)
        standing = rows.filter(lifted_at=None)
        return (
            standing.filter(look_again_on__gt=self.day)
            if state == "open"
            else standing.filter(look_again_on__lte=self.day)
        )


NO_GOS = lists.register(
    ListSpec(
        name="no_gos",
        rows=NoGo.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=NoGoFilter,
        sorts=(
            Sort("again", "look_again_on", _("Look again")),
            Sort("created", "created_at", _("Noted"), descending_first=True),
        ),
        default_sort="again",
        columns=(
            Column("who", _("Who"), css="col-kol"),
            Column("kind", _("Who said no"), css="col-note-kind"),
            Column("cause", _("Cause")),
            Column("again", _("Look again"), sort="again", css="col-due"),
            Column("team", _("Team"), css="col-owner"),
            Column("created", _("Noted"), sort="created", css="col-touch", right=True),
        ),
        template="profiles/no_go/list.html",
        rows_template="profiles/no_go/_rows.html",
        panel_template="profiles/no_go/_panel.html",
    )
)
