"""The checks whose facts lifecycle and profiles hold: own figures, pace of the field (DOMAIN 5.3)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import wording
from kol_crm.core.shapes import Number, Share, Table
from lifecycle import pace
from lifecycle.gates import ADVISORY, MANDATORY, Asked, CheckKind, Finding
from lifecycle.rules import gate as rules
from lifecycle.rules.pace import OVERSUPPLIED, UNKNOWN
from profiles.filters import NONE
from profiles.models import Level, Stage
from profiles.rules import metric as m
from profiles.rules.flow import Figure
from profiles.rules.level import largest_fresh
from profiles.services import figure_policy

FOLLOWERS = {NONE: 500, "nano": 500, "micro": 5_000, "mid": 50_000, "macro": 250_000, "mega": 1_000_000}
LONGEST = 180  # figures are read that far back and 90 days more
SPAN: dict[str, tuple[Any, Any]] = {
    "days": (gettext_lazy("In every snapshot of the last days (0: today)"), Number(0, LONGEST)),
    "longest_gap": (gettext_lazy("With no gap over, days"), Number(1, 90)),
}
TODAY = {"days": 0, "longest_gap": 14}
HELD = {"days": 60, "longest_gap": 14}


def own_followers(asked: Asked, parameters: Mapping[str, Any]) -> Finding:
    """Followers on the own platform against those of the level."""
    limit = parameters["followers"][asked.kol.level or NONE]
    held = _hold(asked, parameters, rules.followers, Decimal(limit))
    value = None if held.value is None else int(held.value)
    return Finding(held.passed, value, limit, _evidence(asked, held, parameters), held.parts)


def own_rate(asked: Asked, parameters: Mapping[str, Any]) -> Finding:
    """Interactions per post ÷ followers on the own platform, in per cent."""
    share = Decimal(parameters["share"])
    held = _hold(asked, parameters, rules.rate, share)
    value = None if held.value is None else _percent(held.value)
    return Finding(held.passed, value, _percent(share), _evidence(asked, held, parameters), held.parts, "%")


def field_pace(asked: Asked, _parameters: Mapping[str, Any]) -> Finding:
    """The main field has not more KOLs than its users need (DOMAIN 4.1)."""
    field = asked.kol.main_field
    if field is None:
        return Finding(None, evidence=_("The file has no field."))
    found = pace.of(field, asked.day)
    figures, state, parts = found.figures, found.pace.state, found.pace.intake.parts
    if state == UNKNOWN:
        words = _("%(field)s: no demand of this month or last, or no band.") % {"field": field}
        return Finding(None, evidence=words, parts=parts)
    words = _("%(field)s: users per active KOL; the band is %(low)s–%(high)s") % {
        "field": field,
        "low": wording.grouped(figures.low, wording.babel_locale()),
        "high": wording.grouped(figures.high, wording.babel_locale()),
    }
    value = None if found.pace.per_kol is None else round(found.pace.per_kol)
    return Finding(state != OVERSUPPLIED, value, figures.low, words, parts)


def _hold(asked: Asked, parameters: Mapping[str, Any], measure: rules.Measure, limit: Decimal) -> rules.Held:
    """By the own account with the most fresh followers; where none is fresh by the one last looked at."""
    flows, accounts = figure_policy.flow(asked.rules), asked.own_figures
    largest = largest_fresh(accounts, asked.day, flows)
    figures = accounts[largest[0]] if largest else max(accounts.values(), key=_last_day, default=[])
    if not parameters["days"]:
        return rules.now(figures, measure, limit, asked.day, flows)
    return rules.held(
        figures,
        measure,
        limit,
        asked.day,
        flows,
        days=parameters["days"],
        longest_gap=parameters["longest_gap"],
    )


def _last_day(figures: list[Figure]) -> date:
    """Of the followers' last figure."""
    return max((one.end for one in figures if one.metric == m.FOLLOWERS), default=date.min)


def _percent(share: Decimal) -> float:
    """1.27 of 0.0127; the limit decides by the exact figure, this is what is shown."""
    return float(round(share * 100, 2))


def _evidence(asked: Asked, held: rules.Held, parameters: Mapping[str, Any]) -> str:
    """What is missing first, then what was looked at."""
    said = []
    if held.stale:
        said.append(_("The last figure is of %(day)s: refresh it.") % {"day": _day(held.stale, asked)})
    elif not held.snapshots:
        said.append(_("No figure of followers here: enter one."))
    elif held.unmeasured and not parameters["days"]:
        said.append(_("Posts and interactions of 90 days are missing, or nothing was posted."))
    elif held.unmeasured:
        words = ngettext(
            "Unknown in %(n)d snapshot: posts or interactions are missing.",
            "Unknown in %(n)d snapshots: posts or interactions are missing.",
            held.unmeasured,
        )
        said.append(words % {"n": held.unmeasured})
    if held.gap and held.snapshots:
        first, last = (_day(day, asked) for day in held.gap)
        said.append(_("No figure from %(first)s to %(last)s.") % {"first": first, "last": last})
    if held.on and parameters["days"]:
        words = ngettext(
            "Lowest of %(n)d snapshot, %(day)s.", "Lowest of %(n)d snapshots, %(day)s.", held.snapshots
        )
        said.append(words % {"n": held.snapshots, "day": _day(held.on, asked)})
    elif held.on:
        said.append(_("As of %(day)s.") % {"day": _day(held.on, asked)})
    return " ".join(said)


def _day(day: date, asked: Asked) -> str:
    return wording.day_words(day, "plain", asked.day, wording.babel_locale())


_LEVELS = {NONE: gettext_lazy("No level"), **{level.value: level.label for level in Level}}
OWN = {
    "field_pace": CheckKind(
        gettext_lazy("The field is not oversupplied"),
        field_pace,
        {Stage.INITIAL: ADVISORY},
        help=gettext_lazy("By the pace of the main field."),
    ),
    "own_followers": CheckKind(
        gettext_lazy("Own followers for the level"),
        own_followers,
        {Stage.MID_TERM: MANDATORY, Stage.LATE: MANDATORY},
        help=gettext_lazy("On the own platform, by the account with the most."),
        parameters={
            "followers": (
                gettext_lazy("At least"),
                Table({level: (label, Number(0, 1_000_000_000)) for level, label in _LEVELS.items()}),
            ),
            **SPAN,
        },
        values={"followers": FOLLOWERS, **TODAY},
        at={Stage.LATE: HELD},
        lasting=True,
        page="profiles:kol-performance",
    ),
    "own_rate": CheckKind(
        gettext_lazy("Own interactions per post ÷ own followers"),
        own_rate,
        {Stage.MID_TERM: MANDATORY, Stage.LATE: MANDATORY},
        help=gettext_lazy("Over the 90 days before each snapshot."),
        parameters={"share": (gettext_lazy("At least, %"), Share()), **SPAN},
        values={"share": "0.01", **TODAY},
        at={Stage.LATE: HELD},
        lasting=True,
        page="profiles:kol-performance",
    ),
}
