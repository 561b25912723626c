"""How many files there are of each sort: what the dashboard puts together (DOMAIN 8.2).

Each function is one GROUP BY over the files handed in, and each group is what filters of the KOL list find.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from profiles.models import Kol


@dataclass(frozen=True)
class Census:
    """Files counted by stage, level (empty: none) and verdict at once."""

    counts: dict[tuple[str, str, str], int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def by_stage(self) -> Counter[str]:
        return self._by(0)

    @property
    def by_level(self) -> Counter[str]:
        return self._by(1)

    @property
    def by_verdict(self) -> Counter[str]:
        return self._by(2)

    def _by(self, place: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for group, count in self.counts.items():
            found[group[place]] += count
        return found


@dataclass(frozen=True)
class Load:
    """The files of one owner (None: nobody's) and how many of them meet each condition asked for."""

    username: str | None
    name: str
    files: int
    meeting: dict[str, int]


def census(kols: QuerySet[Kol]) -> Census:
    rows = kols.order_by().values_list("stage", "level", "verdict").annotate(Count("pk"))
    return Census({row[:3]: row[3] for row in rows})


def by_field(kols: QuerySet[Kol]) -> dict[UUID, int]:
    """Files per field id; one with several fields counts in each of them."""
    rows = kols.order_by().filter(kol_fields__isnull=False).values_list("kol_fields__field")
    return dict(rows.annotate(Count("pk")))


def by_owner(kols: QuerySet[Kol], **conditions: Q) -> list[Load]:
    """Owners by name, nobody last."""
    rows = (
        kols.order_by()
        .values_list("owner__username", "owner__display_name")
        .annotate(files=Count("pk"), **{name: Count("pk", filter=met) for name, met in conditions.items()})
    )
    loads = [
        Load(username, name or username or "", files, dict(zip(conditions, met, strict=True)))
        for username, name, files, *met in rows
    ]
    return sorted(loads, key=lambda load: (load.username is None, load.name.casefold()))
