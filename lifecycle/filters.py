"""The filters of the board (those of the KOL list, and the span of the next review) and of the reviews."""

from datetime import timedelta

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.models import Team, User
from lifecycle.days import installation_day
from lifecycle.models import Review
from profiles.filters import NONE, DaysFilter, KolFilter, OwnerFilter, SlugsFilter
from profiles.models import Field, Kol, Level, Stage

SOON = timedelta(days=7)
SPANS = (("overdue", _("Overdue")), ("soon", _("Within 7 days")), ("later", _("Later")))
LEVELS = [*Level.choices, (NONE, _("No level"))]
STATES = (("open", _("To do")), ("done", _("Done")))


def span(name: str, day, column: str = "review_due") -> Q:
    """Reviews overdue on ``day``, due within 7 days of it, or later (or never)."""
    match name:
        case "overdue":
            return Q(**{f"{column}__lt": day})
        case "soon":
            return Q(**{f"{column}__range": (day, day + SOON)})
        case _:
            return Q(**{f"{column}__gt": day + SOON}) | Q(**{f"{column}__isnull": True})


def _spans(names, now, column: str = "review_due") -> Q:
    """Any of these, on the installation's clock, by which reviews go (DOMAIN 1.8)."""
    wanted, day = Q(), installation_day(now)
    for name in names:
        wanted |= span(name, day, column)
    return wanted


class BoardFilter(KolFilter):
    """A board shows every stage, so ``stage`` and the trash are no filters; a phone shows one ``column``."""

    stage = None
    archived = None
    review = AnyOf(choices=SPANS, method="filter_review", label=_("Review"))
    column = filters.ChoiceFilter(choices=Stage, method="filter_column", label=_("Stage"))

    def filter_review(self, kols, _name, spans):
        return kols.filter(_spans(spans, self.now))

    def filter_column(self, kols, _name, _column):
        """Every column is loaded; which one a phone shows is a matter of looks."""
        return kols


class ReviewFilter(FilterSet):
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
    late = DaysFilter(method="filter_late", label=_("Late for more than (days)"))
    stage = AnyOf(choices=Stage.choices[:4], field_name="stay__stage", label=_("Stage"))
    decision = AnyOf(choices=Review.Decision, label=_("Decision"))
    owner = OwnerFilter(
        method="filter_file", label=_("Owner"), queryset=User.objects.all(), to_field_name="username"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), method="filter_file", label=_("Team"))
    level = AnyOf(choices=LEVELS, method="filter_file", label=_("Level"))
    field = SlugsFilter(Field, method="filter_file", label=_("Field"))
    kol = filters.UUIDFilter(field_name="kol", label=_("KOL"))

    def filter_state(self, reviews, _name, state):
        return reviews.awaiting() if state == "open" else reviews.exclude(done_at=None)

    def filter_due(self, reviews, _name, spans):
        return reviews.awaiting().filter(_spans(spans, self.now, "due_on"))

    def filter_late(self, reviews, _name, days):
        day = installation_day(self.now) - timedelta(days=int(days))
        return reviews.awaiting().filter(due_on__lt=day)

    def filter_file(self, reviews, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return reviews.filter(kol__in=ask(self, Kol.objects.all(), name, value))
