"""The list of stays: who entered or left which stage when, behind each mark of the dashboard (DOMAIN 8.2)."""

from datetime import timedelta
from itertools import pairwise

import django_filters as filters
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.models import Team, User
from kol_crm.core.months import MonthFilter, following
from kol_crm.core.paging import Sort
from lifecycle.filters import LEVELS
from lifecycle.models import Cause, Stay
from lifecycle.services.steps import ORDER
from profiles.filters import DaysFilter, KolFilter, OwnerFilter, SlugsFilter
from profiles.models import Field, Kol, Stage

FORWARD, BACK, OUT, AGAIN = "forward", "back", "out", "again"
WAYS = (
    (FORWARD, _("A step forward")),
    (BACK, _("A step back")),
    (OUT, pgettext_lazy("way", "Departed")),
    (AGAIN, _("Won back")),
)
STEPS = {
    FORWARD: tuple(pairwise(ORDER)),
    BACK: tuple((after, before) for before, after in pairwise(ORDER)),
    OUT: tuple((stage, Stage.DEPARTED) for stage in ORDER),
    AGAIN: ((Stage.DEPARTED, Stage.INTRODUCTION),),
}


def way_of(from_stage: str, to_stage: str) -> str:
    """Which way a move went; empty for one that no step leads."""
    return next((way for way, steps in STEPS.items() if (from_stage, to_stage) in steps), "")


def _went(ways) -> Q:
    wanted = Q(pk__in=[])
    for way in ways:
        for before, after in STEPS[way]:
            wanted |= Q(entered_by__from_stage=before, stage=after)
    return wanted


class StayFilter(FilterSet):
    """``stage`` is where they stayed, ``from_stage`` whence the move came that began it."""

    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    level = AnyOf(choices=LEVELS, method="filter_file", label=_("Level"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))
    stage = AnyOf(choices=Stage, label=_("Stage"))
    from_stage = AnyOf(choices=Stage, field_name="entered_by__from_stage", label=_("Came from"))
    way = AnyOf(choices=WAYS, method="filter_way", label=_("Way"))
    cause = AnyOf(choices=Cause, field_name="entered_by__cause", label=_("Cause"))
    entered_from = MonthFilter(field_name="since", lookup_expr="gte", label=_("Entered from (month)"))
    entered_to = MonthFilter(method="filter_entered_to", label=_("Entered up to (month)"))
    left_from = MonthFilter(field_name="until", lookup_expr="gte", label=_("Left from (month)"))
    left_to = MonthFilter(method="filter_left_to", label=_("Left up to (month)"))
    lasted = DaysFilter(method="filter_lasted", label=_("Lasted at least (days)"))
    kol = filters.UUIDFilter(field_name="kol", label=_("KOL"))

    def filter_file(self, stays, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return stays.filter(kol__in=ask(self, Kol.objects.all(), name, value))

    def filter_way(self, stays, _name, ways):
        return stays.filter(_went(ways))

    def filter_entered_to(self, stays, _name, month):
        return stays.filter(since__lt=following(month))

    def filter_left_to(self, stays, _name, month):
        return stays.filter(until__lt=following(month))

    def filter_lasted(self, stays, _name, days):
        took = ExpressionWrapper(F("until") - F("since"), output_field=DurationField())
        return stays.alias(took=took).filter(took__gte=timedelta(days=int(days)))


STAYS = lists.register(
    ListSpec(
        name="stays",
        rows=Stay.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=StayFilter,
        sorts=(
            Sort("entered", "since", _("Entered"), descending_first=True),
            Sort("left", "until", _("Left"), descending_first=True, nullable=True),
        ),
        default_sort="-entered",
        columns=(
            Column("kol", _("KOL"), css="col-kol"),
            Column("stage", _("Stage"), css="col-stage"),
            Column("from", _("Came from"), css="col-stage"),
            Column("entered", _("Entered"), sort="entered", css="col-day"),
            Column("left", _("Left"), sort="left", css="col-day"),
            Column("days", _("Days"), css="col-touch", right=True),
            Column("why", _("Why"), css="col-fields"),
            Column("by", _("Moved by"), css="col-owner"),
        ),
        template="lifecycle/stay/list.html",
        rows_template="lifecycle/stay/_rows.html",
    )
)
