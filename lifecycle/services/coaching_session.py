"""The sessions of a coaching plan: planned with their brief, held, their homework done (DOMAIN 5.5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import CoachingPlan, CoachingSession
from lifecycle.services import coaching
from profiles.services import note

FACTS = frozenset({"on", "topic", "audience", "prefers", "how", "homework", "homework_due"})
BRIEF = ("topic", "audience", "prefers", "how")
HELD, HOMEWORK = "held", "homework"


def add(actor: Actor, plan: CoachingPlan, values: Mapping[str, Any]) -> CoachingSession:
    """Plan a session. Raises ``PermissionDenied``, ``Refused`` (``already_settled``), ``ValidationError``."""
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = coaching.running(actor, plan)
        row = CoachingSession(kol=current.kol, plan=current, **values)
        _check(row)
        return note.add(actor, row)


def edit(
    actor: Actor, session: CoachingSession, changes: Mapping[str, Any], version: int | None = None
) -> CoachingSession:
    """Change a session of a running plan. Raises as ``add``, besides ``Conflict``."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _locked(actor, session, version)
        draft = history.locked(current, None)
        history.put(draft, changes)
        _check(draft)
        return note.save(actor, current, changes, None)


def drop(actor: Actor, session: CoachingSession, version: int | None = None) -> None:
    """Take a session that was not held off the plan. Raises ``Refused`` (``was_held``), ``Conflict``."""
    with transaction.atomic():
        current = _locked(actor, session, version)
        if current.held_at is not None:
            raise Refused("was_held", _("It was held: it stays on record."))
        note.drop(actor, current)


def hold(
    actor: Actor,
    session: CoachingSession,
    said: str = "",
    version: int | None = None,
    *,
    next_on: date | None = None,
) -> CoachingSession:
    """It took place. ``next_on``: when to go on, in a session planned with the same topic and brief.

    Raises ``Refused`` (``was_held``, ``already_settled``), ``Conflict``, ``ValidationError`` at ``next_on``.
    """
    if next_on is not None and next_on <= note.installation_day(actor):
        raise ValidationError({"next_on": _("Choose a day after today.")})
    with transaction.atomic():
        current = _locked(actor, session, version)
        if current.held_at is not None:
            raise Refused("was_held", _("It is on record as held already."))
        if next_on is not None:
            brief = {name: getattr(current, name) for name in BRIEF}
            note.add(actor, CoachingSession(kol=current.kol, plan=current.plan, on=next_on, **brief))
        changes = {"held_at": actor.at, "held_by": actor.user, "said": said.strip()}
        return note.save(actor, current, changes, None)


def do_homework(actor: Actor, session: CoachingSession, version: int | None = None) -> CoachingSession:
    """Their homework is done. Raises ``Refused`` (``no_homework``, ``already_settled``), ``Conflict``."""
    with transaction.atomic():
        current = _locked(actor, session, version)
        if not current.homework or current.homework_done_at is not None:
            raise Refused("no_homework", _("There is no open homework."))
        return note.save(actor, current, {"homework_done_at": actor.at}, None)


def take_back(
    actor: Actor, session: CoachingSession, what: str, version: int | None = None
) -> CoachingSession:
    """``held`` or ``homework`` was marked by mistake; the next session goes with the former, if untouched.

    Raises ``Refused`` (``not_settled``), ``Conflict``.
    """
    empty: dict[str, dict[str, Any]] = {
        HELD: {"held_at": None, "held_by": None},
        HOMEWORK: {"homework_done_at": None},
    }
    if what not in empty:
        raise ValidationError({"what": _("Choose what is taken back.")})
    with transaction.atomic():
        current = _locked(actor, session, version)
        if all(getattr(current, name) is None for name in empty[what]):
            raise Refused("not_settled", _("This is open: there is nothing to take back."))
        if what == HELD:
            for planned in _planned_with(current):
                note.drop(actor, planned)
        return note.save(actor, current, empty[what], None)


def due_sessions(files: QuerySet) -> QuerySet:
    return note.dates(CoachingSession.objects.to_hold(), "on", files)


def due_homework(files: QuerySet) -> QuerySet:
    return note.dates(CoachingSession.objects.homework_open(), "homework_due", files)


def _planned_with(held: CoachingSession) -> QuerySet:
    """The next session that was planned as this one was held, as it was then."""
    untouched: QuerySet = CoachingSession.objects.filter(held_at=None, version=1)
    return untouched.filter(plan=held.plan_id, created_at=held.held_at)


def _locked(actor: Actor, session: CoachingSession, version: int | None) -> CoachingSession:
    """The file, the plan, then the session."""
    coaching.running(actor, session.plan)
    current: CoachingSession = history.locked(session, version)
    return current


def _check(row: CoachingSession) -> None:
    """Said at the field that is missing, where a constraint would say it of the whole form."""
    if row.homework and row.homework_due is None:
        raise ValidationError({"homework_due": _("Say until when.")})
    if row.homework_due is not None and not row.homework:
        raise ValidationError({"homework": _("Say what is to be done.")})
    if row.homework_due is not None and row.on is not None and row.homework_due < row.on:
        raise ValidationError({"homework_due": _("It is set in the session: its day comes later.")})
