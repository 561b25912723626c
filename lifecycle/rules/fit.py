"""Fit: does the temperament match? It beats the number of followers, which is no part of it (DOMAIN 4.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from kol_crm.core.score import Part, Score

BEST = 5
DISPUTE = 3  # raters so far apart are flagged


class Given(NamedTuple):
    """What one rater gave one criterion."""

    rater: object
    criterion: str
    value: int


@dataclass(frozen=True)
class Criterion:
    """``weight`` of 100; a 0 on a ``red_line`` vetoes; ``name`` as its version of the rubric says it."""

    weight: int
    red_line: bool = False
    name: str = ""


@dataclass(frozen=True)
class Fit:
    """``score.value`` None: a criterion nobody rated. ``disputed`` and ``vetoed`` are keys of criteria."""

    score: Score
    disputed: tuple[str, ...] = ()
    vetoed: tuple[str, ...] = ()
    raters: int = 0
    spread: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def vetoed_names(self) -> list[str]:
        return [self.names.get(key) or key for key in self.vetoed]


def fit(criteria: Mapping[str, Criterion], given: Iterable[Given]) -> Fit:
    """Σ weight × mean rating ÷ 5, with each criterion as a part; criteria without weight do not count."""
    ratings: dict[str, list[int]] = defaultdict(list)
    raters = set()
    for one in given:
        if one.criterion in criteria:
            ratings[one.criterion].append(one.value)
            raters.add(one.rater)
    weighed = {key: criterion for key, criterion in criteria.items() if criterion.weight}
    parts = tuple(_part(key, criterion, ratings[key]) for key, criterion in weighed.items())
    missing = tuple(part.key for part in parts if part.points is None)
    value = None if missing else sum((Decimal(part.points) for part in parts), Decimal(0))
    spreads = {key: max(values) - min(values) for key, values in ratings.items() if values}
    return Fit(
        score=Score(value, parts, missing),
        disputed=tuple(key for key in criteria if spreads.get(key, 0) >= DISPUTE),
        vetoed=tuple(key for key, one in criteria.items() if one.red_line and 0 in ratings.get(key, ())),
        raters=len(raters),
        spread=max(spreads.values(), default=0),
        names={key: criterion.name for key, criterion in criteria.items()},
    )


def _part(key: str, criterion: Criterion, values: list[int]) -> Part:
    mean = Decimal(sum(values)) / len(values) if values else None
    points = None if mean is None else criterion.weight * mean / BEST
    return Part(key, criterion.name or key, mean, points=points, weight=criterion.weight)
