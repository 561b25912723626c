"""The ladder of channels: which attempt is due next, and when every way was tried (DOMAIN 4.8). Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from lifecycle.models import Result

CONTACTS = ("mail", "wechat", "phone")  # a wrong one is marked dead; another may still be known


@dataclass(frozen=True)
class Rung:
    """A channel: how many days of silence are waited out, how many attempts are made."""

    channel: str
    gap: int
    attempts: int


class Tried(NamedTuple):
    """One attempt with what is known of it by now."""

    channel: str
    day: date
    result: str


class Step(NamedTuple):
    """The attempt that is due; without a channel every known way was tried, or none is known."""

    channel: str
    on: date


def counts(tried: Iterable[Tried]) -> dict[str, int]:
    """Attempts by channel; one at a wrong address reached nobody and counts for none."""
    found: dict[str, int] = {}
    for one in tried:
        if one.result != Result.WRONG:
            found[one.channel] = found.get(one.channel, 0) + 1
    return found


def open_rungs(rungs: Sequence[Rung], known: Collection[str], tried: Sequence[Tried]) -> list[Rung]:
    """Known channels on which an attempt is left, in the order of the ladder."""
    made = counts(tried)
    last = {one.channel: one.result for one in tried}
    wrong = {channel for channel, result in last.items() if result == Result.WRONG} - set(CONTACTS)
    return [
        rung
        for rung in rungs
        if rung.channel in known and rung.channel not in wrong and made.get(rung.channel, 0) < rung.attempts
    ]


def next_step(rungs: Sequence[Rung], known: Collection[str], tried: Sequence[Tried], day: date) -> Step:
    """Which attempt is due and from when, the person having kept silent so far.

    A channel is tried to its number, then the next one up; behind the last the ones that were passed over.
    ``day``: when the first attempt is due.
    """
    left = open_rungs(rungs, known, tried)
    if not tried:
        return Step(left[0].channel if left else "", day)
    last = tried[-1]
    gaps = {rung.channel: rung.gap for rung in rungs}
    silence = 0 if last.result == Result.WRONG else gaps.get(last.channel, min(gaps.values(), default=0))
    on = last.day + timedelta(days=silence)
    if not left:
        return Step("", on)
    by_channel = {rung.channel: rung for rung in left}
    if last.channel in by_channel:
        return Step(last.channel, on)
    order = [rung.channel for rung in rungs]
    place = order.index(last.channel) if last.channel in order else -1
    following = [*order[place + 1 :], *order[: place + 1]]
    return Step(next(channel for channel in following if channel in by_channel), on)
