"""Which penalty is proposed, and how penalties compare across levels (DOMAIN 5.10). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score

NONE = "none"
ORDER = (NONE, "nano", "micro", "mid", "macro", "mega")  # levels from the smallest


def propose(earlier: int, ordinary: int, ladder: Sequence[int]) -> Score:
    """The ladder's severity for the next violation of a rule, after ``earlier`` penalties that stand.

    Never below what an ordinary user gets; past its end the ladder stays at its last step.
    """
    step = ladder[min(earlier, len(ladder) - 1)]
    parts = (
        Part("earlier", _("Earlier penalties for this rule that stand"), earlier),
        Part("ladder", _("What the ladder proposes after them"), step),
        Part("ordinary", _("What an ordinary user gets"), ordinary),
    )
    return Score(Decimal(max(step, ordinary)), parts)


@dataclass(frozen=True)
class Case:
    """One decided violation, as the report compares it."""

    rule: Any
    level: str
    severity: int
    ordinary: int
    overturned: bool = False


@dataclass
class Cell:
    """The penalties of one level for one rule."""

    level: str
    counts: dict[int, int] = field(default_factory=dict)  # by severity
    overturned: int = 0

    @property
    def number(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> Decimal | None:
        """The mean severity; None without a penalty, never 0."""
        if not self.number:
            return None
        total = sum(severity * n for severity, n in self.counts.items())
        return (Decimal(total) / self.number).quantize(Decimal("0.01"))


@dataclass
class Line:
    """A rule with its levels side by side. ``ordinary``: the lowest and highest that users got for it."""

    rule: Any
    cells: dict[str, Cell] = field(default_factory=dict)
    ordinary: tuple[int, int] = (0, 0)

    @property
    def number(self) -> int:
        return sum(cell.number for cell in self.cells.values())

    @property
    def lighter(self) -> tuple[str, str] | None:
        """The pair (smaller level, larger level) in which the larger gets less, by the most."""
        known = [(level, self.cells[level].mean) for level in ORDER if level in self.cells]
        ranked = [(level, mean) for level, mean in known if mean is not None]
        pairs = [
            (mean - other, small, large)
            for place, (small, mean) in enumerate(ranked)
            for large, other in ranked[place + 1 :]
            if other < mean
        ]
        if not pairs:
            return None
        _gap, small, large = max(pairs, key=lambda pair: pair[0])
        return small, large


def side_by_side(cases: Iterable[Case]) -> list[Line]:
    """Per rule, as they first appear, the penalties of each level; overturned ones are counted apart."""
    lines: dict[Any, Line] = {}
    users: dict[Any, list[int]] = {}
    for case in cases:
        line = lines.setdefault(case.rule, Line(case.rule))
        cell = line.cells.setdefault(case.level or NONE, Cell(case.level or NONE))
        users.setdefault(case.rule, []).append(case.ordinary)
        if case.overturned:
            cell.overturned += 1
        else:
            cell.counts[case.severity] = cell.counts.get(case.severity, 0) + 1
    for rule, line in lines.items():
        line.ordinary = (min(users[rule]), max(users[rule]))
    return list(lines.values())


def as_json(line: Line) -> Mapping[str, Any]:
    """Cells in the order of levels, as the API and the table give them."""
    return {
        level: {
            "penalties": {str(severity): n for severity, n in sorted(cell.counts.items())},
            "number": cell.number,
            "mean": None if cell.mean is None else float(cell.mean),
            "overturned": cell.overturned,
        }
        for level in ORDER
        if (cell := line.cells.get(level)) is not None
    }
