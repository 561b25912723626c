"""The list of mixes: who got what in twelve months, and who got only money (DOMAIN 6.8)."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from incentives import mixes
from kol_crm.core import installation, lists
from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.paging import Sort
from lifecycle.filters import LEVELS
from profiles.filters import KolFilter, OwnerFilter, SlugsFilter
from profiles.models import Field, Kol, Stage


class MixFilter(FilterSet):
    """Files that got something in the twelve months; ``only_money``: nothing else, or more than that."""

    only_money = Flag(method="filter_only_money", label=_("Only money"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    stage = AnyOf(choices=Stage, label=_("Stage"))
    level = AnyOf(choices=LEVELS, method="filter_file", label=_("Level"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))

    def filter_queryset(self, queryset):
        return super().filter_queryset(mixes.got_something(queryset, installation.day(self.now)))

    def filter_only_money(self, kols, _name, asked):
        flagged = mixes.only_money(Kol.objects.all(), installation.day(self.now))
        return (
            kols.filter(pk__in=flagged.values("pk")) if asked else kols.exclude(pk__in=flagged.values("pk"))
        )

    def filter_file(self, kols, name, value):
        """As the KOL list filters files by it."""
        return getattr(KolFilter, f"filter_{name}")(self, kols, name, value)


MIXES = lists.register(
    ListSpec(
        name="mixes",
        rows=Kol.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=MixFilter,
        sorts=(
            Sort("stage_since", "stage_since", _("In stage"), nullable=True),
            Sort("name", "sort_name", _("Name")),
        ),
        default_sort="name",
        columns=(
            Column("kol", "KOL", sort="name", css="col-kol"),
            Column("stage", _("Stage"), sort="stage_since", css="col-stage"),
            Column("mix", _("Entries in 12 months")),
            Column("money", _("Of it money"), css="col-plan-amount", right=True),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="incentives/value/mix.html",
        rows_template="incentives/value/_mix_rows.html",
    )
)
