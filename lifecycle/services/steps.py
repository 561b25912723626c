"""The order of the stages: one step forward or back, any stage → departed → introduction (DOMAIN 5.1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.errors import Refused
from profiles.models import Stage

ORDER = (Stage.INTRODUCTION, Stage.INITIAL, Stage.MID_TERM, Stage.LATE)


def allowed(stage: str) -> tuple[Stage, ...]:
    """Where a KOL in this stage may go: forward, back, out."""
    if stage == Stage.DEPARTED:
        return (Stage.INTRODUCTION,)
    place = ORDER.index(Stage(stage))
    return (*ORDER[place + 1 : place + 2], *ORDER[max(place - 1, 0) : place], Stage.DEPARTED)


def is_forward(stage: str, to_stage: str) -> bool:
    """Whether this is a step up the ladder, before which a gate stands; winning back is none."""
    return stage in ORDER and to_stage in ORDER and ORDER.index(Stage(to_stage)) > ORDER.index(Stage(stage))


def next_stage(stage: str) -> Stage | None:
    """The stage after this one; None after the last, and for the departed."""
    place = ORDER.index(Stage(stage)) + 1 if stage in ORDER else len(ORDER)
    return ORDER[place] if place < len(ORDER) else None


def demand(stage: str, to_stage: str) -> None:
    """Raise ``ValidationError`` for an unknown stage, ``Refused`` (``wrong_step``) for one out of order."""
    if to_stage not in Stage.values:
        raise ValidationError({"to_stage": _("There is no such stage.")})
    if to_stage not in allowed(stage):
        raise Refused(
            "wrong_step",
            _("From %(stage)s it goes to: %(steps)s.")
            % {"stage": Stage(stage).label, "steps": wording.listed(step.label for step in allowed(stage))},
            stage=stage,
            allowed=[str(step) for step in allowed(stage)],
        )
