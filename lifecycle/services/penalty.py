"""What a penalty starts besides its record, and what an appeal takes back of it (DOMAIN 5.10).

1 warning: nothing. 2: privileges are withdrawn. 3: a stop of incentives. 4: a stop with a term, the file
marked suspended. 5: the KOL departs, terminated for breach.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from lifecycle import penalties
from lifecycle.days import installation_day
from lifecycle.models import Cause, Move, Severity, Violation
from lifecycle.services import stage, stop
from profiles.models import Stage, StopMark

STOPS = {Severity.INCENTIVE: StopMark.INCENTIVE, Severity.SUSPENDED: StopMark.SUSPENDED}


def demand_term(actor: Actor, severity: int, until: date | None) -> None:
    """Raise ``ValidationError`` keyed ``until`` unless the penalty can have this last day."""
    if severity == Severity.SUSPENDED and until is None:
        raise ValidationError({"until": _("Say until when they are suspended.")})
    if until is None:
        return
    if severity not in STOPS:
        raise ValidationError({"until": _("Only a stop or a suspension has a last day.")})
    if until < installation_day(actor.at):
        raise ValidationError({"until": _("Choose today or a later day.")})


def start(actor: Actor, violation: Violation, severity: int, why: str, until: date | None) -> Move | None:
    """Within the verb that penalises, the file locked. The departure where it was one.

    Who departed already does not depart again.
    """
    if severity == Severity.PRIVILEGE:
        for withdraw in penalties.withdrawers:
            withdraw(violation.kol, actor, why)
    if severity in STOPS:
        stop.for_penalty(actor, violation, STOPS[Severity(severity)], why, until)
    if severity == Severity.TERMINATED and violation.kol.stage != Stage.DEPARTED:
        return stage.move(actor, violation.kol, Stage.DEPARTED, why=why, cause=Cause.BREACH)
    return None


def take_back(actor: Actor, violation: Violation, why: str) -> None:
    """Within the verb that overturns: privileges return, the stop ends, the departure is taken back.

    Raises ``PermissionDenied``: a termination is taken back by a manager only.
    """
    if violation.severity == Severity.PRIVILEGE and violation.decided_at is not None:
        for give_back in penalties.returners:
            give_back(violation.kol, actor, violation.decided_at)
    stop.take_back(actor, violation, why)
    if violation.move is not None:
        stage.take_back(actor, violation.move)
