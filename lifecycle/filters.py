"""The filters of the board (those of the KOL list, and the span of the next review) and of the reviews."""

from datetime import timedelta

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf, FilterSet
from kol_crm.core.models import Team, User
from lifecycle.models import Review
from profiles.filters import NONE, KolFilter, OwnerFilter, SlugsFilter
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


class BoardFilter(KolFilter):
    """A board shows every stage, so ``stage`` and the trash are no filters; a phone shows one ``column``."""

    stage = None
    archived = None
    review = AnyOf(choices=SPANS, method="filter_review", label=_("Review"))
    column = filters.ChoiceFilter(choices=Stage, method="filter_column", label=_("Stage"))

    def filter_review(self, kols, _name, spans):
        wanted = Q()
        for name in spans:
            wanted |= span(name, self.day)
        return kols.filter(wanted)

    def filter_column(self, kols, _name, _column):
        """Every column is loaded; which one a phone shows is a matter of looks."""
        return kols


class ReviewFilter(FilterSet):
    state = filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    due = AnyOf(choices=SPANS, method="filter_due", label=_("Due"))
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
        wanted = Q()
        for name in spans:
            wanted |= span(name, self.day, "due_on")
        return reviews.awaiting().filter(wanted)

    def filter_file(self, reviews, name, value):
        """As the KOL list filters files by it."""
        ask = getattr(KolFilter, f"filter_{name}")
        return reviews.filter(kol__in=ask(self, Kol.objects.all(), name, value))
