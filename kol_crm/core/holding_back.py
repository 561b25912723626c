"""What a restore put in doubt: rows of the outbox that are held until an admin decides (RELIABILITY 1).

Due before the restore, they may have gone out in the life that was overwritten: they are uncertain, marked
with the generation that holds them. So are those that the planner adds later for days before the restore.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_noop

from kol_crm.core import generation
from kol_crm.core.models import Generation, Send

State = Send.State
IN_DOUBT = gettext_noop("from before the restore: it may have gone out")
COUNTED = gettext_noop("from before the restore: an admin says it went out")


@dataclass(frozen=True)
class HeldKind:
    """Of one kind of mail: how many rows are held, and since when the first of them was due."""

    kind: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Hold:
    """The generation in force and what it holds; ``is_everything``: new mail does not go either."""

    generation: Generation | None
    kinds: list[HeldKind]

    @property
    def is_everything(self) -> bool:
        return self.generation is not None and self.generation.is_held

    @property
    def count(self) -> int:
        return sum(kind.count for kind in self.kinds)

    def __bool__(self) -> bool:
        return self.is_everything or bool(self.kinds)


def take(row: Generation) -> int:
    """Hold what waits from before the restore; how many. What is in transmission ends as it does."""
    if row.due_before is None:
        return 0
    columns = {"state": State.UNCERTAIN, "outcome": IN_DOUBT, "held_by": row, "fence": None}
    return Send.objects.filter(in_doubt(row)).update(lease_until=None, **columns)


def in_doubt(row: Generation) -> Q:
    return Q(state=State.PENDING, not_before__lt=row.due_before)


def held(kind: str = "") -> QuerySet[Send]:
    """Rows nobody has decided about, of one kind or of all."""
    rows = Send.objects.filter(state=State.UNCERTAIN, held_by__isnull=False).exclude(outcome=COUNTED)
    return rows.filter(kind=kind) if kind else rows


def counted() -> QuerySet[Send]:
    """Rows of which an admin said that they went out: the next tick draws the consequences."""
    return Send.objects.filter(state=State.UNCERTAIN, held_by__isnull=False, outcome=COUNTED)


def hold() -> Hold:
    """Two queries."""
    kinds = held().order_by("kind").values("kind").annotate(n=Count("pk"), oldest=Min("not_before"))
    return Hold(generation.latest(), [HeldKind(row["kind"], row["n"], row["oldest"]) for row in kinds])
