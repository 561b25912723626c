"""The board: a column a stage, the most urgent cards first, twenty at a time (UI, screen 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict

from kol_crm.core import paging
from kol_crm.core.paging import Cursor, Order, Page, Sort
from lifecycle.filters import BoardFilter, span
from lifecycle.services import steps
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT

CARDS = 20
URGENCY = Order(Sort("urgency", "review_due", "", nullable=True))
LATELY = Order(Sort("lately", "stage_since", "", nullable=True), descending=True)


@dataclass(frozen=True)
class Card:
    """One KOL on the board; ``allowed`` are the stages where this reader may move it, empty: none."""

    kol: Kol
    days: int | None
    allowed: str


@dataclass(frozen=True)
class Tally:
    """How many KOLs stand in a stage, and how many of their reviews are late or near."""

    total: int = 0
    overdue: int = 0
    soon: int = 0

    @property
    def later(self) -> int:
        return self.total - self.overdue - self.soon

    @property
    def bar(self) -> list[tuple[int, str]]:
        """For the ``bar`` tag."""
        return [(self.overdue, "bad"), (self.soon, "warn"), (self.later, "none")]


@dataclass(frozen=True)
class Column:
    """One stage; without ``page`` it is folded."""

    stage: str
    label: Any
    tally: Tally
    page: Page | None = None
    cards: list[Card] = field(default_factory=list)

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
        self.day: date = self.filterset.day

    def tallies(self) -> dict[str, Tally]:
        """Per stage, in one query."""
        rows = (
            self.files.order_by()
            .values_list("stage")
            .annotate(
                total=Count("pk"),
                overdue=Count("pk", filter=span("overdue", self.day)),
                soon=Count("pk", filter=span("soon", self.day)),
            )
        )
        return {stage: Tally(*figures) for stage, *figures in rows}

    def columns(self, stages: Iterable[str], *, folded: Iterable[str] = (), token: str = "") -> list[Column]:
        """These stages with their cards, the folded ones without.

        ``token`` is the place to read on from. Raises ``ValidationError``.
        """
        tallies = self.tallies()
        pages = {stage: self._page(stage, token) for stage in stages}
        shown = [kol.pk for page in pages.values() for kol in page.rows]
        movable = set(
            Kol.objects.visible_to(self.user, EDIT).filter(pk__in=shown).values_list("pk", flat=True)
        )
        columns = []
        for stage in (*pages, *folded):
            page = pages.get(stage)
            cards = [self.card(kol, movable=kol.pk in movable) for kol in page.rows] if page else []
            columns.append(Column(stage, Stage(stage).label, tallies.get(stage, Tally()), page, cards))
        return columns

    def card(self, kol: Kol, *, movable: bool = True) -> Card:
        days = (self.day - kol.stage_since).days if kol.stage_since else None
        return Card(kol, days, " ".join(steps.allowed(kol.stage)) if movable else "")

    def _page(self, stage: str, token: str) -> Page:
        order = LATELY if stage == Stage.DEPARTED else URGENCY
        cursor = Cursor.decode(token, order, Kol) if token else None
        files = self.files.filter(stage=stage).select_related("owner", "main_field")
        return paging.page(files, order, cursor, CARDS)
