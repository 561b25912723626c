"""Requests (DOMAIN 3.9): raised, taken, answered within so many working days, satisfied or not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy, workdays
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.shapes import Number
from profiles.models import Kol, Request
from profiles.models.querysets import EDIT
from profiles.services import access, note

ANSWER_WITHIN = policy.declare(
    "request_days",
    2,
    gettext_lazy("Answer a request within"),
    gettext_lazy("working days"),
    section=policy.RHYTHM,
    shape=Number(1, 60),
)
EDITABLE = ("what", "taker", "due_on")


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Request:
    """Note what a KOL asks; without ``taker`` it is for whoever owns the file.

    Raises ``ValidationError`` keyed by field: whoever takes it must be able to see the file.
    """
    _demand_taker(kol, values.get("taker"))
    due_on = values.get("due_on") or usual_day(actor)
    return note.add(actor, Request(kol=kol, **{**values, "due_on": due_on}))


def usual_day(actor: Actor) -> date:
    """By when a request raised now is answered."""
    rules = policy.current()
    return workdays.after(note.installation_day(actor), rules.get(ANSWER_WITHIN), rules)


def edit(actor: Actor, asked: Request, changes: Mapping[str, Any], version: int | None) -> Request:
    """Raises ``Conflict``, ``ValidationError`` keyed by field."""
    _demand_taker(asked.kol, changes.get("taker"))
    return note.save(actor, asked, changes, version)


def answer(
    actor: Actor, asked: Request, words: str, *, satisfied: bool | None = None, version: int | None = None
) -> Request:
    """How it was answered. Raises ``ValidationError`` keyed ``answer``, ``Refused``, ``Conflict``."""
    if not words.strip():
        raise ValidationError({"answer": _("Say how it was answered.")})
    with transaction.atomic():
        current = history.locked(asked, version)
        note.demand_open(current)
        changes = {"answer": words.strip(), "answered_at": actor.at, "satisfied": satisfied}
        return note.save(actor, current, changes, None)


def judge(actor: Actor, asked: Request, *, satisfied: bool | None, version: int | None = None) -> Request:
    """Whether the answer satisfied the KOL, learnt later. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(asked, version)
        note.demand_open(current, is_open=False)
        return note.save(actor, current, {"satisfied": satisfied}, None)


def reopen(actor: Actor, asked: Request, version: int | None = None) -> Request:
    """Take the answer back. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(asked, version)
        note.demand_open(current, is_open=False)
        return note.save(actor, current, {"answer": "", "answered_at": None, "satisfied": None}, None)


def remove(actor: Actor, asked: Request, version: int | None = None) -> None:
    """Take it off the file, as noted by mistake. Raises ``Conflict``."""
    note.drop(actor, asked, version)


def may_answer(user: User, asked: Request) -> bool:
    """Who may edit the file, and who took the request as long as they see the file."""
    if asked.taker_id == user.pk:
        return access.may(user, asked.kol, "view")
    return access.may(user, asked.kol, EDIT)


def _demand_taker(kol: Kol, taker: User | None) -> None:
    if taker is not None and not access.readers_of(kol).filter(pk=taker.pk).exists():
        raise ValidationError({"taker": _("This person cannot see the file.")})


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Request.objects.all().open(), "due_on", files)
