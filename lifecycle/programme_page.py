"""What the page of a programme shows: pace, ranked candidates with their parts, what is next for each.

The order is worked out of all candidates at each reading (DOMAIN 4.5); of it ``PAGE`` rows are shown at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle import attempts, next_step, pace, ranking, suggestions
from lifecycle.attempts import Shown
from lifecycle.days import installation_day
from lifecycle.models import LADDER, WORK, Candidate, CandidateStep, Outreach, Programme, Step
from lifecycle.next_step import Next
from lifecycle.ranking import Ranked
from lifecycle.rules import rank
from lifecycle.services import candidate as verbs
from lifecycle.services import fit
from lifecycle.services import programme as programmes
from lifecycle.services.fit import Standing
from profiles.models.querysets import EDIT

CLOSED = "closed"
CHANNELS = tuple((channel.value, attempts.ICONS[channel.value], channel.label) for channel in LADDER)
MOST_DOTS = 3
PAGE = 50
FIGURE_WORDS = {
    rank.ACQUISITION: gettext_lazy("reach"),
    rank.ACTIVATION: gettext_lazy("activity"),
    rank.CONVERSION: gettext_lazy("loyalty"),
}


@dataclass(frozen=True)
class Cell:
    """The attempts on one channel: the last of them, and whether the next one is there."""

    channel: str
    label: Any
    dots: list[Shown]
    next: bool


@dataclass(frozen=True)
class Row:
    """One candidate in the table; ``strip`` are the attempts, by channel, ``live`` their outreach."""

    ranked: Ranked
    next: Next
    strip: list[Cell]
    live: Outreach | None

    @property
    def candidate(self) -> Candidate:
        return self.ranked.candidate

    @property
    def bar(self) -> list[tuple[Any, str]]:
        """Fit and figure of 100, for the ``bar`` tag."""
        fit, figure = (float(part.points or 0) for part in self.ranked.placed.score.parts)
        return [(fit, "accent"), (figure, "tint"), (100 - fit - figure, "none")]


class ProgrammePage:
    """One reading of a programme for one reader."""

    def __init__(
        self, programme: Programme, user, day: date, *, shown: str = "", after: str = "", at: str = ""
    ):
        """``shown``: the chip that is on; the page begins behind candidate ``after``, else holds ``at``."""
        self.programme, self.user, self.day = programme, user, day
        self.shown, self.after, self.at = shown, after, at
        is_open = programme.state != Programme.State.CLOSED
        self.may_edit = is_open and programmes.may(user, programme, EDIT)
        self.may_work = self.may_edit or (is_open and programmes.may(user, programme, WORK))

    @cached_property
    def fields(self) -> list[Any]:
        return [row.field for row in self.programme.programme_fields.select_related("field")]

    @cached_property
    def paces(self) -> list[pace.FieldPace]:
        return list(pace.on(self.day, self.fields).values())

    @cached_property
    def judging(self) -> Standing:
        return fit.standing()

    @cached_property
    def ranked(self) -> list[Ranked]:
        return ranking.seen_by(self.user, self.programme, self.day, self.judging)

    @cached_property
    def chosen(self) -> list[Ranked]:
        """Those under the chip that is on."""
        return [one for one in self.ranked if self.shown in ("", state_of(one.candidate))]

    @cached_property
    def begin(self) -> int:
        places = {str(one.candidate.pk): place for place, one in enumerate(self.chosen)}
        if self.after in places:
            return places[self.after] + 1
        return places.get(self.at, 0) // PAGE * PAGE

    @cached_property
    def rows(self) -> list[Row]:
        here = self.chosen[self.begin : self.begin + PAGE]
        strips, live = strips_of([one.candidate for one in here])
        plans = next_step.plans_of([one.candidate.kol_id for one in here])
        return [
            Row(
                one,
                next_step.of(one, live.get(one.candidate.pk), plans.get(one.candidate.kol_id), self.day),
                strips[one.candidate.pk],
                live.get(one.candidate.pk),
            )
            for one in here
        ]

    @property
    def pager(self) -> dict[str, Any] | None:
        """What ``_parts/pager.html`` draws; None where all stand on one page."""
        if len(self.chosen) <= PAGE:
            return None
        end = self.begin + len(self.rows)
        before = self.begin - PAGE - 1
        return {
            "first": self.begin + 1,
            "last": end,
            "total_text": wording.grouped(len(self.chosen), wording.babel_locale()),
            "previous_url": self.url(self.chosen[before] if before >= 0 else None) if self.begin else None,
            "next_url": self.url(self.chosen[end - 1]) if end < len(self.chosen) else None,
        }

    def url(self, after: Ranked | None) -> str:
        asked = {"step": self.shown, "after": str(after.candidate.pk) if after else ""}
        said = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('lifecycle:programme-detail', args=[self.programme.pk])}?{said}"

    @cached_property
    def counts(self) -> Counter:
        return Counter(state_of(one.candidate) for one in self.ranked)

    @property
    def chips(self) -> list[dict[str, Any]]:
        words = [("", _("All")), *((step.value, step.label) for step in Step), (CLOSED, _("Closed"))]
        return [
            {
                "key": key,
                "label": label,
                "count": self.counts[key] if key else len(self.ranked),
                "on": key == self.shown,
            }
            for key, label in words
        ]

    @property
    def figure_word(self) -> Any:
        return FIGURE_WORDS.get(self.programme.purpose, _("figure"))

    @property
    def shares(self) -> tuple[int, int]:
        """Per cent of fit and of the figure in a score."""
        if not self.ranked:
            return 60, 40
        fit, figure = self.ranked[0].placed.score.parts
        return int(fit.weight or 0), int(figure.weight or 0)

    @cached_property
    def waiting(self) -> int:
        """Suggestions from own users of its fields."""
        return suggestions.fresh(self.day).filter(field__in=self.fields).count()

    def next_of(self, candidate: Candidate) -> Next | None:
        """What is next for one who stands in the table."""
        return next((row.next for row in self.rows if row.candidate.pk == candidate.pk), None)

    def neighbours(self, candidate: Candidate) -> tuple[Candidate | None, Candidate | None]:
        """Who stands before and after in the table."""
        shown = [one.candidate for one in self.chosen]
        place = next((number for number, one in enumerate(shown) if one.pk == candidate.pk), None)
        if place is None:
            return None, None
        return (shown[place - 1] if place else None), (shown[place + 1] if place + 1 < len(shown) else None)


def state_of(candidate: Candidate) -> str:
    """Under which chip a candidate stands: their step, or closed once they have an outcome."""
    return CLOSED if candidate.outcome else candidate.step


def strips_of(
    candidates: Sequence[Candidate],
) -> tuple[dict[UUID, list[Cell]], dict[UUID, Outreach]]:
    """Per candidate, channel by channel, how the last attempts went, and the live outreach: 3 queries."""
    rows = list(Outreach.objects.filter(candidate__in=candidates).order_by("created_at", "pk"))
    shown = attempts.shown_of([row.pk for row in rows])
    found: dict[UUID, dict[str, list[Shown]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for one in shown[row.pk]:
            found[row.candidate_id][one.attempt.channel].append(one)
    live = {row.candidate_id: row for row in rows if row.is_live}
    due = {key: row.next_channel for key, row in live.items()}
    strips = {
        candidate.pk: [
            Cell(channel, label, found[candidate.pk][channel][-MOST_DOTS:], due.get(candidate.pk) == channel)
            for channel, _icon, label in CHANNELS
        ]
        for candidate in candidates
    }
    return strips, live


@dataclass(frozen=True)
class StepColumn:
    """One column of the candidate board; ``reached`` of those before came here, in per cent."""

    step: str
    label: Any
    cards: list[Any]
    count: int
    reached: int
    conversion: int | None


@dataclass(frozen=True)
class Card:
    """One candidate on the board; ``allowed`` are the steps to which this reader may set them back."""

    candidate: Candidate
    days: int
    allowed: str


def board_of(page: ProgrammePage) -> list[StepColumn]:
    """The four columns: the best who stand there, how many do and ever came there, and what share of the
    step before."""
    open_ones = [one.candidate for one in page.ranked if not one.candidate.outcome]
    reached = reached_of([one.candidate.pk for one in page.ranked])
    columns = []
    for place, step in enumerate(Step):
        here, before = reached[place], reached[place - 1] if place else None
        standing = [one for one in open_ones if one.step == step]
        cards = [_card(page, one) for one in standing[:PAGE]]
        conversion = None if not before else round(100 * here / before)
        columns.append(StepColumn(step.value, step.label, cards, len(standing), here, conversion))
    return columns


def reached_of(candidates: Iterable[UUID]) -> list[int]:
    """How many ever reached each step (or one beyond it), set back since or not."""
    furthest: dict[UUID, int] = {}
    rows = CandidateStep.objects.filter(candidate__in=list(candidates))
    for candidate, step in rows.values_list("candidate_id", "to_step"):
        furthest[candidate] = max(furthest.get(candidate, 0), verbs.rank_of(step))
    return [sum(far >= place for far in furthest.values()) for place in range(len(Step))]


def _card(page: ProgrammePage, candidate: Candidate) -> Card:
    earlier = [step for step in Step if verbs.rank_of(step) < verbs.rank_of(candidate.step)]
    days = (page.day - installation_day(candidate.step_since)).days
    return Card(candidate, max(days, 0), " ".join(earlier) if page.may_work else "")
