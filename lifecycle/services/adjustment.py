"""Adjustments of the persona: tried on a hypothesis, then kept or reverted (DOMAIN 5.6)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import measuring
from lifecycle.models import Adjustment, Persona
from lifecycle.services import persona as personas
from lifecycle.services import rule as rules
from profiles.models import Kol
from profiles.services import note

State = Adjustment.State
FACTS = ("hypothesis", "change", "reaction_before", "look_on")
USUAL_DAYS = 28


def begin(
    actor: Actor, kol: Kol, values: Mapping[str, Any], changed: Mapping[str, Any], figure: measuring.Pair
) -> Adjustment:
    """Try ``changed`` facts of the persona in force; ``figure``: by which account and figure fans are read.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``no_persona``, ``persona_open``),
    ``ValidationError`` keyed by field, ``figure`` where nothing fresh is known of it.
    """
    history.only_facts(values, FACTS)
    history.only_facts(changed, personas.FACTS)
    day = note.installation_day(actor)
    look_on = values.get("look_on") or day + timedelta(days=USUAL_DAYS)
    if look_on <= day:
        raise ValidationError({"look_on": _("Choose a day after today.")})
    with transaction.atomic():
        current = rules.locked(actor, kol)
        former = personas.in_force(current)
        if former is None:
            raise Refused("no_persona", _("No persona is in force: there is nothing to adjust yet."))
        facts = {**personas.facts_of(former), **changed}
        if facts == personas.facts_of(former):
            raise ValidationError({"change": _("Change at least one thing of the persona.")})
        [fixed] = measuring.before(current, [figure], day, "figure")
        trial = personas.open_version(actor, current, facts, Persona.State.TRIAL)
        personas.demand_whole(trial)
        row = Adjustment(kol=current, former=former, trial=trial, **{**values, "look_on": look_on}, **fixed)
        return note.add(actor, row)


def edit(
    actor: Actor, adjustment: Adjustment, changes: Mapping[str, Any], version: int | None = None
) -> Adjustment:
    """Words and day of one on trial. Raises ``Conflict``, ``Refused`` (``already_settled``)."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        return note.save(actor, _open(actor, adjustment, version), changes, None)


def keep(actor: Actor, adjustment: Adjustment, reaction_after: str, version: int | None = None) -> Adjustment:
    """It becomes the next version of the persona, which a manager approves as any other.

    Raises besides ``Refused`` (``after_missing``) without the figure after, ``ValidationError`` keyed
    ``reaction_after``.
    """
    with transaction.atomic():
        current = _open(actor, adjustment, version)
        measuring.demand_after(current.kol, [current], note.installation_day(actor))
        return _decide(actor, current, reaction_after, State.KEPT, personas.submitted(actor))


def revert(
    actor: Actor, adjustment: Adjustment, reaction_after: str, version: int | None = None
) -> Adjustment:
    """The former version stands. Raises as ``keep``, but does not wait for the figure."""
    with transaction.atomic():
        current = _open(actor, adjustment, version)
        return _decide(actor, current, reaction_after, State.REVERTED, {"state": Persona.State.REVERTED})


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Adjustment.objects.filter(state=State.TRIAL), "look_on", files)


def _decide(
    actor: Actor, current: Adjustment, reaction: str, state: str, of_trial: Mapping[str, Any]
) -> Adjustment:
    if not reaction.strip():
        raise ValidationError({"reaction_after": _("Say how fans reacted.")})
    history.save(actor, current.trial, of_trial, None)
    measured = measuring.after(current.kol, [current], note.installation_day(actor)).get(current.pk, {})
    decided = {"state": state, "decided_by": actor.user, "decided_at": actor.at}
    return note.save(actor, current, {**decided, "reaction_after": reaction.strip(), **measured}, None)


def _open(actor: Actor, adjustment: Adjustment, version: int | None) -> Adjustment:
    """The file, then the row, locked in this order everywhere; right, version and state are checked."""
    rules.locked(actor, adjustment.kol)
    current: Adjustment = history.locked(adjustment, version)
    note.demand_open(current)
    return current
