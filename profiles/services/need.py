"""Needs (DOMAIN 3.9): noted, then met or declined."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.shapes import Number
from profiles.models import Kol, Need
from profiles.services import note

ASK_AFTER = policy.declare(
    "need_days",
    30,
    gettext_lazy("Come back to an open need after"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=Number(1, 366),
)
EDITABLE = ("kind", "what", "due_on", "outcome")


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Need:
    """Note what a KOL needs. Raises ``ValidationError`` keyed by field."""
    due_on = values.get("due_on") or usual_day(actor)
    return note.add(actor, Need(kol=kol, **{**values, "due_on": due_on}))


def usual_day(actor: Actor) -> date:
    """When one comes back to a need noted now."""
    return note.installation_day(actor) + timedelta(days=policy.current().get(ASK_AFTER))


def edit(actor: Actor, need: Need, changes: Mapping[str, Any], version: int | None) -> Need:
    """Raises ``Conflict``, ``ValidationError`` keyed by field."""
    return note.save(actor, need, changes, version)


def meet(actor: Actor, need: Need, outcome: str = "", version: int | None = None) -> Need:
    """It is met. Raises ``Refused`` when it was settled meanwhile, ``Conflict``."""
    return _settle(actor, need, Need.State.MET, outcome, version)


def decline(actor: Actor, need: Need, outcome: str, version: int | None = None) -> Need:
    """It is declined, and why: else a ``ValidationError`` keyed ``outcome``. ``Refused``, ``Conflict``."""
    return _settle(actor, need, Need.State.DECLINED, outcome, version)


def _settle(actor: Actor, need: Need, state: str, outcome: str, version: int | None) -> Need:
    with transaction.atomic():
        current = history.locked(need, version)
        note.demand_open(current)
        changes = {"state": state, "outcome": outcome.strip(), "settled_at": actor.at}
        return note.save(actor, current, changes, None)


def reopen(actor: Actor, need: Need, version: int | None = None) -> Need:
    """Take the settling back. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(need, version)
        note.demand_open(current, is_open=False)
        return note.save(actor, current, {"state": Need.State.OPEN, "outcome": "", "settled_at": None}, None)


def remove(actor: Actor, need: Need, version: int | None = None) -> None:
    """Take it off the file, as noted by mistake. Raises ``Conflict``."""
    note.drop(actor, need, version)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Need.objects.all().open(), "due_on", files)
