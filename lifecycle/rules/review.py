"""What a review suggests, and why (DOMAIN 3.7, 5.4). A suggestion is never an action."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

ADVANCE, STAY, STEP_BACK, DEPART = "advance", "stay", "step_back", "depart"


class Check(NamedTuple):
    """A check of a gate; ``passed`` None is unknown."""

    label: Any
    passed: bool | None
    mandatory: bool = True


@dataclass(frozen=True)
class Facts:
    """``ahead``: the checks of the gate before the next stage; ``lasting``: those that the present stage goes
    on asking. ``users_ask``: whether a user asked for anything in 90 days.
    """

    active: bool  # in initial, mid-term or late
    verdict: str = ""
    users_ask: bool | None = None
    has_gate_ahead: bool = False
    ahead: Sequence[Check] = ()
    lasting: Sequence[Check] = ()


@dataclass(frozen=True)
class Suggestion:
    """``reasons`` in words, the weightiest first."""

    decision: str
    reasons: tuple[Any, ...]

    def as_json(self) -> dict[str, Any]:
        return {"decision": self.decision, "reasons": [str(reason) for reason in self.reasons]}


def suggest(facts: Facts) -> Suggestion:
    """Removal where they fade or nobody asks for them; back where a lasting check fails; on by an open gate.

    Unknown figures suggest neither removal nor a step back.
    """
    gone = _removal(facts)
    if gone:
        return Suggestion(DEPART, tuple(gone))
    fallen = [
        format_lazy(_("No longer passes: {check}"), check=check.label)
        for check in facts.lasting
        if check.passed is False
    ]
    if fallen:
        return Suggestion(STEP_BACK, tuple(fallen))
    if not facts.has_gate_ahead:
        return Suggestion(STAY, (_("There is no stage after this one."),))
    shut = [check for check in facts.ahead if check.passed is not True]
    reasons = tuple(map(_not_passed, shut))
    if not facts.ahead:
        return Suggestion(STAY, (_("The gate ahead asks nothing: it is yours to judge."),))
    if any(check.mandatory for check in shut) or len(shut) == len(facts.ahead):
        return Suggestion(STAY, reasons)
    return Suggestion(ADVANCE, (_("Every mandatory check of the gate ahead passes."), *reasons))


def _removal(facts: Facts) -> list[Any]:
    if not facts.active:
        return []
    reasons = []
    if facts.verdict == "fading":
        reasons.append(_("Fading: neither side is strong."))
    if facts.users_ask is False:
        reasons.append(_("No request from users in 90 days."))
    return reasons


def _not_passed(check: Check) -> Any:
    words = _("Unknown: {check}") if check.passed is None else _("Not passed: {check}")
    return format_lazy(words, check=check.label)
