"""The level through time as a step line, with what it shows in a sentence (DOMAIN 3.6)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kol_crm.core import wording
from profiles.level_story import Step
from profiles.models import Level
from profiles.rules.level import LADDER


def finding(steps: list[Step]) -> str:
    """What the steps (newest first) show; empty where there is none."""
    if not steps:
        return ""
    return " ".join(filter(None, [_now(steps), _changes(steps)]))


def _now(steps: list[Step]) -> str:
    newest, before = steps[0], next((step for step in steps if step.level != steps[0].level), None)
    reached = _run(steps)[-1]
    told = {"level": newest.label, "day": _day(reached.since)}
    if before is None:
        return _("%(level)s since %(day)s, the first level on record.") % told
    told["before"] = before.label
    if LADDER.index(newest.level) > LADDER.index(before.level):
        return _("%(level)s since %(day)s, up from %(before)s.") % told
    return _("%(level)s since %(day)s, down from %(before)s.") % told


def _run(steps: list[Step]) -> list[Step]:
    """The newest steps of one level, as far back as it did not change."""
    length = next((place for place, step in enumerate(steps) if step.level != steps[0].level), len(steps))
    return steps[:length]


def _changes(steps: list[Step]) -> str:
    """How often it changed, and how often by hand; nothing of a single step by the figures."""
    by_hand = sum(step.override for step in steps)
    changes = len(steps) - 1
    if not changes:
        return _("Set by hand.") if by_hand else ""
    told = {"n": changes, "day": _day(steps[-1].since)}
    words = ngettext("%(n)d change since %(day)s", "%(n)d changes since %(day)s", changes) % told
    if not by_hand:
        return _("%(changes)s, all by the figures.") % {"changes": words}
    hand = ngettext("set by hand %(n)d time", "set by hand %(n)d times", by_hand) % {"n": by_hand}
    return _("%(changes)s; %(hand)s.") % {"changes": words, "hand": hand}


def _day(on: date) -> str:
    return wording.day_words(on, "year", on, wording.babel_locale())


def chart(steps: list[Step], today: date) -> dict[str, Any]:
    """For charts.js. The last level goes on until today."""
    oldest_first = [step for step in reversed(steps) if step.since <= today]
    rungs = [str(Level(level).label) if level else _("No level") for level in LADDER]
    values = [
        [step.since.isoformat(), LADDER.index(step.level), step.cause, step.override] for step in oldest_first
    ]
    return {
        "kind": "steps",
        "from": values[0][0] if values else today.isoformat(),
        "to": today.isoformat(),
        "rungs": rungs,
        "series": [{"name": _("Level"), "values": values, "tone": "accent"}],
    }
