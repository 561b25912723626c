"""The mix of what a KOL got in a year: counted by entries, not by their amounts (DOMAIN 6.8)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PLACES = 1


@dataclass(frozen=True)
class Mix:
    """Entries by kind, most first; ``money``: how many of them are money."""

    counts: Mapping[str, int]
    money: int

    @property
    def entries(self) -> int:
        return sum(self.counts.values())

    @property
    def is_only_money(self) -> bool:
        """Nothing but money: what binds by money alone leaves for more of it. No entry is no mix."""
        return self.entries > 0 and self.money == self.entries

    def share(self, kind: str) -> float:
        """Per cent of all entries."""
        return round(100 * self.counts.get(kind, 0) / self.entries, PLACES) if self.entries else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "entries": self.entries,
            "money": self.money,
            "only_money": self.is_only_money,
            "kinds": [
                {"kind": kind, "entries": count, "share": self.share(kind)}
                for kind, count in self.counts.items()
            ],
        }


def mix(entries: Iterable[tuple[str, bool]]) -> Mix:
    """From (kind, whether it is money) of each entry."""
    counts: Counter[str] = Counter()
    money = 0
    for kind, is_money in entries:
        counts[kind] += 1
        money += is_money
    return Mix(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))), money)
