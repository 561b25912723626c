"""The verbs of the persona: draft, submit, send back, approve; what is in force stays as it is (DOMAIN 5.5).

draft → submitted → approved, which replaces the one before. One version is open at a time. Whoever wrote or
submitted it does not approve it.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import Persona
from lifecycle.services import gate
from lifecycle.services import rule as rules
from profiles.models import Kol
from profiles.services import note

State = Persona.State
FACTS = ("highlights", "story", "image", "tone", "points", "topics_in", "topics_out")
FEWEST_POINTS = 2  # "several points" (DOMAIN 5.5)


def draft(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Persona:
    """The next version; what is not given it takes over from the one in force.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``persona_open``), ``ValidationError`` by field.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        return open_version(actor, current, {**facts_of(in_force(current)), **values}, State.DRAFT)


def edit(actor: Actor, persona: Persona, changes: Mapping[str, Any], version: int | None = None) -> Persona:
    """Change a draft. Raises ``Conflict``, ``Refused`` (``wrong_state``), ``ValidationError`` by field."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        return note.save(actor, _at(actor, persona, version, State.DRAFT), changes, None)


def submit(actor: Actor, persona: Persona, version: int | None = None) -> Persona:
    """Ask for approval. Raises besides ``Refused`` (``persona_incomplete``, ``missing``)."""
    with transaction.atomic():
        current = _at(actor, persona, version, State.DRAFT)
        demand_whole(current)
        return note.save(actor, current, submitted(actor), None)


def send_back(actor: Actor, persona: Persona, why: str, version: int | None = None) -> Persona:
    """A draft again: it is not right yet, or was submitted too early. Raises as ``submit``, keyed ``why``."""
    if not why.strip():
        raise ValidationError({"why": _("Say what is to be changed.")})
    with transaction.atomic():
        current = _at(actor, persona, version, State.SUBMITTED)
        changes = {"state": State.DRAFT, "submitted_by": None, "submitted_at": None, "sent_back": why.strip()}
        return note.save(actor, current, changes, None)


def approve(actor: Actor, persona: Persona, version: int | None = None) -> Persona:
    """It is in force from now on, and replaces the one before.

    Raises ``PermissionDenied`` for who is no manager or wrote it, ``Conflict``, ``Refused``.
    """
    with transaction.atomic():
        current = _at(actor, persona, version, State.SUBMITTED)
        if problem := why_not_approve(actor, current):
            raise PermissionDenied(problem)
        demand_whole(current)
        if (former := in_force(current.kol)) is not None:
            history.save(actor, former, {"state": State.REPLACED}, None)
        changes = {"state": State.APPROVED, "approved_by": actor.user, "approved_at": actor.at}
        return note.save(actor, current, changes, None)


def drop(actor: Actor, persona: Persona, version: int | None = None) -> None:
    """Throw a draft away. Raises ``Conflict``, ``Refused`` (``wrong_state``)."""
    with transaction.atomic():
        current = _at(actor, persona, version, State.DRAFT)
        if hasattr(current, "adjustment"):
            raise Refused("tried", _("This was tried with their fans: it stays on record."))
        note.drop(actor, current)


def in_force(kol: Kol) -> Persona | None:
    return Persona.objects.filter(kol=kol).in_force().first()


def facts_of(persona: Persona | None) -> dict[str, Any]:
    return {} if persona is None else {name: getattr(persona, name) for name in FACTS}


def missing(persona: Persona) -> list[str]:
    """What must still be said before it is approved, in words."""
    found = [
        str(Persona._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in FACTS
        if name != "points" and not getattr(persona, name)
    ]
    if len(persona.points) < FEWEST_POINTS:
        found.append(_("at least %(n)d points") % {"n": FEWEST_POINTS})
    return found


def demand_whole(persona: Persona) -> None:
    """Raise ``Refused`` (``persona_incomplete``) while something is not said."""
    if lacks := missing(persona):
        words = _("Before it is approved, say: %(what)s.") % {"what": "; ".join(lacks)}
        raise Refused("persona_incomplete", words, missing=lacks)


def why_not_approve(actor: Actor, persona: Persona) -> str:
    """Empty for who may; nobody approves what they wrote or submitted."""
    if not gate.is_manager(actor):
        return _("A manager approves a persona.")
    if actor.user in (persona.author, persona.submitted_by):
        return _("Nobody approves what they wrote or submitted: ask another manager.")
    return ""


def submitted(actor: Actor) -> dict[str, Any]:
    """The columns of a version that waits for approval."""
    return {
        "state": State.SUBMITTED,
        "submitted_by": actor.user,
        "submitted_at": actor.at,
        "sent_back": "",
    }


def open_version(actor: Actor, kol: Kol, facts: Mapping[str, Any], state: str) -> Persona:
    """Insert the next version of a locked file. Raises ``Refused`` (``persona_open``)."""
    standing = Persona.objects.filter(kol=kol)
    if (other := standing.filter(state__in=Persona.OPEN).first()) is not None:
        words = _("Version %(number)d is open: %(state)s. Settle it first.")
        told = {"number": other.number, "state": other.get_state_display()}
        raise Refused("persona_open", words % told, number=other.number, state=other.state)
    number = (standing.aggregate(last=Max("number"))["last"] or 0) + 1
    return note.add(actor, Persona(kol=kol, state=state, number=number, **facts))


def _at(actor: Actor, persona: Persona, version: int | None, state: str) -> Persona:
    """The file, then the version, locked; right, version and state are checked."""
    rules.locked(actor, persona.kol)
    current: Persona = history.locked(persona, version)
    if current.state != state:
        words = _("This version is “%(state)s”: this is not possible now.")
        raise Refused("wrong_state", words % {"state": current.get_state_display()}, state=current.state)
    return current
