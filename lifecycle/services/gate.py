"""Whether a gate opens: the checks of a step forward, and who may pass one that is shut (DOMAIN 5.3)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import gates
from lifecycle.gates import Asked, GateCheck
from lifecycle.services import steps
from profiles.models import Kol

MANAGER, REASON = "manager", "reason"


def ask(kol: Kol, to_stage: str, day: date) -> list[GateCheck]:
    """The checks in the way, those that do not pass first. A gate stands only before a step forward."""
    return checks_of(kol, to_stage, day) if steps.is_forward(kol.stage, to_stage) else []


def checks_of(kol: Kol, stage: str, day: date, asked: Asked | None = None) -> list[GateCheck]:
    """What the gate before a stage says of this file, wherever it stands; ``asked``: read already."""
    asked = asked or Asked(kol, day, policy.current())
    found = []
    for key, kind, values in gates.composition(stage, asked.rules):
        one = kind.find(asked, values)
        if one is None:
            continue
        found.append(
            GateCheck(
                key,
                kind.label,
                one.passed,
                one.value,
                one.limit,
                one.evidence,
                mandatory=values["use"] == gates.MANDATORY,
                parts=one.parts,
                unit=one.unit,
                lasting=kind.lasting,
            )
        )
    return sorted(found, key=lambda check: check.passed is True)


def shut(checks: Sequence[GateCheck]) -> list[GateCheck]:
    """Those that do not pass; unknown does not."""
    return [check for check in checks if check.passed is not True]


def needs_manager(checks: Sequence[GateCheck]) -> bool:
    return any(check.mandatory for check in shut(checks))


def needs(checks: Sequence[GateCheck]) -> str:
    """What passing this gate takes: a manager (with a reason), a reason, or nothing."""
    return MANAGER if needs_manager(checks) else REASON if shut(checks) else ""


def is_manager(actor: Actor) -> bool:
    return actor.user is not None and (actor.user.is_manager or actor.user.is_admin)


def demand(actor: Actor, checks: Sequence[GateCheck], why: str) -> None:
    """Raise ``Refused`` (``gate_shut``, ``needs`` manager or reason) unless the actor may pass so."""
    failing = shut(checks)
    if not failing:
        return
    details = {"checks": [check.as_json() for check in failing]}
    if needs_manager(checks) and not is_manager(actor):
        raise Refused(
            "gate_shut",
            _("The gate is shut. A manager can pass it with a reason."),
            needs=MANAGER,
            **details,
        )
    if not why.strip():
        raise Refused(
            "gate_shut", _("The gate is shut. Say why it is passed anyway."), needs=REASON, **details
        )
