"""The inventory: slots made one by one, in series or from a table, edited, withdrawn (DOMAIN 5.5)."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, day_range, history, installation, money
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User, uuid7
from lifecycle.models import Booking, Slot
from profiles.models.querysets import EDIT
from profiles.services import access

FACTS = frozenset({"kind", "name", "starts_on", "ends_on", "value", "currency", "team", "note"})
FIXED = ("kind", "starts_on", "ends_on", "value", "currency", "team")  # while somebody is booked on it
MOST = 370  # of a series: every day of a year


def may_keep(user: User) -> bool:
    """Managers and admins keep inventory and budgets."""
    return user.is_manager or user.is_admin


def create(actor: Actor, values: Mapping[str, Any]) -> Slot:
    """A slot in the installation's currency; without a last day it is of one day.

    Raises ``PermissionDenied``, ``ValidationError`` keyed by field.
    """
    return create_many(actor, [values])[0]


def create_series(actor: Actor, values: Mapping[str, Any], every: int, until: date) -> list[Slot]:
    """The same slot again every so many days, up to and with ``until``. Raises as ``create``, besides at
    ``until`` where the series would be too long or of one slot alone.
    """
    day_range.demand(until=until)
    first = values["starts_on"]
    number = (until - first).days // every + 1
    if number < 2:
        raise ValidationError({"until": _("Choose a later day: this is one slot alone.")})
    if number > MOST:
        raise ValidationError({"until": _("At most %(most)d slots at once.") % {"most": MOST}})
    length = (values.get("ends_on") or first) - first
    days = [first + timedelta(days=every * place) for place in range(number)]
    rows = [{**values, "starts_on": day, "ends_on": day + length} for day in days]
    return create_many(actor, rows, in_series=True)


def create_many(
    actor: Actor, rows: Sequence[Mapping[str, Any]], *, in_series: bool = False, in_table: bool = False
) -> list[Slot]:
    """The set form: all of the rows or none. Raises ``ValidationError`` keyed by field, of several rows or
    of a table by ``rows.0.value``.
    """
    if actor.user is not None and not may_keep(actor.user):
        raise PermissionDenied(_("Inventory and budgets are kept by managers."))
    series = uuid7() if in_series else None
    made, problems = [], {}
    for place, values in enumerate(rows):
        history.only_facts(values, FACTS)
        row = _slot(actor, values)
        row.series = series
        for name, messages in _problems(actor, row).items():
            keyed = (in_table or len(rows) > 1) and not in_series
            problems[f"rows.{place}.{name}" if keyed else name] = messages
        made.append(row)
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        copying.insert(made)
        history.record_many(actor, [(row.pk, row, {"": (None, history.snapshot(row))}) for row in made])
    return made


def edit(actor: Actor, slot: Slot, changes: Mapping[str, Any], version: int | None = None) -> Slot:
    """While somebody is booked on it only name and note can change. Raises ``PermissionDenied``,
    ``Conflict``, ``Refused`` (``withdrawn``), ``ValidationError`` keyed by field.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _locked(actor, slot, version)
        _demand_living(current)
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        changed = [name for name in FIXED if getattr(draft, name) != getattr(current, name)]
        if changed and Booking.objects.standing().filter(slot=current).exists():
            words = _("Somebody is booked on it: this stays as it is.")
            raise ValidationError(dict.fromkeys(changed, words))
        if problems := _problems(actor, draft):
            raise ValidationError(problems)
        return history.save(actor, current, changes, None)


def withdraw(actor: Actor, slot: Slot, version: int | None = None) -> Slot:
    """It is no longer offered. Raises as ``edit``, ``Refused`` (``taken``) while somebody is booked on it."""
    with transaction.atomic():
        current = _locked(actor, slot, version)
        _demand_living(current)
        if Booking.objects.standing().filter(slot=current).exists():
            raise Refused("taken", _("Somebody is booked on it: cancel the booking first."))
        return history.save(actor, current, {"withdrawn_at": actor.at}, None)


def restore(actor: Actor, slot: Slot, version: int | None = None) -> Slot:
    """Withdrawn by mistake. Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``not_withdrawn``)."""
    with transaction.atomic():
        current = _locked(actor, slot, version)
        if current.withdrawn_at is None:
            raise Refused("not_withdrawn", _("It is not withdrawn."))
        return history.save(actor, current, {"withdrawn_at": None}, None)


def _slot(actor: Actor, values: Mapping[str, Any]) -> Slot:
    found = {name: value for name, value in values.items() if value is not None}
    found.setdefault("ends_on", found.get("starts_on"))
    found.setdefault("currency", installation.currency())
    return Slot(**found, created_at=actor.at)


def _problems(actor: Actor, row: Slot) -> dict[str, list[str]]:
    """What is wrong with it, by field."""
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
        day_range.demand(starts_on=row.starts_on, ends_on=row.ends_on)
    except ValidationError as error:
        return error.message_dict
    if problem := money.problem_of_currency(row.currency):
        return {"currency": [problem]}
    if problem := money.problem_of_amount(row.value, row.currency):
        return {"value": [problem]}
    if row.team is not None and actor.user is not None and row.team not in access.teams_for(actor.user):
        return {"team": [_("Choose one of your teams, or leave it to all.")]}
    return {}


def _locked(actor: Actor, slot: Slot, version: int | None) -> Slot:
    current: Slot = history.locked(slot, version)
    if (
        actor.user is not None
        and not Slot.objects.visible_to(actor.user, EDIT).filter(pk=current.pk).exists()
    ):
        raise PermissionDenied(_("Inventory and budgets are kept by managers."))
    return current


def _demand_living(slot: Slot) -> None:
    if slot.withdrawn_at is not None:
        raise Refused("withdrawn", _("The slot is withdrawn."))
