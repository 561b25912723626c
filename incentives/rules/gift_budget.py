"""What gifts may cost a KOL in a calendar year, held against what they cost (DOMAIN 7.4); pure."""

from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Budget:
    """In the installation's currency. ``taken``: what is chosen and sent; None where a part has no rate."""

    year: int
    level: str
    limit: Decimal
    taken: Decimal | None

    @property
    def left(self) -> Decimal | None:
        """At least nothing."""
        return None if self.taken is None else max(NOTHING, self.limit - self.taken)

    @property
    def over(self) -> Decimal:
        return max(NOTHING, (self.taken or NOTHING) - self.limit)

    def allows(self, cost: Decimal | None) -> bool:
        """Whether ``cost`` (None: no rate says it) still fits; what costs nothing always does."""
        if cost == NOTHING:
            return True
        return cost is not None and self.taken is not None and self.taken + cost <= self.limit
