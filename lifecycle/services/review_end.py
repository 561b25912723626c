"""Ending a review: advance, stay, step back or depart, in one transaction with the move (DOMAIN 5.4)."""

from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from lifecycle.days import installation_day
from lifecycle.models import Move, Review
from lifecycle.services import gate
from lifecycle.services import review as reviews
from lifecycle.services import stage as stages
from lifecycle.services.steps import ORDER
from profiles.models import Kol, Stage

STEPS = {Review.Decision.ADVANCE: 1, Review.Decision.STEP_BACK: -1}


class Ended(NamedTuple):
    """The review as it ended, and the move that it led to."""

    review: Review
    move: Move | None


def leads_to(stage: str, decision: str) -> str:
    """The stage that a decision leads to; empty where the KOL stays, or where there is no such decision."""
    if decision == Review.Decision.DEPART:
        return Stage.DEPARTED
    if decision not in reviews.decisions_for(stage) or decision not in STEPS:
        return ""
    return ORDER[ORDER.index(Stage(stage)) + STEPS[Review.Decision(decision)]]


def end(
    actor: Actor,
    review: Review,
    decision: str,
    note: str = "",
    next_on: date | None = None,
    version: int | None = None,
    *,
    why: str = "",
    cause: str = "",
    goodbye: str = "",
    look_again_on: date | None = None,
) -> Ended:
    """End the review; where the decision leads to another stage the KOL moves there, through its gate.

    ``next_on`` defaults to the interval of the stage they stand in afterwards, ``why`` of the move to the
    note; a shut gate is passed by a reason of its own.
    Raises as ``review.complete`` and ``stage.move`` do; nothing is written then.
    """
    with transaction.atomic():
        if decision == Review.Decision.DEPART and next_on is not None:
            raise ValidationError({"next_on": _("Who departed has no next review.")})
        done = reviews.complete(actor, review, decision, note, next_on, version)
        to_stage = leads_to(done.stay.stage, decision)
        if not to_stage:
            given = {"cause": cause, "goodbye": goodbye, "look_again_on": look_again_on}
            if problems := {name: _("Only a departure has this.") for name, one in given.items() if one}:
                raise ValidationError(problems)
            return Ended(done, None)
        kol = Kol.objects.get(pk=done.kol_id)
        if not gate.shut(gate.ask(kol, to_stage, installation_day(actor.at))):
            why = why or note
        row = stages.move(
            actor, kol, to_stage, why=why, cause=cause, goodbye=goodbye, look_again_on=look_again_on
        )
        if next_on is not None:
            reviews.redate_open(actor, kol, next_on)
    return Ended(done, row)
