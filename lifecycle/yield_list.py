"""The list behind each figure of the yield tables (DOMAIN 4.10)."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle import yields
from lifecycle.days import installation_day
from lifecycle.models import LADDER_CHOICES, Attempt, Candidate
from profiles.models import Agency

NONE = [(yields.NONE, _("none"))]
GOT = [(figure, yields.LABELS[figure]) for figure in yields.FIGURES[1:]]


class YieldFilter(FilterSet):
    channel = filters.ChoiceFilter(
        choices=[*LADDER_CHOICES, ("meeting", _("In person")), ("other", _("Other")), *NONE],
        method="filter_channel",
        label=_("Channel"),
    )
    agency = filters.CharFilter(method="filter_agency", max_length=36, label=_("Agency"))
    introducer = filters.CharFilter(method="filter_introducer", max_length=120, label=_("Introduced by"))
    source = AnyOf(choices=Candidate.Source, label=_("Source"))
    got = filters.ChoiceFilter(choices=GOT, method="filter_got", label=_("What came of it"))

    def filter_channel(self, rows, _name, channel):
        """Those tried there; with ``got``, those whose answer came there."""
        if channel == yields.NONE:
            made = Attempt.objects.made().filter(outreach__candidate=OuterRef("pk"))
            return rows.filter(~Exists(made), answer_channel=None)
        if self.data.get("got"):
            silent = Q(answer_channel=None)
            tried = yields.tried(rows, channel)
            return tried.filter(Q(answer_channel=channel) | silent)
        return yields.tried(rows, channel)

    def filter_agency(self, rows, _name, agency):
        if agency == yields.NONE:
            return rows.filter(kol__agency=None)
        known = [str(pk) for pk in Agency.objects.values_list("pk", flat=True)]
        return rows.filter(kol__agency=agency) if agency in known else rows.none()

    def filter_introducer(self, rows, _name, name):
        return rows.filter(introducer="" if name == yields.NONE else name)

    def filter_got(self, rows, _name, figure):
        return yields.counted(rows, figure, installation_day(self.now))


YIELDS = lists.register(
    ListSpec(
        name="yields",
        rows=yields.rows,
        prepare=lambda rows: rows.for_list().select_related("kol__agency"),
        filterset=YieldFilter,
        sorts=(Sort("entered", "entered_at", _("Entered"), descending_first=True),),
        default_sort="-entered",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("programme", _("Programme")),
            Column("source", _("Source"), css="col-note-kind"),
            Column("introducer", _("Introduced by"), css="col-owner"),
            Column("agency", _("Agency"), css="col-owner"),
            Column("step", _("Step"), css="col-level"),
            Column("entered", _("Entered"), sort="entered", css="col-touch", right=True),
        ),
        template="lifecycle/yield/list.html",
        rows_template="lifecycle/yield/_rows.html",
    )
)
