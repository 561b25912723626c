"""Where value and its strategy are heard of: Today, reviews, the story of a file, next due, merges."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import value_story
from incentives.models import Strategy
from incentives.services import strategy
from kol_crm.core import due
from lifecycle import due_rows, evidence
from profiles import acts, changes, timeline
from profiles.acts import Act, Words
from profiles.models import Kol
from profiles.services import links, next_due

KIND = "strategy"


def register() -> None:
    due.sources.register(KIND, DUE)
    next_due.sources.register(KIND, strategy.due_dates)
    timeline.sources.register(KIND, STORY)
    links.words.register("incentives.Strategy", gettext_lazy("Strategy adjustments"))
    evidence.sources.register(value_story.KIND, value_story.evidence)
    changes.rows.register("incentives.strategy", gettext_lazy("strategy adjustment"))


def _why(row: Strategy, _day: date) -> str:
    """What happened? Expected: twice the answers."""
    words = _("What happened of “%(what)s”? Expected: %(expected)s")
    return words % {"what": row.what, "expected": row.expected}


def _rows_of(kol: Kol) -> QuerySet:
    return Strategy.objects.filter(kol=kol).select_related("author")


def _words(row: Strategy, title: str, body: str) -> Words:
    return Words(title, row.what, body, row.author, reverse("incentives:strategy-detail", args=[row.pk]))


def _begun(row: Strategy) -> Words:
    return _words(row, _("Strategy adjusted"), row.why)


def _settled(row: Strategy) -> Words:
    return _words(row, _("Strategy looked at"), row.happened)


DUE = due_rows.of_files(
    KIND,
    gettext_lazy("Strategy"),
    "compass",
    rows=lambda user: Strategy.objects.due_for(user),
    column="look_on",
    why=_why,
    action=gettext_lazy("Say what happened"),
    page=due_rows.page_of("incentives:strategy-detail"),
)
STORY = acts.story(
    KIND,
    gettext_lazy("Strategy"),
    (
        Act(_rows_of, "created_at", "compass", _begun),
        Act(_rows_of, "settled_at", "compass", _settled),
    ),
)
