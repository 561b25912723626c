"""Sightings of breach: recorded with evidence, dismissed or confirmed; confirming stops (DOMAIN 5.6)."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.shapes import Number
from lifecycle import knowing
from lifecycle.days import installation_day
from lifecycle.models import Exclusivity, Sighting, SightingFile
from lifecycle.services import proof, stop
from lifecycle.services import rule as rules
from profiles.models import Attachment, Platform
from profiles.services import note

State = Sighting.State
FACTS = frozenset({"seen_on", "channel", "what", "evidence", "links"})
DECIDE_IN = policy.declare(
    "sighting_days",
    3,
    gettext_lazy("A sighting of breach is decided within"),
    gettext_lazy("days"),
    section=knowing.CONDUCT,
    shape=Number(1, 90),
)


def record(
    actor: Actor,
    exclusivity: Exclusivity,
    values: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    uploads: Sequence[proof.Upload] = (),
) -> Sighting:
    """Somebody saw a breach of this exclusivity: where, when, with evidence.

    Raises ``PermissionDenied``, ``Refused`` (``archived``), ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        kol = rules.locked(actor, exclusivity.kol)
        row = Sighting(kol=kol, exclusivity=history.locked(exclusivity, None), **values)
        files = [*attachments, *proof.take_in(actor, kol, uploads)]
        _check(actor, row, files)
        due = installation_day(actor.at) + timedelta(days=policy.current().get(DECIDE_IN))
        row = note.add(actor, row, due_on=due)
        proof.put(actor, row, lambda one: SightingFile(sighting=row, attachment=one), files)
    return row


def edit(
    actor: Actor,
    sighting: Sighting,
    changes: Mapping[str, Any],
    attachments: Sequence[Attachment] | None = None,
    version: int | None = None,
    uploads: Sequence[proof.Upload] = (),
) -> Sighting:
    """Change it while it is undecided; ``attachments`` replace those that stand.

    Raises as ``record``, besides ``Conflict`` and ``Refused`` (``wrong_state``).
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _at(actor, sighting, version)
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        kept = proof.standing(current) if attachments is None else list(attachments)
        kept += proof.take_in(actor, current.kol, uploads)
        _check(actor, draft, kept)
        saved = note.save(actor, current, changes, None)
        proof.put(actor, saved, lambda one: SightingFile(sighting=saved, attachment=one), kept)
    return saved


def remove(actor: Actor, sighting: Sighting, version: int | None = None) -> None:
    """Noted by mistake: taken off while it is undecided; it stays in the history."""
    with transaction.atomic():
        note.drop(actor, _at(actor, sighting, version))


def dismiss(actor: Actor, sighting: Sighting, why: str, version: int | None = None) -> Sighting:
    """It was no breach. Raises ``Refused``, ``Conflict``, ``ValidationError`` keyed ``why``."""
    with transaction.atomic():
        return _decide(actor, _at(actor, sighting, version), State.DISMISSED, why)


def confirm(actor: Actor, sighting: Sighting, why: str, version: int | None = None) -> Sighting:
    """It was one: in the same transaction the KOL is stopped, under the lock on the file that every verb
    asks which gives or pays. Raises as ``dismiss``.
    """
    with transaction.atomic():
        current = _at(actor, sighting, version)
        words = _said(why)
        set_by = stop.for_breach(actor, current.kol, words)
        return _decide(actor, current, State.CONFIRMED, words, stop=set_by)


def _decide(actor: Actor, row: Sighting, state: str, why: str, **derived: Any) -> Sighting:
    changes = {"state": state, "why": _said(why), "decided_by": actor.user, "decided_at": actor.at}
    return note.save(actor, row, changes, None, derive=lambda _row: {"due_on": None, **derived})


def _check(actor: Actor, row: Sighting, attachments: Sequence[Attachment]) -> None:
    problems = proof.problems(row, attachments)
    bound = row.exclusivity
    if row.seen_on and row.seen_on > installation_day(actor.at):
        problems["seen_on"] = _("This cannot lie in the future.")
    elif row.seen_on and not bound.starts_on <= row.seen_on <= bound.last_day:
        problems["seen_on"] = _("The exclusivity did not run on that day.")
    if (
        bound.channels
        and row.channel
        and row.channel not in bound.channels
        and row.channel in Platform.values
    ):
        problems["channel"] = _("The exclusivity does not cover this channel.")
    if problems:
        raise ValidationError(problems)


def _at(actor: Actor, sighting: Sighting, version: int | None) -> Sighting:
    """The file, then the row, locked in this order everywhere; right, version and state are checked."""
    kol = rules.locked(actor, sighting.kol)
    current: Sighting = history.locked(sighting, version)
    if not current.is_open:
        raise Refused("wrong_state", _("It stands at “%(state)s”.") % {"state": current.get_state_display()})
    current.kol = kol
    return current


def _said(why: str) -> str:
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    return why.strip()


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Sighting.objects.open(), "due_on", files)
