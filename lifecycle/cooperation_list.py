"""The list of cooperation plans: a page, the panel of a file, a resource of the API (DOMAIN 4.7)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from lifecycle.models import CooperationPlan
from profiles.filters import KolFilter, OwnerFilter
from profiles.models import Kol


class CooperationFilter(FilterSet):
    kol = filters.UUIDFilter(field_name="kol", label="KOL")
    programme = filters.UUIDFilter(field_name="candidate__programme", label=_("Programme"))
    state = AnyOf(choices=CooperationPlan.State, label=_("State"))
    keeps = AnyOf(choices=CooperationPlan.Keeps, label=_("What keeps them"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))

    def filter_file(self, rows, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return rows.filter(kol__in=ask(self, Kol.objects.all(), name, value))


COOPERATIONS = lists.register(
    ListSpec(
        name="cooperation",
        rows=CooperationPlan.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=CooperationFilter,
        sorts=(Sort("created", "created_at", _("Created"), descending_first=True),),
        default_sort="-created",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("title", _("Plan")),
            Column("state", _("State"), css="col-plan-state"),
            Column("keeps", _("What keeps them"), css="col-plan-kinds"),
            Column("number", _("Version"), css="col-level", right=True),
            Column("owner", _("Owner"), css="col-owner"),
            Column("created", _("Created"), sort="created", css="col-touch", right=True),
        ),
        template="lifecycle/cooperation/list.html",
        rows_template="lifecycle/cooperation/_rows.html",
        panel_template="lifecycle/cooperation/_panel.html",
    )
)
