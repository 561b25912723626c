"""Where value and its strategy are heard of: Today, reviews, the story of a file, next due, merges."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import value_story
from incentives.models import Strategy
from incentives.services import strategy
from kol_crm.core import due
from kol_crm.core.due import DueRow, DueSource
from lifecycle import evidence
from profiles import acts, changes, timeline
from profiles.acts import Act, Words
from profiles.models import Kol
from profiles.services import links, next_due

KIND = "strategy"
LONGEST_WHY = 90


def register() -> None:
    due.sources.register(KIND, DUE)
    next_due.sources.register(KIND, strategy.due_dates)
    timeline.sources.register(KIND, STORY)
    links.words.register("incentives.Strategy", gettext_lazy("Strategy adjustments"))
    evidence.sources.register(value_story.KIND, value_story.evidence)
    changes.rows.register("incentives.strategy", gettext_lazy("strategy adjustment"))


def _due(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Strategy.objects.due_for(user).filter(look_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def why(row: Strategy) -> str:
    """What happened? Expected: twice the answers."""
    words = _("What happened of “%(what)s”? Expected: %(expected)s")
    return Truncator(words % {"what": row.what, "expected": row.expected}).chars(LONGEST_WHY)


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _due(user, until, without).select_related("kol").order_by("look_on", "id")[:limit]
    return [
        DueRow(
            key=f"{KIND}:{row.pk}",
            kind=KIND,
            icon="compass",
            kind_label=_("Strategy"),
            subject=row.kol or row,
            why=why(row),
            due=row.look_on,
            action=_("Say what happened"),
            detail_url=reverse("incentives:strategy-detail", args=[row.pk]),
        )
        for row in found
    ]


def _rows_of(kol: Kol) -> QuerySet:
    return Strategy.objects.filter(kol=kol).select_related("author")


def _words(row: Strategy, title: str, body: str) -> Words:
    return Words(title, row.what, body, row.author, reverse("incentives:strategy-detail", args=[row.pk]))


def _begun(row: Strategy) -> Words:
    return _words(row, _("Strategy adjusted"), row.why)


def _settled(row: Strategy) -> Words:
    return _words(row, _("Strategy looked at"), row.happened)


DUE = DueSource(label=gettext_lazy("Strategy"), rows=_rows, waiting=_due)
STORY = acts.story(
    KIND,
    gettext_lazy("Strategy"),
    (
        Act(_rows_of, "created_at", "compass", _begun),
        Act(_rows_of, "settled_at", "compass", _settled),
    ),
)
