"""The budget of a month: set by managers, committed by bookings, never overspent (DOMAIN 5.5)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kol_crm.core import day_range, history, installation, money, wording
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from lifecycle.models import Booking, Budget
from lifecycle.services import slot as slots


def set_budget(
    actor: Actor, month: date, amount: Decimal, note: str = "", version: int | None = None
) -> Budget:
    """What the month may cost; a month that has a budget gets another amount, no less than is committed.

    Raises ``PermissionDenied``, ``Conflict``, ``ValidationError`` keyed ``month`` or ``amount``.
    """
    if actor.user is not None and not slots.may_keep(actor.user):
        raise PermissionDenied(_("Inventory and budgets are kept by managers."))
    day_range.demand(month=month)
    month = month.replace(day=1)
    with transaction.atomic():
        current = locked(month)
        currency = current.currency if current else installation.currency()
        if problem := money.problem_of_amount(amount, currency):
            raise ValidationError({"amount": problem})
        if current is None:
            return _create(actor, Budget(month=month, amount=amount, currency=currency, note=note))
        if version is not None and version != current.version:
            raise Conflict(current, history.changed_since(current, version))
        if amount < current.committed:
            words = _("%(committed)s are committed already.")
            told = wording.money(current.committed, currency, wording.babel_locale())
            raise ValidationError({"amount": words % {"committed": told}})
        return history.save(actor, current, {"amount": amount, "note": note}, None)


def locked(month: date) -> Budget | None:
    """The month's budget, locked: what is committed, and how it is shared, changes one by one."""
    return Budget.objects.select_for_update().filter(month=month).first()


def commit(booking: Booking) -> None:
    """Its list value out of the month's budget, locked. Raises ``ValidationError`` keyed ``slot``."""
    row = locked(booking.month)
    month = f"{booking.month:%Y-%m}"
    if row is None:
        raise ValidationError({"slot": _("No budget is set for %(month)s.") % {"month": month}})
    if row.currency != booking.currency:
        told = {"month": month, "currency": row.currency}
        raise ValidationError({"slot": _("The budget of %(month)s is in %(currency)s.") % told})
    if row.left < booking.value:
        told = {"month": month, "left": wording.money(row.left, row.currency, wording.babel_locale())}
        words = _("The budget of %(month)s has only %(left)s left.")
        raise ValidationError({"slot": words % told})
    _put(row, row.committed + booking.value)


def release(booking: Booking) -> None:
    """The list value of a cancelled booking goes back to the month's budget."""
    row = locked(booking.month)
    if row is not None:
        _put(row, row.committed - booking.value)


def _put(row: Budget, committed: Decimal) -> None:
    """A sum that follows from the bookings: it has no history of its own and does not raise the version."""
    Budget.objects.filter(pk=row.pk).update(committed=committed)


def _create(actor: Actor, row: Budget) -> Any:
    row.created_at = actor.at
    try:
        with transaction.atomic():
            return history.create(actor, row)
    except IntegrityError as error:  # somebody set it at the same moment
        raise Conflict(Budget.objects.get(month=row.month)) from error
