"""A verdict of the policy in words: why a line is outside, and what would bring it inside (DOMAIN 6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from incentives.judging import Verdict, cell_of
from incentives.models import IncentivePolicy, Kind
from incentives.rules import policy as rule
from incentives.rules.paying import Quarter
from kol_crm.core import wording
from profiles.models import Level, Stage

CELL_STAGES = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)


@dataclass(frozen=True)
class Bar:
    """A quarter's sum against its ceiling, in per cent of the larger of both."""

    quarter: str
    total: Decimal | None
    others: Decimal | None
    ceiling: Decimal
    over: Decimal
    inside: int
    outside: int


def place(stage: str, level: str) -> str:
    """Mid-term × Mid."""
    return f"{Stage(stage).label} × {Level(level or Level.NANO).label}"


def quarter(one: Quarter | str) -> str:
    """Q1 2027, in the reader's language; also of a kept "2027-Q1"."""
    if isinstance(one, str):
        year, _dash, number = one.partition("-Q")
        one = Quarter(int(year), int(number))
    return _("Q%(number)d %(year)d") % {"number": one.number, "year": one.year}


def money(amount: Decimal | None, currency: str) -> str:
    return wording.money(amount, currency, wording.babel_locale())


def reason(one: rule.Reason, kind: str, verdict: Verdict) -> str:
    """Outside: the sum reaches ¥23,800, ceiling ¥20,000."""
    where = place(verdict.stage, verdict.level)
    words = {
        "where": where,
        "stage": Stage(verdict.stage).label,
        "kind": Kind(kind).label,
        "currency": one.currency,
        "day": wording.day_words(one.day, "plain", one.day, wording.babel_locale()) if one.day else "",
        "total": money(one.total, verdict.currency),
        "ceiling": money(one.ceiling, verdict.currency),
        "quarter": quarter(one.quarter) if one.quarter else "",
    }
    return _template(one) % words


def _template(one: rule.Reason) -> str:
    match one.code:
        case rule.STAGE:
            return _("Nothing is given in %(stage)s")
        case rule.KIND:
            return _("No %(kind)s at %(where)s")
        case rule.OPEN_SUM:
            return _("Without a cap nobody knows what it comes to")
        case rule.NO_RATE if one.currency:
            return _("No rate for %(currency)s on %(day)s")
        case rule.NO_RATE:
            return _("The sum of %(quarter)s is unknown: a rate is missing")
    return _("The sum of %(quarter)s reaches %(total)s, ceiling %(ceiling)s")


def ways(verdict: Verdict) -> list[dict[str, Any]]:
    """``words, less``: what would bring each line inside."""
    names = {one.line.key: one.line.what for one in verdict.found.lines}
    found = []
    for way in verdict.found.ways:
        words = {
            "what": names[way.key],
            "to": money(way.to, verdict.currency),
            "quarter": quarter(way.quarter) if way.quarter else "",
        }
        found.append({"words": _way(way.code) % words, "less": way.less})
    return found


def _way(code: str) -> str:
    return {
        rule.DROP: _("Drop “%(what)s”"),
        rule.MOVE: _("Move “%(what)s” to %(quarter)s"),
        rule.LOWER: _("Lower “%(what)s” to %(to)s"),
        rule.CAP: _("Cap “%(what)s” at %(to)s"),
        rule.RATE: _("Enter a rate for “%(what)s”"),
    }[code]


def bars(verdict: Verdict) -> list[Bar]:
    return [_bar(one) for one in verdict.found.sums]


def _bar(one: rule.Sum) -> Bar:
    known = (one.others or Decimal(0)) + (one.own or Decimal(0))
    whole = max(known, one.ceiling)
    share = int(min(known, one.ceiling) * 100 / whole) if whole else 0
    outside = int(one.over * 100 / whole) if whole else 0
    return Bar(quarter(one.quarter), one.total, one.others, one.ceiling, one.over, share, outside)


def starts_at(policy: IncentivePolicy | None, kind: str, stage: str, level: str) -> str:
    """Where the kind is allowed nearest to here: "Profit share starts at Late or Macro"; empty: nowhere."""
    if policy is None or stage not in CELL_STAGES:
        return ""
    level = level or Level.NANO
    stages = [
        one for one in CELL_STAGES[CELL_STAGES.index(Stage(stage)) :] if _knows(policy, kind, one, level)
    ]
    higher = Level.values[Level.values.index(level) :]
    levels = [one for one in higher if _knows(policy, kind, stage, one)]
    words = [Stage(stages[0]).label] if stages else []
    words += [Level(levels[0]).label] if levels else []
    if not words:
        return ""
    told = {"kind": Kind(kind).label, "where": _(" or ").join(map(str, words))}
    return _("%(kind)s starts at %(where)s") % told


def _knows(policy: IncentivePolicy, kind: str, stage: str, level: str) -> bool:
    cell = cell_of(policy, stage, level)
    return cell is not None and kind in cell.kinds


def told(verdict: Verdict) -> dict[str, Any]:
    """What ``incentives/plan/_verdict.html`` draws."""
    lines = [
        {
            "key": one.line.key,
            "what": one.line.what,
            "value": one.value,
            "inside": one.inside,
            "reasons": [reason(found, one.line.kind, verdict) for found in one.reasons],
        }
        for one in verdict.found.lines
    ]
    kinds = {
        one.line.kind for one in verdict.found.lines if any(found.code == rule.KIND for found in one.reasons)
    }
    hints = [starts_at(verdict.policy, kind, verdict.stage, verdict.level) for kind in sorted(kinds)]
    return {
        "inside": verdict.inside,
        "policy": verdict.policy,
        "place": place(verdict.stage, verdict.level),
        "currency": verdict.currency,
        "lines": lines,
        "outside": len(verdict.found.outside),
        "bars": bars(verdict),
        "hints": [hint for hint in hints if hint],
        "ways": ways(verdict),
    }


def kept(figures: Mapping[str, Any]) -> dict[str, Any]:
    """A kept verdict in short: how many lines were outside, and each quarter's sum against its ceiling."""
    currency = figures["currency"]
    sums = [
        {
            "quarter": quarter(part["key"]),
            "total": money(part["value"], currency),
            "ceiling": money(part["limit"], currency),
            "over": part["passed"] is False,
        }
        for part in figures["parts"]
    ]
    outside = [line for line in figures["lines"] if line["reasons"]]
    return {"inside": figures["inside"], "outside": len(outside), "sums": sums}
