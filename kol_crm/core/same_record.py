"""Which conditions of an AND group speak of one and the same linked record (docs/lists.md).

Of “open need of the kind money” and “open need, due before 1 December” both must be true of one need: two
needs that each meet one of them do not answer the question. Two that cannot be true of one record, as the
kinds money and data, are of two. What could belong to either of several must be true of one of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q


@dataclass(frozen=True)
class Records:
    """A kind of linked record: ``has(condition)`` are the rows to which one is linked that meets it."""

    label: Any
    has: Callable[[Q], Q]


class Speaking(Protocol):
    """A condition: the kind of record it speaks of, if any, and the values of which a record has only one."""

    @property
    def records(self) -> Records | None: ...

    @property
    def names(self) -> frozenset[str]: ...


@dataclass
class Cluster:
    """Conditions on one kind of record, by their places.

    ``each`` a record of its own; ``loose``: those that could belong to any of several.
    """

    records: Records
    each: list[list[int]] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        return [place for places in (*self.each, self.loose) for place in places]


def clusters(parts: Sequence[Any]) -> list[Cluster]:
    """The conditions among the parts that speak of linked records, kind by kind."""
    found: dict[int, Cluster] = {}
    for place, part in enumerate(parts):
        records = getattr(part, "records", None)
        if records is not None:
            cluster = found.setdefault(id(records), Cluster(records))
            (cluster.each.append([place]) if part.names else cluster.loose.append(place))
    for cluster in found.values():
        cluster.each = _joined([places[0] for places in cluster.each], parts)
        if len(cluster.each) < 2:
            cluster.each = [sorted([place for places in cluster.each for place in places] + cluster.loose)]
            cluster.loose = []
    return list(found.values())


def _joined(places: Iterable[int], parts: Sequence[Any]) -> list[list[int]]:
    """Those that name a value in common are of one record."""
    records: list[tuple[frozenset[str], list[int]]] = []
    for place in places:
        names = parts[place].names
        for index, (common, members) in enumerate(records):
            if common & names:
                records[index] = (common & names, [*members, place])
                break
        else:
            records.append((names, [place]))
    return [members for _names, members in records]


def asked(cluster: Cluster, row: Callable[[int], Q]) -> Q:
    """What the cluster asks for; ``row(place)`` is what a condition asks of the record itself."""

    def has(places: Iterable[int]) -> Q:
        condition = Q()
        for place in places:
            condition &= row(place)
        return cluster.records.has(condition)

    wanted, either = Q(), Q()
    for places in cluster.each:
        wanted &= has(places)
        either |= has([*places, *cluster.loose])
    return wanted & either if cluster.loose else wanted
