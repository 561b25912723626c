"""The rhythm guard: whether the trust that a KOL built may be turned into money again (DOMAIN 6.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from profiles.models import Stage
from profiles.rules import metric as m
from profiles.rules.flow import Accounts, FlowPolicy, latest, window_flow

STAGE, SETTLED, APART, SIGNALS = "stage", "settled", "apart", "signals"
MONETISED = (Stage.MID_TERM, Stage.LATE)
ZERO = Decimal(0)


@dataclass(frozen=True)
class RhythmPolicy:
    """The numbers of 6.6: days in mid-term or late, between campaigns, of a window; the fall as a part."""

    settled_days: int = 30
    apart_days: int = 30
    window_days: int = 30
    fall: Decimal = Decimal("0.2")


class Stayed(NamedTuple):
    """A stay: ``until`` None is the present one."""

    stage: str
    since: date
    until: date | None


class Span(NamedTuple):
    """First and last day of a campaign."""

    start: date
    end: date


class PerDay(NamedTuple):
    """Own interactions per day of a window; ``value`` None with the accounts that do not tell them."""

    value: Decimal | None
    start: date
    end: date
    lacking: tuple[Any, ...] = ()
    newest: date | None = None


def days_settled(stays: Iterable[Stayed], day: date) -> int:
    """Days in mid-term or late up to ``day``, counted from the last entry into initial.

    A step between the two does not begin them anew; a step back into initial does.
    """
    known = [one for one in stays if one.since <= day]
    entries = [one.since for one in known if one.stage == Stage.INITIAL]
    last = max(entries, default=date.min)
    counted = (one for one in known if one.stage in MONETISED and one.since >= last)
    return sum((min(one.until or day, day) - one.since).days for one in counted)


def days_apart(span: Span, others: Iterable[Span]) -> int | None:
    """Days to the nearest other campaign, before or after; 0 where they overlap, None without another."""
    return min((_gap(span, other) for other in others), default=None)


def _gap(one: Span, other: Span) -> int:
    first, last = sorted((one, other))
    return max((last.start - first.end).days, 0)


def per_day(accounts: Accounts, start: date, end: date, flows: FlowPolicy) -> PerDay:
    """Interactions of all own accounts ÷ the days of the window; unknown while one does not tell them.

    An account left out would look as if it had fallen silent (or, before, as if others had grown).
    """
    known = {account: list(figures) for account, figures in accounts.items()}
    told = {name: window_flow(figures, m.INTERACTIONS, start, end, flows) for name, figures in known.items()}
    newest = [found.end for rows in known.values() if (found := latest(rows, m.INTERACTIONS, end))]
    lacking = tuple(name for name, flow in told.items() if flow.value is None)
    if lacking or not told:
        return PerDay(None, start, end, lacking, max(newest, default=None))
    total = sum((flow.value for flow in told.values() if flow.value is not None), ZERO)
    return PerDay(total / ((end - start).days + 1), start, end, (), max(newest, default=None))


def known_by(accounts: Accounts, day: date) -> Accounts:
    """Accounts that had any figure by that day: one that is new since can tell nothing of before."""
    known = {name: list(figures) for name, figures in accounts.items()}
    return {name: rows for name, rows in known.items() if any(one.end <= day for one in rows)}


def before(start: date, days: int) -> tuple[date, date]:
    """The window of that many days up to the eve of a campaign."""
    return start - timedelta(days=days), start - timedelta(days=1)


def fall(earlier: Decimal | None, now: Decimal | None) -> Decimal | None:
    """By which part interactions per day are down; below zero they rose. Nothing earlier cannot fall."""
    if earlier is None or now is None:
        return None
    return ZERO if not earlier else 1 - now / earlier


@dataclass(frozen=True)
class Check:
    """One demand: ``passed`` None is unknown, which does not pass."""

    key: str
    label: Any
    passed: bool | None
    figure: Decimal | int | str | None
    threshold: Decimal | int | str
    sentence: str
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        figure = str(self.figure) if isinstance(self.figure, Decimal) else self.figure
        threshold = str(self.threshold) if isinstance(self.threshold, Decimal) else self.threshold
        return {
            "key": self.key,
            "label": str(self.label),
            "passed": self.passed,
            "figure": figure,
            "threshold": threshold,
            "sentence": str(self.sentence),
        }


@dataclass(frozen=True)
class Guard:
    """All demands of 6.6 on one KOL and day."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(one.passed is True for one in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(one for one in self.checks if one.passed is not True)

    def as_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "checks": [one.as_json() for one in self.checks]}
