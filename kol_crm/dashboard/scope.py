"""What the dashboard is asked for: team, field, level, period; all of it in the address."""

from datetime import date, datetime
from functools import cached_property
from urllib.parse import quote_plus

import django_filters as filters
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kol_crm.core import installation
from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.models import Team
from profiles.filters import NONE, SlugsField, SlugsFilter
from profiles.models import Field, Kol, Level
from profiles.scope_counts import Scope

PERIODS = (("1", _("This month")), ("3", _("3 months")), ("6", _("6 months")), ("12", _("12 months")))
USUAL, FLOW_MONTHS = 3, 12
LISTED = ("team", "level", "field")


class OneSlugField(SlugsField):
    """One row of a list: the counters know the files of each field, not of two together."""

    def clean(self, value):
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError(_("Choose one of them."))
        return found


class OneFilter(SlugsFilter):
    field_class = OneSlugField


class DashboardFilter(FilterSet):
    """As the lists behind the dashboard filter, and over which months moves are counted."""

    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))
    level = AnyOf(choices=[*Level.choices, (NONE, _("No level"))], label=_("Level"))
    field = OneFilter(Field, label=_("Field"))
    period = filters.ChoiceFilter(choices=PERIODS, label=_("Period"))


def month_before(month: date, back: int = 1) -> date:
    """The first day of the month so many months before."""
    place = month.year * 12 + month.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


class Asked:
    """The address as understood; what is not stands in ``problems``."""

    def __init__(self, user, params: QueryDict, now: datetime):
        self.user, self.now = user, now
        self.params = QueryDict(mutable=True)
        for name, values in params.lists():
            if kept := [value for value in values if value]:
                self.params.setlist(name, kept)
        self.filterset = DashboardFilter(self.params, Kol.objects.none(), user=user, now=now)

    @property
    def problems(self) -> dict[str, list[str]]:
        return self.filterset.problems

    @cached_property
    def active(self) -> dict:
        return self.filterset.active

    @cached_property
    def day(self) -> date:
        """Months and reviews go by the installation's clock (DOMAIN 1.8)."""
        return installation.day(self.now)

    @cached_property
    def scope(self) -> Scope:
        levels = tuple("" if level == NONE else level for level in self.active.get("level", ()))
        field = next(iter(self.active.get("field", ())), None)
        return Scope(self.active.get("team"), field and field.pk, levels)

    @property
    def key(self) -> tuple[str, date, str]:
        """All of it that the look of a chart hangs on, but for the figures."""
        return self.params.urlencode(), self.day, self.scope.field_key

    @cached_property
    def is_narrowed(self) -> bool:
        return any(name in self.params for name in LISTED)

    @cached_property
    def months(self) -> int:
        return int(self.active.get("period") or USUAL)

    @cached_property
    def this_month(self) -> date:
        return self.day.replace(day=1)

    @cached_property
    def first_month(self) -> date:
        """The first of the period, which ends with the present month."""
        return month_before(self.this_month, self.months - 1)

    @cached_property
    def earlier_month(self) -> date:
        """The first of as many months before the period."""
        return month_before(self.first_month, self.months)

    @cached_property
    def flow_month(self) -> date:
        return month_before(self.this_month, FLOW_MONTHS - 1)

    @property
    def period_words(self) -> str:
        """In 3 months: the present one and those before it."""
        return ngettext("this month", "%(n)s months", self.months) % {"n": self.months}

    @cached_property
    def _listed(self) -> str:
        """Team, level and field as lists have them."""
        kept = QueryDict(mutable=True)
        for name in LISTED:
            if name in self.params:
                kept.setlist(name, self.params.getlist(name))
        return kept.urlencode()

    def url(self, name: str = "profiles:kol-list", **changes) -> str:
        """A list within the scope, narrowed further; a filter given here stands in place of the scope's."""
        if set(changes) & set(LISTED):
            kept = QueryDict(self._listed, mutable=True)
            for key in set(changes) & set(LISTED):
                kept.pop(key, None)
            base = kept.urlencode()
        else:
            base = self._listed
        parts = [base] if base else []
        for key, value in changes.items():
            values = [value] if isinstance(value, str | int) else value
            parts += [f"{key}={quote_plus(str(one))}" for one in values]
        path = _path(name)
        return f"{path}?{'&'.join(parts)}" if parts else path

    def own_url(self, **changes) -> str:
        """The dashboard itself with these parameters changed (None: left out)."""
        params = self.params.copy()
        for key, value in changes.items():
            params.setlist(key, [str(value)] if value else [])
        query = params.urlencode()
        return f"{_path('dashboard')}?{query}" if query else _path("dashboard")


_paths: dict[str, str] = {}


def _path(name: str) -> str:
    """Addresses without arguments, which stay what they are."""
    if name not in _paths:
        _paths[name] = reverse(name)
    return _paths[name]
