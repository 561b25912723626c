"""What one might give a KOL, and why (DOMAIN 7.4); pure.

From what they like, what happens in their life, days to come, what went down well with them before and with
others who like the same. What they avoid, and what may not be given again yet, is left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

LIKES, EVENT, OWN, OTHERS, DATE = "likes", "event", "own", "others", "date"
WEIGHTS: Mapping[str, int] = {EVENT: 40, OWN: 30, OTHERS: 20, LIKES: 10, DATE: 5}


@dataclass(frozen=True)
class Reason:
    """``about``: what they like, what happens; ``times``: of how many others; ``day``: of the event, of the
    gift before."""

    code: str
    about: str = ""
    day: date | None = None
    times: int = 0
    row: UUID | None = None


@dataclass(frozen=True)
class Coming:
    """A day of the file: a life event with its gift idea, an important date, the birthday (no row)."""

    row: UUID | None
    what: str
    day: date | None
    idea: str = ""


@dataclass(frozen=True)
class Liked:
    """A gift that went down well: with this KOL on ``day``, or with one who likes ``shared`` too."""

    item: str
    day: date
    shared: tuple[str, ...] = ()


@dataclass
class Idea:
    item: str
    reasons: list[Reason] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason.code] for reason in self.reasons)

    def of(self, code: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)


@dataclass(frozen=True)
class Known:
    """What is known of a KOL; ``taken`` are folded items that may not be given again yet."""

    likes: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    events: tuple[Coming, ...] = ()
    dates: tuple[Coming, ...] = ()
    own: tuple[Liked, ...] = ()
    others: tuple[Liked, ...] = ()
    taken: frozenset[str] = frozenset()


def propose(known: Known, fold: Callable[[str], str], most: int) -> list[Idea]:
    """The best first, by the sum of the weights of their reasons, then by name; at most ``most``.

    A day to come is a reason more for each, and none by itself.
    """
    found: dict[str, Idea] = {}
    for item, reason in _reasons(known):
        key = fold(item)
        if key and key not in known.taken and not _avoided(key, map(fold, known.avoids)):
            found.setdefault(key, Idea(item)).reasons.append(reason)
    coming = min((one for one in known.dates if one.day), key=lambda one: one.day or date.max, default=None)
    for idea in found.values():
        if coming is not None and idea.of(EVENT) is None:
            idea.reasons.append(Reason(DATE, coming.what, coming.day, row=coming.row))
    return sorted(found.values(), key=lambda idea: (-idea.weight, fold(idea.item)))[:most]


def _reasons(known: Known) -> Iterable[tuple[str, Reason]]:
    for event in known.events:
        if event.idea:
            yield event.idea, Reason(EVENT, event.what, event.day, row=event.row)
    for liked in _latest(known.own):
        yield liked.item, Reason(OWN, day=liked.day)
    yield from _of_others(known.others)
    for like in known.likes:
        yield like, Reason(LIKES, like)


def _latest(liked: Collection[Liked]) -> Iterable[Liked]:
    by_item: dict[str, Liked] = {}
    for one in sorted(liked, key=lambda one: one.day):
        by_item[one.item] = one
    return by_item.values()


def _of_others(liked: Collection[Liked]) -> Iterable[tuple[str, Reason]]:
    """One reason an item, with how many had it and what they share with this KOL."""
    times: dict[str, list[Liked]] = {}
    for one in liked:
        if one.shared:
            times.setdefault(one.item, []).append(one)
    for item, rows in times.items():
        shared = dict.fromkeys(word for row in rows for word in row.shared)
        yield item, Reason(OTHERS, ", ".join(shared), times=len(rows))


def _avoided(key: str, avoids: Iterable[str]) -> bool:
    return any(word and word in key for word in avoids)
