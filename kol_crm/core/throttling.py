"""How often a caller may call: counted in the database by one statement that reads, decides, writes (GCRA).

Nobody gets past it by calling twice at the same moment, in whatever process: who comes second waits for the
row and finds it as the first one left it. Redis has no part in it, so it breaks nothing when it is away.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db import connection

from kol_crm.core.actor import Actor
from kol_crm.core.models import Throttle

SECOND = 1_000_000  # moments are whole microseconds: the same arithmetic in either database
MINUTE = 60 * SECOND

# Each call moves ``clear_at`` one step on; one that would move it further than ``room`` from now is refused.
_MOVED = (
    "CASE WHEN held.clear_at + {step} > excluded.clear_at "
    "THEN held.clear_at + {step} ELSE excluded.clear_at END"
)
_TAKE = (
    "INSERT INTO core_throttle AS held (key, clear_at, refused) {{rows}} ON CONFLICT (key) DO UPDATE SET "
    "clear_at = CASE WHEN {moved} <= {latest} THEN {moved} ELSE held.clear_at END, "
    "refused = {moved} > {latest} RETURNING clear_at, refused"
).format(moved=_MOVED, latest="{latest}")


@dataclass(frozen=True)
class Limit:
    """``at_once`` calls whenever nothing was called for a while; in no minute more than ``per_minute``."""

    at_once: int
    per_minute: int

    def __post_init__(self):
        if not 0 < self.at_once < self.per_minute:
            raise ValueError(f"{self.at_once} at once is no part of {self.per_minute} a minute.")

    @property
    def step(self) -> int:
        """After how long one more call is free: what a full burst leaves of the minute is spread over it."""
        return ceil(MINUTE / (self.per_minute - self.at_once))

    @property
    def room(self) -> int:
        return self.step * self.at_once

    @property
    def window(self) -> int:
        """Seconds after which ``at_once`` calls are free again."""
        return ceil(self.room / SECOND)


@dataclass(frozen=True)
class Standing:
    """How a caller stands after a call at ``now``."""

    limit: Limit
    now: int
    clear_at: int
    refused: bool

    @property
    def left(self) -> int:
        """Calls that would be let in right now."""
        return max(0, (self.now + self.limit.room - self.clear_at) // self.limit.step)

    @property
    def full_in(self) -> int:
        """Seconds until the whole burst is free again."""
        return max(0, ceil((self.clear_at - self.now) / SECOND))

    @property
    def retry_after(self) -> int:
        """Seconds until the next call is let in, never zero."""
        return max(1, ceil((self.clear_at + self.limit.step - self.limit.room - self.now) / SECOND))


def moment(at: datetime) -> int:
    return int(at.timestamp() * SECOND)


def statement(rows: str, *, step: str = "%s", latest: str = "%s") -> str:
    """The SQL that takes one call; ``rows``: a ``VALUES`` or ``SELECT`` of key, ``now + step`` and false."""
    return _TAKE.format(rows=rows, step=step, latest=latest)


def parameters(limit: Limit, now: int) -> tuple[int, ...]:
    """Those of ``statement`` behind its rows."""
    latest = now + limit.room
    once = (limit.step, limit.step)
    return (*once, latest, *once, *once, latest)


def take(key: str, limit: Limit, at: datetime) -> Standing:
    """One call of this caller, let in or refused (one statement, to be run outside of long transactions)."""
    now = moment(at)
    with connection.cursor() as cursor:
        rows = "VALUES (%s, %s, %s)"
        cursor.execute(statement(rows), [key, now + limit.step, False, *parameters(limit, now)])
        clear_at, refused = cursor.fetchone()
    return Standing(limit, now, clear_at, bool(refused))


def forget_old(actor: Actor) -> int:
    """Callers against whom nothing counts any more; how many."""
    return Throttle.objects.filter(clear_at__lt=moment(actor.at)).delete()[0]
