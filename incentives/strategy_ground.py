"""Where value and its strategy are heard of: Today, reviews, the story of a file, next due, merges."""

from collections.abc import Collection
from datetime import date

from django.db.models import F, QuerySet
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
from profiles import changes, timeline
from profiles.models import Kol
from profiles.services import links, next_due
from profiles.timeline import Entry, Place, TimelineSource, older

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


def _told(kol: Kol) -> list[QuerySet]:
    rows = Strategy.objects.filter(kol=kol)
    return [rows, rows.filter(settled_at__isnull=False)]


def _story(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    begun, settled = (rows.select_related("author") for rows in _told(kol))
    found = [
        Entry(
            at=row.at,
            id=row.pk,
            kind=KIND,
            icon="compass",
            title=title,
            note=row.what,
            body=text(row),
            who=row.author,
            url=reverse("incentives:strategy-detail", args=[row.pk]),
        )
        for rows, column, title, text in (
            (begun, "created_at", _("Strategy adjusted"), lambda row: row.why),
            (settled, "settled_at", _("Strategy looked at"), lambda row: row.happened),
        )
        for row in older(rows.annotate(at=F(column)), before, limit)
    ]
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


DUE = DueSource(label=gettext_lazy("Strategy"), rows=_rows, waiting=_due)
STORY = TimelineSource(gettext_lazy("Strategy"), _story, _told)
