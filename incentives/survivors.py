"""The list behind survival: who entered initial in which month, and where they stood months later (7.8)."""

from datetime import date

import django_filters as filters
from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import installation, lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team
from kol_crm.core.months import MonthFilter, following
from kol_crm.core.paging import Sort
from lifecycle.filters import LEVELS
from lifecycle.models import LOST_FROM, Stay
from profiles.filters import KolFilter, SlugsFilter
from profiles.models import Field, Kol, Stage

STILL, GONE = "still", "gone"
STATES = ((STILL, _("Still in initial to late")), (GONE, _("Gone by then")))
FIRST_ENTRY = (
    Stay.objects.filter(kol=OuterRef("pk"), stage=Stage.INITIAL)
    .order_by()
    .values("kol")
    .annotate(first=Min("since"))
    .values("first")
)


class SurvivorFilter(FilterSet):
    """``entered_from``, ``entered_to``: months of the first entry; ``at``: as of the end of that month."""

    entered_from = MonthFilter(method="filter_from", label=_("Entered initial from"))
    entered_to = MonthFilter(method="filter_to", label=_("Entered initial to"))
    at = MonthFilter(method="filter_at", label=_("At the end of"))
    state = AnyOf(choices=STATES, method="filter_state", label=_("State"))
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))
    level = AnyOf(choices=LEVELS, method="filter_file", label=_("Level"))

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset.filter(archived_at=None, first_entry__isnull=False))

    def filter_from(self, kols, _name, month):
        return kols.filter(first_entry__gte=month)

    def filter_to(self, kols, _name, month):
        return kols.filter(first_entry__lt=following(month))

    def filter_at(self, kols, _name, _month):
        """Says of which day ``state`` speaks."""
        return kols

    def filter_state(self, kols, _name, states):
        """As of the end of ``at``; without it of today."""
        month = self.active.get("at")
        beyond = following(month) if month else None
        open_then = (
            Q(until=None) if beyond is None else Q(since__lt=beyond) & (Q(until=None) | Q(until__gte=beyond))
        )
        still = Exists(Stay.objects.filter(open_then, kol=OuterRef("pk"), stage__in=LOST_FROM))
        wanted = set(states)
        return kols if wanted == {STILL, GONE} else kols.filter(still if wanted == {STILL} else ~still)

    def filter_file(self, kols, name, value):
        """As the KOL list filters files by it."""
        return getattr(KolFilter, f"filter_{name}")(self, kols, name, value)


SURVIVORS = lists.register(
    ListSpec(
        name="survivors",
        rows=lambda user: Kol.objects.visible_to(user).annotate(first_entry=FIRST_ENTRY),
        prepare=lambda rows: rows.for_list(),
        filterset=SurvivorFilter,
        sorts=(
            Sort("name", "sort_name", _("Name")),
            Sort("stage_since", "stage_since", _("In stage since"), nullable=True),
            Sort("risk", "risk", _("Risk"), descending_first=True, nullable=True),
        ),
        default_sort="name",
        columns=(
            Column("kol", "KOL", sort="name", css="col-kol"),
            Column("entered", _("Entered initial"), css="col-due"),
            Column("stage", _("Stage"), sort="stage_since", css="col-stage"),
            Column("bond", _("Bond"), css="col-score", right=True),
            Column("risk", _("Risk"), sort="risk", css="col-score", right=True),
            Column("owner", _("Owner"), css="col-owner"),
        ),
        template="incentives/keeping/survivors.html",
        rows_template="incentives/keeping/_survivor_rows.html",
    )
)


def today(listing) -> date:
    return installation.day(listing.filterset.now)
