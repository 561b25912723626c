"""Whether a plan keeps within the policy, line by line, and what would bring it inside (DOMAIN 6.1); pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from incentives.rules.paying import Quarter
from kol_crm.core.score import Part, plain

STAGE, KIND, NO_RATE, OPEN_SUM, CEILING = "stage", "kind", "no_rate", "open_sum", "ceiling"
DROP, MOVE, LOWER, CAP, RATE = "drop", "move", "lower", "cap", "rate"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """What the policy allows at one stage and level; ``ceiling`` for a KOL and calendar quarter. ``unrated``:
    the currency of a ceiling that no rate converts: then no sum is inside, and ``ceiling`` says nothing."""

    kinds: frozenset[str]
    ceiling: Decimal
    usual: Decimal | None = None
    unrated: str = ""


@dataclass(frozen=True)
class Payment:
    """One payment; ``value`` is it in the installation's currency, None without a rate, ``amount`` None
    where nobody can say what it will come to."""

    day: date
    amount: Decimal | None
    currency: str
    value: Decimal | None


@dataclass(frozen=True)
class Line:
    """One item of a plan, or of another plan of the KOL."""

    key: str
    kind: str
    what: str
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a line is outside: ``code`` and the figures of that code."""

    code: str
    quarter: Quarter | None = None
    total: Decimal | None = None
    ceiling: Decimal | None = None
    currency: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Way:
    """What would bring a line inside: ``code``, and by how much the quarter's sum falls."""

    code: str
    key: str
    less: Decimal = NOTHING
    quarter: Quarter | None = None
    to: Decimal | None = None


