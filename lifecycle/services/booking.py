"""Booking a KOL on a slot, using it, cancelling it (DOMAIN 5.5).

What is locked, in this order: the file with its stop, the slot, the month's budgets. So a slot is booked
once, and a month's budgets and shares change one booking at a time.
"""

from dataclasses import replace
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import resources, stops
from lifecycle.models import Booking, Slot
from lifecycle.rules.share import Shares
from lifecycle.services import budget
from lifecycle.services import rule as rules
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services import note, taking_back

State = Booking.State


class LowShare(Refused):
    """Nothing was written: initial would get less than its part, and nobody confirmed that it may."""

    def __init__(self, found: Shares):
        words = _("Initial would get %(share)s of the month’s list value, less than %(least)s.")
        told = {
            "share": resources.percent_words(found.initial.percent),
            "least": resources.percent_words(found.least),
        }
        super().__init__("initial_share_low", words % told, initial_share=found.as_json())


def book(actor: Actor, slot: Slot, kol: Kol, what_for: str = "", *, confirm: bool = False) -> Booking:
    """A KOL takes a slot, put down by who may edit the file.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``departed``), ``LowShare`` unless ``confirm``,
    ``ValidationError`` keyed ``kol`` (a stop stands), ``slot`` (booked, withdrawn, over, no budget left).
    """
    with transaction.atomic():
        file = _file(actor, kol)
        current = _seen(actor, slot)
        _demand_free(actor, current)
        row = Booking(
            kol=file,
            slot=current,
            what_for=what_for.strip(),
            month=current.month,
            value=current.value,
            currency=current.currency,
            stage=file.stage,
            due_on=current.starts_on,
        )
        budget.commit(row)
        low = _low_share(row)
        if low is not None and not confirm:
            raise LowShare(low)
        if low is not None:
            row.low_share = low.initial.percent
            actor = replace(actor, insists=True)
        return note.add(actor, row)


def use(actor: Actor, booking: Booking, on: date | None = None, version: int | None = None) -> Booking:
    """It ran from that day on (the slot's first, where none is given). While a stop stands it cannot be used.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``wrong_state``, ``archived``, ``departed``),
    ``ValidationError`` keyed ``kol`` (a stop stands) or ``on``.
    """
    day = note.installation_day(actor)
    with transaction.atomic():
        _file(actor, booking.kol)
        current = _at(booking, version, State.BOOKED)
        used_on = on or current.slot.starts_on
        if used_on > day:
            raise ValidationError({"on": _("This cannot lie in the future.")})
        if not current.slot.starts_on <= used_on <= current.slot.ends_on:
            raise ValidationError({"on": _("Choose one of the slot’s days.")})
        changes = {"state": State.USED, "used_on": used_on, "used_at": actor.at, "used_by": actor.user}
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": None})


def unuse(actor: Actor, booking: Booking, version: int | None = None) -> Booking:
    """It was not used after all: taken back by who said so within 10 minutes, or by a manager (DOMAIN 3.12).

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``wrong_state``, ``too_late``, ``archived``).
    """
    with transaction.atomic():
        file = rules.locked(actor, booking.kol)
        current = _at(booking, version, State.USED)
        taking_back.demand(actor, file, current.used_by_id, current.used_at or actor.at)
        changes = {"state": State.BOOKED, "used_on": None, "used_at": None, "used_by": None}
        due_on = current.slot.starts_on
        return note.save(actor, current, changes, None, derive=lambda _row: {"due_on": due_on})


def cancel(actor: Actor, booking: Booking, why: str, version: int | None = None) -> Booking:
    """The slot is free again and the budget has its value back; also where a stop stands, of an archived file
    too. Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``wrong_state``), ``ValidationError`` at
    ``why``.
    """
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    with transaction.atomic():
        history.locked(booking.kol, None)
        if not may_cancel(actor.user, booking):
            raise PermissionDenied(_("Only its owner or a manager can do this."))
        current = _at(booking, version, State.BOOKED)
        changes = {
            "state": State.CANCELLED,
            "why": why.strip(),
            "cancelled_at": actor.at,
            "cancelled_by": actor.user,
        }
        saved = note.save(actor, current, changes, None, derive=lambda _row: {"due_on": None})
        budget.release(saved)
        return saved


def may_cancel(user: User | None, booking: Booking) -> bool:
    """Who may edit the file, be it put away since: its slot must not be lost with it."""
    return user is None or Kol.objects.known_to(user, EDIT).filter(pk=booking.kol_id).exists()


def _file(actor: Actor, kol: Kol) -> Kol:
    """The file, locked, of a KOL to whom something may be given now."""
    file = rules.locked(actor, kol)
    stops.demand_none_standing(file.pk, "kol")
    if file.stage == Stage.DEPARTED:
        raise Refused("departed", _("They have departed."))
    return file


def _seen(actor: Actor, slot: Slot) -> Slot:
    current: Slot = history.locked(slot, None)
    if (
        actor.user is not None
        and not Slot.objects.visible_to(actor.user, VIEW).filter(pk=current.pk).exists()
    ):
        raise PermissionDenied(_("You do not see this slot."))
    return current


def _demand_free(actor: Actor, slot: Slot) -> None:
    if slot.withdrawn_at is not None:
        raise ValidationError({"slot": _("The slot is withdrawn.")})
    if slot.ends_on < note.installation_day(actor):
        raise ValidationError({"slot": _("The slot is over.")})
    if Booking.objects.standing().filter(slot=slot).exists():
        raise ValidationError({"slot": _("The slot is booked already.")})


def _low_share(row: Booking) -> Shares | None:
    """The month's shares with this booking, where it leaves initial less than its part."""
    if row.stage == Stage.INITIAL:
        return None
    found = resources.shares_with(row.month, row.stage, row.value)
    return found if found.is_low else None


def _at(booking: Booking, version: int | None, state: str) -> Booking:
    current: Booking = history.locked(booking, version)
    if current.state != state:
        raise Refused("wrong_state", _("It stands at “%(state)s”.") % {"state": current.get_state_display()})
    return current


def due_dates(files: QuerySet) -> QuerySet:
    """What it hands in for next due: slots to be used."""
    return note.dates(Booking.objects.open(), "due_on", files)
