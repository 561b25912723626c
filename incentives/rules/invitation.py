"""Which invitations count, and who stands where in a contest (DOMAIN 6.5). Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SELF, DOUBLE = "self", "double"


def left_out(user_ref: str, own: Collection[str], counted: Collection[str]) -> str:
    """Why an invited user does not count: they are the KOL, or count in this campaign already."""
    if user_ref.casefold() in {one.casefold() for one in own}:
        return SELF
    return DOUBLE if user_ref in counted else ""


@dataclass(frozen=True)
class Place:
    """``rank`` from 1; equal numbers share it, and the next rank leaves as many out. ``moved`` is how many
    ranks up (below zero: down) since ``before``; None for who was not there.
    """

    who: Any
    rank: int
    counted: int
    moved: int | None


def ranks(counts: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    """Standard competition ranking: 1, 2, 2, 4."""
    found = list(counts)
    ordered = sorted((count for _who, count in found), reverse=True)
    first = {count: place for place, count in reversed(list(enumerate(ordered, 1)))}
    return {who: first[count] for who, count in found}


def places(now: Mapping[Any, int], before: Mapping[Any, int]) -> list[Place]:
    """Best first; who has as many keeps the order in which they were handed in."""
    standing, earlier = ranks(now.items()), ranks(before.items())
    found = [
        Place(who, rank, now[who], earlier[who] - rank if who in earlier else None)
        for who, rank in standing.items()
    ]
    return sorted(found, key=lambda place: place.rank)
