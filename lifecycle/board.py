"""The board: a column a stage, the most urgent cards first, some at a time (UI, screen 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from kol_crm.core import paging, policy
from kol_crm.core.paging import Cursor, Order, Page, Sort
from lifecycle import board_reading
from lifecycle.board_cards import VALUES, Writer
from lifecycle.days import installation_day
from lifecycle.filters import BoardFilter, span
from lifecycle.services import steps
from profiles import ageing, scope_counting, scope_counts
from profiles.filters import NONE
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.scope_counts import Scope

FIRST, CARDS = 8, 20  # so many cards a column until one looks further
URGENCY = Order(Sort("urgency", "review_due", "", nullable=True))
LATELY = Order(Sort("lately", "stage_since", "", nullable=True), descending=True)
COUNTED = {"column", "team", "level", "field"}
KINDS = (scope_counting.STAGE, scope_counting.DUE, scope_counting.STALE, scope_counting.AGED)


@dataclass(frozen=True)
class Tally:
    """How many KOLs stand in a stage; how many reviews are late or near, figures stale, stays long."""

    total: int = 0
    overdue: int = 0
    soon: int = 0
    stale: int = 0
    aged: int = 0

    @property
    def later(self) -> int:
        return self.total - self.overdue - self.soon

    @property
    def bar(self) -> list[tuple[int, str]]:
        """For the ``bar`` tag."""
        return [(self.overdue, "bad"), (self.soon, "warn"), (self.later, "none")]


@dataclass(frozen=True)
class Column:
    """One stage; without ``page`` it is folded. ``cards`` are HTML."""

    stage: str
    label: Any
    tally: Tally
    page: Page | None = None
    cards: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many cards come after those shown."""
        return max(self.tally.total - self.page.end, 0) if self.page else 0

    @property
    def more(self) -> int:
        """How many of them the next load brings."""
        return min(self.left, CARDS)


class Board:
    """One reading of the board for one reader; what is not understood stands in ``filterset.problems``."""

    def __init__(self, params: QueryDict, user, now: datetime):
        self.params = params
        self.user = user
        self.filterset = BoardFilter(params, Kol.objects.visible_to(user), user=user, now=now)
        self.files: QuerySet = self.filterset.qs
        self.day: date = installation_day(now)  # reviews go by its clock (DOMAIN 1.8)

    @cached_property
    def lines(self) -> dict[str, date]:
        return ageing.last_days(self.day, policy.current())

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.day, self.lines)

    def tallies(self) -> dict[str, Tally]:
        """Per stage: from the counters where they know the filters, else counted."""
        active = self.filterset.active
        if self.filterset.problems:
            return {}
        if active.keys() <= COUNTED and len(active.get("field", ())) < 2:
            return self._summed(active)
        near = (
            Count("pk", filter=condition)
            for condition in (
                span("overdue", self.day),
                span("soon", self.day),
                Q(figures_due__lte=self.day),
                ageing.long_in_stage(self.lines),
            )
        )
        counts = dict(zip(("overdue", "soon", "stale", "aged"), near, strict=True))
        rows = self.files.order_by().values_list("stage").annotate(total=Count("pk"), **counts)
        return {stage: Tally(*figures) for stage, *figures in rows}

    def _summed(self, active: dict[str, Any]) -> dict[str, Tally]:
        levels = tuple("" if level == NONE else level for level in active.get("level", ()))
        [of_field] = active.get("field") or [None]
        scope = Scope(active.get("team"), of_field and of_field.pk, levels)
        found = scope_counts.seen_by(self.user, scope, KINDS)
        dated = found[scope_counting.DUE]
        return {
            stage: Tally(
                total,
                dated[f"{stage}:{scope_counting.OVERDUE}"] + dated[f"{stage}:{scope_counting.LONG_OVERDUE}"],
                dated[f"{stage}:{scope_counting.SOON}"],
                found[scope_counting.STALE][stage],
                found[scope_counting.AGED][stage],
            )
            for stage, total in found[scope_counting.STAGE].items()
        }

    def columns(self, stages: Iterable[str], *, folded: Iterable[str] = (), token: str = "") -> list[Column]:
        """These stages with their cards, the folded ones without.

        ``token`` is the place to read on from. Raises ``ValidationError``.
        """
        tallies = self.tallies()
        pages = self._pages(tuple(stages), token)
        movable = self._movable([row["id"] for page in pages.values() for row in page.rows])
        columns = []
        for stage in (*pages, *folded):
            page = pages.get(stage)
            to = " ".join(steps.allowed(stage))
            rows = page.rows if page else []
            cards = [self.writer.card(row, to if row["id"] in movable else "") for row in rows]
            columns.append(Column(stage, Stage(stage).label, tallies.get(stage, Tally()), page, cards))
        return columns

    def _movable(self, shown: list[UUID]) -> set[UUID]:
        """Those of the cards that this reader may move."""
        files = Kol.objects.visible_to(self.user, EDIT).filter(pk__in=shown)
        return set(files.values_list("pk", flat=True)) if shown else set()

    def card(self, kol_id: UUID) -> str:
        """One card that this reader may move."""
        row = Kol.objects.filter(pk=kol_id).values(*VALUES).get()
        return self.writer.card(row, " ".join(steps.allowed(row["stage"])))

    def _pages(self, stages: tuple[str, ...], token: str) -> dict[str, Page]:
        narrowed = token or self.filterset.problems or self.filterset.active.keys() - {"column"}
        urgent = () if narrowed else tuple(stage for stage in stages if stage != Stage.DEPARTED)
        firsts = board_reading.first_rows(self.user, urgent, FIRST + 1) if len(urgent) > 1 else None
        return {
            stage: paging.first_page(firsts[stage], URGENCY, FIRST)
            if firsts is not None and stage in firsts
            else self._page(stage, token)
            for stage in stages
        }

    def _page(self, stage: str, token: str) -> Page:
        order = LATELY if stage == Stage.DEPARTED else URGENCY
        cursor = Cursor.decode(token, order, Kol) if token else None
        files = self.files.filter(stage=stage).values(*VALUES)
        return paging.page(files, order, cursor, CARDS if token else FIRST)