@dataclass(frozen=True)
class Judged:
    line: Line
    value: Decimal | None
    reasons: tuple[Reason, ...]

    @property
    def inside(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Sum:
    """A quarter: due in it under other plans, under this one, and the ceiling; None: unknown."""

    quarter: Quarter
    others: Decimal | None
    own: Decimal | None
    ceiling: Decimal

    @property
    def total(self) -> Decimal | None:
        return None if self.others is None or self.own is None else self.others + self.own

    @property
    def over(self) -> Decimal:
        """By how much the known sum is above the ceiling."""
        return max(NOTHING, (self.others or NOTHING) + (self.own or NOTHING) - self.ceiling)


@dataclass(frozen=True)
class Judgement:
    """The verdict with its parts; ``ways`` lead inside, where there are any."""

    lines: tuple[Judged, ...]
    sums: tuple[Sum, ...]
    ways: tuple[Way, ...] = ()

    @property
    def inside(self) -> bool:
        return all(line.inside for line in self.lines)

    @property
    def outside(self) -> list[Judged]:
        return [line for line in self.lines if not line.inside]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Each quarter held against its ceiling."""
        return tuple(
            Part(
                f"{one.quarter.year}-Q{one.quarter.number}",
                str(one.quarter),
                one.total,
                limit=one.ceiling,
                passed=None if one.total is None else one.total <= one.ceiling,
            )
            for one in self.sums
        )

    def as_json(self) -> dict[str, Any]:
        """Kept with the plan and answered by the API: figures and codes, no words."""
        return {
            "inside": self.inside,
            "lines": [
                {
                    "key": one.line.key,
                    "kind": one.line.kind,
                    "what": one.line.what,
                    "value": plain(one.value),
                    "reasons": [_bare(reason) for reason in one.reasons],
                }
                for one in self.lines
            ],
            "parts": [part.as_json() for part in self.parts],
            "ways": [_bare(way) for way in self.ways],
        }


def _bare(row: Reason | Way) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return {name: plain(value) for name, value in found.items() if value not in (None, "")}


def judge(cell: Cell | None, lines: Sequence[Line], others: Iterable[Line]) -> Judgement:
    """Hold the lines of a plan, in their order, against the cell (None: nothing is given here).

    ``others``: what counts of the KOL's other plans. In each quarter the line that takes the sum above the
    ceiling is outside, and every further one with money in it; what cannot be converted is outside.
    """
    ceiling = cell.ceiling if cell else NOTHING
    standing = _by_quarter(others)
    running: dict[Quarter, Decimal | None] = dict(standing)
    judged = []
    for line in lines:
        reasons: list[Reason] = []
        if cell is None:
            reasons.append(Reason(STAGE))
        elif line.kind not in cell.kinds:
            reasons.append(Reason(KIND))
        reasons += _unknown(line)
        own = _by_quarter([line])
        for quarter, value in own.items():
            before = running.get(quarter, NOTHING)
            running[quarter] = None if before is None or value is None else before + value
            if cell is not None and cell.unrated and value:
                reasons.append(Reason(NO_RATE, currency=cell.unrated, day=line.payments[0].day))
            elif cell is not None and value:
                reasons += _over(quarter, before, value, ceiling)
        judged.append(Judged(line, _total(own), tuple(reasons)))
    own = _by_quarter(lines)
    sums = tuple(
        Sum(quarter, standing.get(quarter, NOTHING), own[quarter], ceiling) for quarter in sorted(own)
    )
    found = Judgement(tuple(judged), sums)
    return Judgement(found.lines, sums, tuple(_ways(cell, found, standing)))


def _over(quarter: Quarter, before: Decimal | None, value: Decimal, ceiling: Decimal) -> list[Reason]:
    if before is None:
        return [Reason(NO_RATE, quarter=quarter)]
    total = before + value
    return [Reason(CEILING, quarter=quarter, total=total, ceiling=ceiling)] if total > ceiling else []


def _unknown(line: Line) -> list[Reason]:
    """What of a line has no sum: each currency once."""
    found: dict[tuple[str, str], Reason] = {}
    for one in line.payments:
        if one.amount is None:
            found.setdefault((OPEN_SUM, ""), Reason(OPEN_SUM))
        elif one.value is None:
            found.setdefault((NO_RATE, one.currency), Reason(NO_RATE, currency=one.currency, day=one.day))
    return list(found.values())


def _by_quarter(lines: Iterable[Line]) -> dict[Quarter, Decimal | None]:
    sums: dict[Quarter, Decimal | None] = {}
    for one in (payment for line in lines for payment in line.payments):
        quarter = Quarter.of(one.day)
        before = sums.get(quarter, NOTHING)
        sums[quarter] = None if before is None or one.value is None else before + one.value
    return sums


def _total(by_quarter: Mapping[Quarter, Decimal | None]) -> Decimal | None:
    known = [value for value in by_quarter.values() if value is not None]
    return None if not known or len(known) < len(by_quarter) else sum(known, NOTHING)


def _ways(cell: Cell | None, found: Judgement, standing: Mapping[Quarter, Decimal | None]) -> Iterable[Way]:
    """One way per line that is outside; sums are worked off from the last line backwards."""
    excess: dict[Quarter, Decimal] = defaultdict(lambda: NOTHING)
    for one in found.sums:
        excess[one.quarter] = one.over
    free = dict(standing)
    for one in found.sums:
        free[one.quarter] = one.total
    for judged in reversed(found.outside):
        codes = {reason.code for reason in judged.reasons}
        by_quarter = _by_quarter([judged.line])
        if cell is None or KIND in codes:
            for quarter, value in by_quarter.items():
                excess[quarter] -= value or NOTHING
            yield Way(DROP, judged.line.key, less=judged.value or NOTHING)
        elif OPEN_SUM in codes:
            quarter = Quarter.of(judged.line.payments[0].day)
            room = cell.ceiling - (standing.get(quarter) or NOTHING)
            yield Way(CAP, judged.line.key, to=max(NOTHING, room))
        elif NO_RATE in codes:
            yield Way(RATE, judged.line.key)
        else:
            yield from _less(cell, judged, by_quarter, excess, free)


def _less(
    cell: Cell,
    judged: Judged,
    by_quarter: Mapping[Quarter, Decimal | None],
    excess: dict[Quarter, Decimal],
    free: dict[Quarter, Decimal | None],
) -> Iterable[Way]:
    """Move a single payment to the next quarter where it fits, else lower the line, else drop it."""
    over = {quarter: excess[quarter] for quarter in by_quarter if excess[quarter] > 0}
    if not over:
        return
    value = judged.value or NOTHING
    if len(judged.line.payments) == 1:
        (quarter,) = by_quarter
        following = free.get(quarter.after, NOTHING)
        if following is not None and following + value <= cell.ceiling:
            excess[quarter] -= value
            free[quarter.after] = following + value
            yield Way(MOVE, judged.line.key, less=value, quarter=quarter.after)
            return
    less = min(value, sum(over.values(), NOTHING))
    for quarter in over:
        excess[quarter] -= less
    if less == value or len(judged.line.payments) > 1:
        yield Way(DROP, judged.line.key, less=value)
    else:
        yield Way(LOWER, judged.line.key, less=less, to=value - less)
