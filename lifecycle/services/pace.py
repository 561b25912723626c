"""Entering demand, band and cap of a field: dated rows, of which the newest holds (DOMAIN 4.1)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, rights
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.days import installation_day
from lifecycle.models import Band, Cap, Demand
from profiles.models import Field

MOST_ROWS = 5000
MOST = 2_000_000_000


def may_enter_demand(user: User) -> bool:
    """Managers and admins, and whatever sends for them."""
    return user.is_manager or user.is_admin


def set_demand(actor: Actor, field: Field, month: date, users: int, source: str = "") -> Demand:
    """Active users interested in a field in the month of that day.

    Raises ``PermissionDenied``, ``ValidationError`` keyed ``users`` or ``month``: no month lies ahead.
    """
    return take_demands(actor, [{"field": field, "month": month, "users": users, "source": source}])[0]


def take_demands(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Demand]:
    """The set form: all of the rows or none. A figure that holds already is not written again.

    Raises ``ValidationError`` keyed by field, of several rows by ``rows.0.users``.
    """
    _demand_right(actor, may_enter_demand)
    this_month = installation_day(actor.at).replace(day=1)
    problems, made = {}, []
    for place, row in enumerate(rows):
        month, users = row["month"].replace(day=1), row["users"]
        key = f"rows.{place}." if len(rows) > 1 else ""
        if month > this_month:
            problems[f"{key}month"] = _("This month is not yet there.")
        if not 0 <= users <= MOST:
            problems[f"{key}users"] = _("Give a whole number of users, from 0.")
        source = str(row.get("source") or "")[:40]
        made.append(
            Demand(field=row["field"], since=month, users=users, source=source, at=actor.at, user=actor.user)
        )
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        standing = _standing(made)
        fresh = [row for row in made if not _holds(standing.get((row.field_id, row.since)), row)]
        copying.insert(fresh)
    new = {row.pk for row in fresh}
    return [row if row.pk in new else standing[row.field_id, row.since] for row in made]


def _standing(rows: Sequence[Demand]) -> dict[tuple[UUID, date], Demand]:
    """What holds for the fields and months of these rows."""
    known = Demand.objects.filter(
        field__in={row.field_id for row in rows}, since__in={row.since for row in rows}
    )
    found: dict[tuple[UUID, date], Demand] = {}
    for row in known.newest_first():
        found.setdefault((row.field_id, row.since), row)
    return found


def _holds(standing: Demand | None, row: Demand) -> bool:
    return standing is not None and (standing.users, standing.source) == (row.users, row.source)


def set_band(actor: Actor, field: Field, since: date, low: int, high: int) -> Band:
    """How many users an active KOL should serve from that day on. Raises as ``set_demand``."""
    _demand_right(actor, rights.edits_policy)
    row = Band(field=field, since=since, low=low, high=high, at=actor.at, user=actor.user)
    row.full_clean()
    if high < low:
        raise ValidationError({"high": _("The upper end lies below the lower one.")})
    row.save(force_insert=True)
    return row


def set_cap(actor: Actor, field: Field, since: date, kols: int | None) -> Cap:
    """How many KOLs at most a month from that day on; None lifts the cap. Raises as ``set_band``."""
    _demand_right(actor, rights.edits_policy)
    row = Cap(field=field, since=since, kols=kols, at=actor.at, user=actor.user)
    row.full_clean()
    row.save(force_insert=True)
    return row


def _demand_right(actor: Actor, right) -> None:
    if actor.user is not None and not right(actor.user):
        raise PermissionDenied(_("Demand is entered by managers, band and cap by those who edit policy."))
