"""Budgets of a month, of all or of a team or field: set, committed, never overspent (DOMAIN 5.5)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kol_crm.core import day_range, history, installation, money, wording
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Team
from lifecycle.models import Booking, Budget
from lifecycle.services import slot as slots
from profiles.models import Field, Kol
from profiles.services import access


def set_budget(
    actor: Actor,
    month: date,
    amount: Decimal,
    note: str = "",
    version: int | None = None,
    *,
    team: Team | None = None,
    field: Field | None = None,
) -> Budget:
    """What the month may cost for all, or for the KOLs of a team, of a main field, or of both; where there is
    such a budget it gets another amount, no less than is committed.

    Raises ``PermissionDenied``, ``Conflict``, ``ValidationError`` keyed ``month``, ``team`` or ``amount``.
    """
    if actor.user is not None and not slots.may_keep(actor.user):
        raise PermissionDenied(_("Inventory and budgets are kept by managers."))
    if actor.user is not None and team is not None and not access.teams_for(actor.user).contains(team):
        raise ValidationError({"team": _("There is no such row.")})
    day_range.demand(month=month)
    month = month.replace(day=1)
    with transaction.atomic():
        current = next((row for row in locked(month) if (row.team, row.field) == (team, field)), None)
        currency = current.currency if current else installation.currency()
        if problem := money.problem_of_amount(amount, currency):
            raise ValidationError({"amount": problem})
        if current is None:
            new = Budget(month=month, team=team, field=field, amount=amount, currency=currency, note=note)
            return _create(actor, new)
        if version is not None and version != current.version:
            raise Conflict(current, history.changed_since(current, version))
        if amount < current.committed:
            words = _("%(committed)s are committed already.")
            told = wording.money(current.committed, currency, wording.babel_locale())
            raise ValidationError({"amount": words % {"committed": told}})
        return history.save(actor, current, {"amount": amount, "note": note}, None)


def locked(month: date) -> list[Budget]:
    """All budgets of the month, locked: what is committed and how it is shared change one by one."""
    rows = Budget.objects.with_names().filter(month=month)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def of(rows: Iterable[Budget], kol: Kol) -> Budget | None:
    """On which of a month's budgets a KOL counts: the most specific one. Team and field go before a team, a
    team before a field, a field before all.
    """
    fitting = [
        row
        for row in rows
        if row.team_id in (None, kol.team_id) and row.field_id in (None, kol.main_field_id)
    ]
    return max(fitting, key=lambda row: (row.team_id is not None, row.field_id is not None), default=None)


def commit(booking: Booking) -> None:
    """Its list value out of the budget on which its KOL counts, locked, and kept as ``budget``.

    Raises ``ValidationError`` keyed ``slot``.
    """
    row = of(locked(booking.month), booking.kol)
    if row is None:
        month = f"{booking.month:%Y-%m}"
        raise ValidationError({"slot": _("No budget is set for %(month)s.") % {"month": month}})
    month = str(row)
    if row.currency != booking.currency:
        told = {"month": month, "currency": row.currency}
        raise ValidationError({"slot": _("The budget of %(month)s is in %(currency)s.") % told})
    if row.left < booking.value:
        told = {"month": month, "left": wording.money(row.left, row.currency, wording.babel_locale())}
        words = _("The budget of %(month)s has only %(left)s left.")
        raise ValidationError({"slot": words % told})
    _put(row, row.committed + booking.value)
    booking.budget = row


def release(booking: Booking) -> None:
    """The list value of a cancelled booking goes back to the budget that it came out of."""
    for row in locked(booking.month):
        if row.pk == booking.budget_id:
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
        same = Budget.objects.get(month=row.month, team=row.team, field=row.field)
        raise Conflict(same) from error
