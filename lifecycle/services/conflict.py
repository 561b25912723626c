"""Conflicts between a KOL and users: noted, followed step by step, closed (DOMAIN 5.10)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.shapes import Number
from lifecycle import knowing
from lifecycle.models import Conflict, ConflictStep
from lifecycle.services import rule as rules
from profiles.models import Kol
from profiles.services import note

FACTS = frozenset({"what", "users", "detail", "links", "due_on"})
FOLLOW_IN = policy.declare(
    "conflict_days",
    3,
    gettext_lazy("An open conflict is looked at every"),
    gettext_lazy("days"),
    section=knowing.CONDUCT,
    shape=Number(1, 90),
)


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Conflict:
    """Note a conflict; without a day it is looked at again after the policy's days.

    Raises ``PermissionDenied``, ``Refused`` (``archived``), ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        due_on = values.get("due_on") or usual_day(actor)
        return note.add(actor, Conflict(kol=current, **{**values, "due_on": due_on}))


def edit(
    actor: Actor, conflict: Conflict, changes: Mapping[str, Any], version: int | None = None
) -> Conflict:
    """Raises ``Conflict``, ``Refused`` (``already_settled``), ``ValidationError`` keyed by field."""
    history.only_facts(changes, FACTS)
    if changes.get("due_on", True) is None:
        raise ValidationError({"due_on": _("Say when to look at it next.")})
    with transaction.atomic():
        return note.save(actor, _open(actor, conflict, version), changes, None)


def follow(
    actor: Actor,
    conflict: Conflict,
    text: str,
    next_on: date | None = None,
    version: int | None = None,
) -> Conflict:
    """What was done or heard, and when to look next. Raises as ``edit``, keyed ``text`` or ``next_on``."""
    day = note.installation_day(actor)
    if not text.strip():
        raise ValidationError({"text": _("Say what was done.")})
    if next_on is not None and next_on <= day:
        raise ValidationError({"next_on": _("Choose a day after today.")})
    with transaction.atomic():
        current = _open(actor, conflict, version)
        next_on = next_on or usual_day(actor)
        _step(actor, current, text, next_on)
        return note.save(actor, current, {"due_on": next_on}, None)


def close(actor: Actor, conflict: Conflict, outcome: str, version: int | None = None) -> Conflict:
    """It is over, and how it ended. Raises as ``edit``, keyed ``outcome``."""
    if not outcome.strip():
        raise ValidationError({"outcome": _("Say how it ended.")})
    with transaction.atomic():
        current = _open(actor, conflict, version)
        _step(actor, current, outcome, None)
        changes = {"due_on": None, "outcome": outcome.strip(), "closed_at": actor.at}
        return note.save(actor, current, changes, None)


def reopen(actor: Actor, conflict: Conflict, version: int | None = None) -> Conflict:
    """It flares up again, or was closed by mistake. Raises ``Conflict``, ``Refused`` (``not_settled``)."""
    with transaction.atomic():
        current = _open(actor, conflict, version, is_open=False)
        changes = {"due_on": usual_day(actor), "outcome": "", "closed_at": None}
        return note.save(actor, current, changes, None)


def usual_day(actor: Actor) -> date:
    return note.installation_day(actor) + timedelta(days=policy.current().get(FOLLOW_IN))


def _step(actor: Actor, conflict: Conflict, text: str, next_on: date | None) -> None:
    row = ConflictStep(conflict=conflict, text=text.strip(), next_on=next_on, at=actor.at, user=actor.user)
    row.full_clean()
    row.save(force_insert=True)


def _open(actor: Actor, conflict: Conflict, version: int | None, *, is_open: bool = True) -> Any:
    """The file, then the row, locked in this order everywhere; right, version and state are checked."""
    rules.locked(actor, conflict.kol)
    current = history.locked(conflict, version)
    note.demand_open(current, is_open=is_open)
    return current


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Conflict.objects.open(), "due_on", files)
