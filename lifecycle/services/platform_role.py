"""Platform roles: given from–to, extended, ended (DOMAIN 5.8)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from lifecycle.models import PlatformRole
from lifecycle.services import rule as rules
from profiles.models import Kol, Stage
from profiles.services import next_due, note


def give(
    actor: Actor,
    kol: Kol,
    role: str,
    since: date | None = None,
    until: date | None = None,
    note_text: str = "",
) -> PlatformRole:
    """A role from a day on (today), to a last day or without end; one of a kind at a time.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``departed``), ``ValidationError`` keyed by field.
    """
    day = note.installation_day(actor)
    since = since or day
    if until is not None and until < max(since, day):
        raise ValidationError({"until": _("The last day cannot lie before its first, or in the past.")})
    with transaction.atomic():
        file = rules.locked(actor, kol)
        if file.stage == Stage.DEPARTED:
            raise Refused("departed", _("They departed."))
        _demand_alone(file, role, since, until)
        row = PlatformRole(
            kol=file, role=role, since=since, until=until, note=note_text.strip(), granted_by=actor.user
        )
        row.granted_at = actor.at
        made: PlatformRole = history.create(actor, row, root=file.pk)
        next_due.refresh([file.pk])
    return made


def extend(actor: Actor, role: PlatformRole, until: date | None, version: int | None = None) -> PlatformRole:
    """To a later last day, or without end.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``ended``), ``ValidationError`` at ``until``.
    """
    with transaction.atomic():
        current = _running(actor, role, version)
        if current.until is None or (until is not None and until <= current.until):
            raise ValidationError({"until": _("Choose a day after its last day.")})
        if until is not None and until < note.installation_day(actor):
            raise ValidationError({"until": _("This day is over.")})
        _demand_alone(current.kol, current.role, current.since, until, without=current.pk)
        return _save(actor, current, {"until": until})


def end(actor: Actor, role: PlatformRole, reason: str = "", version: int | None = None) -> PlatformRole:
    """It is over as of its last day, at the latest today; before its end with a reason.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``ended``), ``ValidationError`` at ``reason``.
    """
    with transaction.atomic():
        current = _running(actor, role, version)
        day = note.installation_day(actor)
        if (current.until is None or current.until > day) and not reason.strip():
            raise ValidationError({"reason": _("Say why it ends before its time.")})
        return _save(actor, current, _over(actor, current, day, reason))


def end_all(actor: Actor, kol: Kol) -> None:
    """Who departed has none any more. Within the transaction of the move."""
    day = note.installation_day(actor)
    for row in PlatformRole.objects.running().filter(kol=kol).order_by("pk"):
        _save(actor, row, _over(actor, row, day, _("Departed")))


def give_back(actor: Actor, kol: Kol, moved_at: datetime) -> None:
    """The departure is undone: the roles that it ended run on, to the last day that they had."""
    rows = PlatformRole.objects.filter(kol=kol, ended_at=moved_at).order_by("pk")
    last_days = Change.objects.filter(root=kol.pk, model=PlatformRole._meta.label_lower, field="until")
    was = dict(last_days.filter(at=moved_at).values_list("row", "before"))
    for row in rows:
        changes: dict[str, Any] = {"ended_at": None, "ended_by": None, "reason": ""}
        if row.pk in was:
            before = was[row.pk]
            changes["until"] = date.fromisoformat(before) if before else None
        _save(actor, row, changes)


def due_dates(files: QuerySet) -> QuerySet:
    """What it hands in for next due: the last day of roles that run."""
    return note.dates(PlatformRole.objects.running().filter(until__isnull=False), "until", files)


def _over(actor: Actor, row: PlatformRole, day: date, reason: str) -> dict[str, Any]:
    last = min(row.until or day, day)
    return {
        "until": max(last, row.since),  # one that has not begun is over on its first day
        "ended_at": actor.at,
        "ended_by": actor.user,
        "reason": reason.strip()[:300],
    }


def _save(actor: Actor, row: PlatformRole, changes: dict[str, Any]) -> PlatformRole:
    saved: PlatformRole = history.save(actor, row, changes, None)
    next_due.refresh([row.kol_id])
    return saved


def _running(actor: Actor, role: PlatformRole, version: int | None) -> PlatformRole:
    """The file, then the row, locked; right and state are asked under the locks."""
    file = rules.locked(actor, role.kol)
    current: PlatformRole = history.locked(role, version)
    current.kol = file
    if current.ended_at is not None:
        raise Refused("ended", _("It is over already."))
    return current


def _demand_alone(kol: Kol, role: str, since: date, until: date | None, without: UUID | None = None) -> None:
    others = PlatformRole.objects.filter(kol=kol, role=role)
    others = others.exclude(pk=without) if without else others
    others = others.filter(Q(until=None) | Q(until__gte=since))
    if until is not None:
        others = others.filter(since__lte=until)
    if others.exists():
        raise ValidationError({"role": _("They have this role in these days already.")})
