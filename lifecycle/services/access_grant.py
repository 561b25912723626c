"""Access grants: given for a time, withdrawn with the level or by hand (DOMAIN 5.5)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import AccessGrant
from lifecycle.services import rule as rules
from profiles.models import Kol, Level, Stage
from profiles.services import next_due, note

FACTS = frozenset({"kind", "what", "since", "until", "level", "note"})
LATER = frozenset({"until", "note"})  # what of it may change once it is granted


def grant(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> AccessGrant:
    """Open a feature or a data set to a KOL.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``departed``), ``ValidationError`` keyed by field,
    ``level`` where the file does not have that level.
    """
    history.only_facts(values, FACTS)
    day = note.installation_day(actor)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        _demand_here(current)
        row = AccessGrant(kol=current, **{**values, "since": values.get("since") or day})
        _check_end(row, day)
        _check_level(current, row.level)
        return note.add(actor, row)


def edit(
    actor: Actor, row: AccessGrant, changes: Mapping[str, Any], version: int | None = None
) -> AccessGrant:
    """Extend or shorten it. Raises ``Conflict``, ``Refused`` (``already_settled``), ``ValidationError``."""
    history.only_facts(changes, LATER)
    with transaction.atomic():
        current = _at(actor, row, version)
        draft = history.locked(current, None)
        history.put(draft, changes)
        if "until" in changes:
            _check_end(draft, note.installation_day(actor))
        return note.save(actor, current, changes, None)


def withdraw(actor: Actor, row: AccessGrant, why: str, version: int | None = None) -> AccessGrant:
    """Take it away by hand. Raises as ``edit``, keyed ``why``."""
    if not why.strip():
        raise ValidationError({"why": _("Say why it is withdrawn.")})
    with transaction.atomic():
        changes = {"withdrawn_at": actor.at, "withdrawn_by": actor.user, "why": why.strip()}
        return note.save(actor, _at(actor, row, version), changes, None)


def give_back(actor: Actor, row: AccessGrant, version: int | None = None) -> AccessGrant:
    """It was withdrawn by mistake, or their level came back. Raises ``ValidationError`` keyed ``level``."""
    with transaction.atomic():
        current = _at(actor, row, version, is_open=False)
        _demand_here(current.kol)
        _check_level(current.kol, current.level)
        changes = {"withdrawn_at": None, "withdrawn_by": None, "by_level": False, "why": ""}
        return note.save(actor, current, changes, None)


def follow_levels(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Withdraw what the new level no longer carries; in the transaction that learned the level."""
    rows = AccessGrant.objects.standing().filter(kol__in=kol_ids).exclude(level="").select_related("kol")
    files = set()
    for row in rows.order_by("pk"):
        if holds(row.kol.level, row.level):
            continue
        history.save(actor, row, {"withdrawn_at": actor.at, "by_level": True}, None)
        files.add(row.kol_id)
    next_due.refresh(files)


def end_all(actor: Actor, kol: Kol) -> None:
    """Who departed opens nothing any more. Within the transaction of the move."""
    rows = list(AccessGrant.objects.standing().filter(kol=kol).order_by("pk"))
    for row in rows:
        changes = {"withdrawn_at": actor.at, "withdrawn_by": actor.user, "why": _("Departed")}
        history.save(actor, row, changes, None)
    next_due.refresh({row.kol_id for row in rows})


def give_back_departed(actor: Actor, kol: Kol, moved_at: datetime) -> None:
    """The departure of that moment is undone: what it withdrew and the level carries is open again."""
    then = AccessGrant.objects.filter(kol=kol, withdrawn_at=moved_at, by_level=False).order_by("pk")
    rows = [row for row in then if not row.level or holds(kol.level, row.level)]
    for row in rows:
        history.save(actor, row, {"withdrawn_at": None, "withdrawn_by": None, "why": ""}, None)
    next_due.refresh({row.kol_id for row in rows})


def holds(level: str, least: str) -> bool:
    """Whether a level is at least that one; none is below all."""
    order = ["", *Level.values]
    return order.index(level) >= order.index(least)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(AccessGrant.objects.ending(), "until", files)


def _demand_here(kol: Kol) -> None:
    if kol.stage == Stage.DEPARTED:
        raise Refused("departed", _("They have departed."))


def _check_level(kol: Kol, least: str) -> None:
    if least and least in Level.values and not holds(kol.level, least):
        words = _("Their level is %(level)s now.")
        label = Level(kol.level).label if kol.level else _("none")
        raise ValidationError({"level": words % {"level": label}})


def _check_end(row: AccessGrant, day: date) -> None:
    if row.until is None or row.since is None:
        return
    if row.until < row.since:
        raise ValidationError({"until": _("The period ends before it starts.")})
    if row.until < day:
        raise ValidationError({"until": _("This day is past.")})


def _at(actor: Actor, row: AccessGrant, version: int | None, *, is_open: bool = True) -> AccessGrant:
    rules.locked(actor, row.kol)
    current: AccessGrant = history.locked(row, version)
    note.demand_open(current, is_open=is_open)
    return current
