"""Given and returned by month since the entry into initial, per cohort: page, card, CSV (DOMAIN 6.7)."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from incentives import return_kinds, return_words, returns
from incentives.rules.payback import month_after
from incentives.views.value import csv_answer
from kol_crm.core import installation
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.models import Team
from lifecycle.filters import LEVELS
from profiles.filters import KolFilter, SlugsFilter
from profiles.models import Field, Kol, Stage
from profiles.services import access

PERIODS = (
    ("6", gettext_lazy("6 months")),
    ("12", gettext_lazy("12 months")),
    ("24", gettext_lazy("24 months")),
    ("36", gettext_lazy("36 months")),
)
USUAL = 24
SCOPE = ("team", "field", "level")


class CohortFilter(FilterSet):
    """As the KOL list filters files; ``period``: cohorts of so many months, the present one the last."""

    team = filters.ModelChoiceFilter(
        queryset=Team.objects.all(), method="filter_file", label=gettext_lazy("Team")
    )
    field = SlugsFilter(Field, method="filter_file", label=gettext_lazy("Field"))
    level = AnyOf(choices=LEVELS, method="filter_file", label=gettext_lazy("Level"))
    period = filters.ChoiceFilter(choices=PERIODS, method="filter_period", label=gettext_lazy("Period"))

    def filter_file(self, kols, name, value):
        return getattr(KolFilter, f"filter_{name}")(self, kols, name, value)

    def filter_period(self, kols, _name, _period):
        """Of cohorts, not of files."""
        return kols


class Cohorts:
    """What the address asks for, read once."""

    def __init__(self, user, params: QueryDict):
        if not access.may_create(user):
            raise PermissionDenied(_("You do not work with files."))
        self.user, self.now = user, timezone.now()
        self.params = QueryDict(mutable=True)
        for name, values in params.lists():
            if kept := [value for value in values if value]:
                self.params.setlist(name, kept)
        self.filterset = CohortFilter(self.params, Kol.objects.visible_to(user), user=user, now=self.now)

    @property
    def problems(self) -> dict[str, list[str]]:
        return self.filterset.problems

    @cached_property
    def day(self) -> date:
        return installation.day(self.now)

    @cached_property
    def first(self) -> date:
        months = int(self.params.get("period") or USUAL) if not self.problems else USUAL
        return month_after(self.day.replace(day=1), 1 - months)

    @cached_property
    def kols(self):
        return self.filterset.qs.order_by().values("pk")

    @cached_property
    def rows(self) -> list[returns.Cohort]:
        return [] if self.problems else returns.cohorts_of(self.kols, self.first, self.day)

    @cached_property
    def months(self) -> list[returns.Average]:
        return returns.average(self.rows)

    @cached_property
    def groups(self):
        return ([], []) if self.problems else return_kinds.by_kind_and_pay(self.kols, self.first, self.day)

    def url(self, first: date, last: date) -> str:
        """The stays of those who entered initial in these months."""
        asked = QueryDict(mutable=True)
        asked["stage"] = Stage.INITIAL.value
        asked["entered_from"], asked["entered_to"] = f"{first:%Y-%m}", f"{last:%Y-%m}"
        for name in SCOPE:
            if name in self.params:
                asked.setlist(name, self.params.getlist(name))
        return f"{reverse('lifecycle:stay-list')}?{asked.urlencode()}"

    @property
    def inputs(self):
        """The filters to be drawn, the usual period chosen where none is asked for."""
        shown = self.params.copy()
        shown.setdefault("period", str(USUAL))
        drawn = CohortFilter(shown, Kol.objects.none(), user=self.user, now=self.now)
        return drawn.inputs(("team", "field", "level", "period"))

    @property
    def finding(self) -> str:
        return return_words.cohorts_finding(self.rows, self.months)

    def chart(self) -> dict[str, Any]:
        """Running totals per KOL, over all cohorts that are so old."""
        urls = [
            self.url(self.first, month_after(self.day.replace(day=1), -1 - place))
            for place in range(len(self.months))
        ]
        title = _("Given and returned by month since the entry into initial")
        series = [
            {
                "name": str(name),
                "values": [_whole(getattr(row, at)) for row in self.months],
                "tone": tone,
                "urls": urls,
                "url": self.url(self.first, self.day),
            }
            for name, at, tone in ((_("returned"), "returned", "accent"), (_("given"), "given", "quiet"))
        ]
        query = self.params.urlencode()
        return {
            "id": "chart-cohorts",
            "title": title,
            "how": f"{self.finding} {_('Running total per KOL, months since the entry into initial.')}",
            "span": 12,
            "height": "m",
            "csv_url": f"{reverse('incentives:value-cohorts-figures')}?{query}".rstrip("?"),
            "data": {
                "kind": "line",
                "labels": [str(row.place) for row in self.months],
                "format": "compact",
                "series": series,
                "title": title,
                "finding": self.finding,
            },
        }


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else round(value)


@require_safe
def page(request):
    """All of it; filters stand in the address."""
    asked = Cohorts(request.user, request.GET)
    kinds, pays = asked.groups
    context = {
        "asked": asked,
        "inputs": asked.inputs,
        "chart": asked.chart() if asked.months else None,
        "rows": [
            {"cohort": one, "last": one.last, "url": asked.url(one.month, one.month)}
            for one in reversed(asked.rows)
        ],
        "tables": [(_("By kind"), kinds), (_("By pay model"), pays)],
        "base": installation.currency(),
    }
    return render(request, "incentives/value/cohorts.html", context)


@require_safe
def card(request):
    """The chart as a card of the dashboard, within its team, field and level."""
    params = QueryDict(mutable=True)
    for name in SCOPE:
        params.setlist(name, request.GET.getlist(name))
    asked = Cohorts(request.user, params)
    url = f"{reverse('incentives:value-cohorts')}?{asked.params.urlencode()}".rstrip("?")
    chart = asked.chart() | {"url": url, "url_label": _("all cohorts"), "span": 7}
    context = {"asked": asked, "chart": chart if asked.months else None, "url": url}
    return render(request, "incentives/value/_card.html", context)


@require_safe
def figures(request):
    """Every month of every cohort as CSV."""
    asked = Cohorts(request.user, request.GET)
    if asked.problems:
        return HttpResponse(status=400)
    rows = [
        (f"{cohort.month:%Y-%m}", cohort.kols, *return_words.cells(month))
        for cohort in asked.rows
        for month in cohort.months
    ]
    head = (_("Cohort"), _("KOLs"), *return_words.HEAD)
    return csv_answer(f"cohorts-{asked.day.isoformat()}", head, rows)
