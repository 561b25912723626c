"""Which kind of incentive to propose to a drifting KOL (DOMAIN 3.7); pure. A suggestion, never an action."""

from collections.abc import Sequence
from dataclasses import dataclass

from incentives.rules.policy import Cell

DRIFTING = "drifting"
# what binds longest comes first; a one-off payment last
BINDING = (
    *("profit_share", "fan_operation", "ip_building", "resources"),
    *("knowledge", "privilege", "spiritual", "material"),
)
ANSWERS = {
    "money": ("profit_share", "material"),
    "brand": ("ip_building", "fan_operation"),
    "support": ("resources", "fan_operation"),
    "knowledge": ("knowledge",),
    "recognition": ("spiritual", "privilege"),
    "data": ("knowledge", "privilege"),
    "feature": ("privilege",),
}


@dataclass(frozen=True)
class Proposal:
    """A kind that the policy allows, and the place of the need that it answers (None: none of them)."""

    kind: str
    need: int | None


def propose(verdict: str, cell: Cell | None, needs: Sequence[str]) -> Proposal | None:
    """For who is drifting: what answers the earliest open need, else what binds; None: nothing is allowed."""
    if verdict != DRIFTING or cell is None:
        return None
    for place, need in enumerate(needs):
        for kind in ANSWERS[need]:
            if kind in cell.kinds:
                return Proposal(kind, place)
    return next((Proposal(kind, None) for kind in BINDING if kind in cell.kinds), None)
