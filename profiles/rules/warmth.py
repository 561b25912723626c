"""Warmth: whether the two sides still talk (DOMAIN 3.10). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.score import Part

LEAST_TOUCHES = 3
LOOKED_AT = 5  # "who began the last five"
LABELS = {
    "warm": pgettext_lazy("warmth", "Warm"),
    "cooling": pgettext_lazy("warmth", "Cooling"),
    "cold": pgettext_lazy("warmth", "Cold"),
    "one_sided": _("One-sided"),
}


@dataclass(frozen=True)
class Exchange:
    """A standing touch: whether we began it, whether it was answered (None: not said), how fast."""

    on: date
    ours: bool
    answered: bool | None = None
    reply: timedelta | None = None

    @property
    def is_mutual(self) -> bool:
        """Answered, or begun by the KOL."""
        return not self.ours or self.answered is True


@dataclass(frozen=True)
class Warmth:
    """``value``: warm, cooling, cold, one_sided; None under three touches."""

    value: str | None
    parts: tuple[Part, ...]
    last_exchange: date | None = None
    theirs: int = 0
    of: int = 0
    reply: timedelta | None = None

    @property
    def label(self):
        return LABELS[self.value] if self.value else _("Too few touches to tell")


def warmth(touches: Sequence[Exchange], interval: int | None, day: date) -> Warmth:
    """The verdict over touches, the newest first. ``interval``: days between touches (None: departed).

    The last five all begun by us: one-sided. Else by the days since the last exchange:
    warm up to one interval, cooling up to two, cold beyond.
    """
    last = touches[:LOOKED_AT]
    exchange = next((touch.on for touch in touches if touch.is_mutual), None)
    theirs = sum(not touch.ours for touch in last)
    replies = [touch.reply for touch in touches if touch.reply is not None]
    reply = timedelta(seconds=median(one.total_seconds() for one in replies)) if replies else None
    days = (day - exchange).days if exchange else None
    parts = (
        Part(
            "touches", _("Touches"), len(touches), limit=LEAST_TOUCHES, passed=len(touches) >= LEAST_TOUCHES
        ),
        Part("last_exchange", _("Days since the last exchange"), days, limit=interval),
        Part("theirs", _("Begun by the KOL, of the last five"), theirs, note=str(len(last))),
        Part("reply", _("Usual delay of an answer, in minutes"), reply and round(reply.total_seconds() / 60)),
    )
    return Warmth(_verdict(touches, interval, days, theirs), parts, exchange, theirs, len(last), reply)


def _verdict(touches: Sequence[Exchange], interval: int | None, days: int | None, theirs: int) -> str | None:
    if len(touches) < LEAST_TOUCHES:
        return None
    if not theirs:
        return "one_sided"
    if days is None or interval is None:
        return "cold"
    return "warm" if days <= interval else "cooling" if days <= 2 * interval else "cold"
