"""Special channels and privileges: granted by level and stage, withdrawn when they fall away (DOMAIN 5.8)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kol_crm.core import copying, history, notices, rights
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import privilege_words, stops
from lifecycle.models import Privilege, PrivilegeKind
from lifecycle.services import rule as rules
from profiles.models import Kol

Cause = Privilege.Cause
NOTICE = "privilege"
FACTS = frozenset({"sort", "name_en", "name_zh", "levels", "stages", "retired"})


def create_kind(actor: Actor, values: Mapping[str, Any]) -> PrivilegeKind:
    """A new kind, offered at once. Raises ``PermissionDenied``, ``ValidationError`` keyed by field."""
    _demand_right(actor)
    history.only_facts(values, FACTS)
    return history.create(actor, PrivilegeKind(**values, created_at=actor.at))


def edit_kind(
    actor: Actor, kind: PrivilegeKind, changes: Mapping[str, Any], version: int | None = None
) -> PrivilegeKind:
    """Whoever holds it where it is no longer granted loses it at once; a retired kind is not granted anew.

    Raises ``PermissionDenied``, ``Conflict``, ``ValidationError`` keyed by field.
    """
    _demand_right(actor)
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        saved = history.save(actor, kind, changes, version)
        if {"levels", "stages"} & set(changes):
            rows = [row for row in _held(kind=saved) if cause_of(row)]
            _end(actor, rows, dict.fromkeys((row.pk for row in rows), Cause.KIND), "")
    return saved


def grant(actor: Actor, kol: Kol, kind: PrivilegeKind, note: str = "") -> Privilege:
    """The KOL holds it from now on: only at the levels and stages of the kind, whoever grants it.

    Raises ``PermissionDenied``, ``Refused`` (``already_held``, ``archived``), ``ValidationError`` keyed
    ``kind``, also while a stop stands (DOMAIN 5.6: a privilege is an incentive, 6.1).
    """
    with transaction.atomic():
        file = rules.locked(actor, kol)
        stops.demand_none_standing(file.pk, "kind")
        kind = PrivilegeKind.objects.select_for_update().get(pk=kind.pk)
        if kind.retired:
            raise ValidationError({"kind": _("This is no longer granted.")})
        if refusal := privilege_words.refusal(kind, file):
            raise ValidationError({"kind": refusal})
        if Privilege.objects.held().filter(kol=file, kind=kind).exists():
            raise Refused("already_held", pgettext("privilege", "They hold it already."))
        row = Privilege(kol=file, kind=kind, note=note.strip(), granted_at=actor.at, granted_by=actor.user)
        return history.create(actor, row, root=file.pk)


def withdraw(actor: Actor, privilege: Privilege, reason: str, version: int | None = None) -> Privilege:
    """By hand.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``withdrawn``), ``ValidationError`` at ``reason``.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        rules.locked(actor, privilege.kol)
        history.locked(privilege, version)
        rows = list(_held(pk=privilege.pk))
        if not rows:
            raise Refused("withdrawn", _("It was withdrawn already."))
        _end(actor, rows, {privilege.pk: Cause.HAND}, reason)
    return rows[0]


def withdraw_all(kol: Kol, actor: Actor, reason: str) -> int:
    """All that the KOL holds, as a penalty: how many. Within the transaction of the penalty."""
    with transaction.atomic():
        rules.locked(actor, kol)
        rows = list(_held(kol=kol))
        _end(actor, rows, dict.fromkeys((row.pk for row in rows), Cause.PENALTY), reason)
    return len(rows)


def follow(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Levels or stages are other ones now: what no longer holds is withdrawn, in a few statements for all."""
    with transaction.atomic():
        causes = {row.pk: (row, cause) for row in _held(kol__in=kol_ids) if (cause := cause_of(row))}
        rows = [row for row, _cause in causes.values()]
        _end(actor, rows, {pk: cause for pk, (_row, cause) in causes.items()}, "")


def give_back(actor: Actor, kol: Kol, at: datetime, cause: str = Cause.STAGE) -> None:
    """What was withdrawn then, by a move or a penalty that is undone, is held again where nothing else stands
    against it.
    """
    rows = Privilege.objects.filter(kol=kol, withdrawn_at=at, cause=cause)
    held = set(Privilege.objects.held().filter(kol=kol).values_list("kind", flat=True))
    for row in rows.select_related("kind").order_by("pk"):
        if row.kind_id not in held and not privilege_words.refusal(row.kind, kol):
            nothing = {"withdrawn_at": None, "withdrawn_by": None, "cause": "", "reason": ""}
            history.save(actor, row, nothing, None)


def give_back_penalised(kol: Kol, actor: Actor, at: datetime) -> None:
    """An appeal against the penalty of that moment is upheld."""
    give_back(actor, kol, at, Cause.PENALTY)


def cause_of(row: Privilege) -> str:
    """Why it may no longer be held; empty where it may."""
    if not row.kind.fits_stage(row.kol.stage):
        return Cause.STAGE
    return "" if row.kind.fits_level(row.kol.level) else Cause.LEVEL


def _held(**which: Any) -> Iterable[Privilege]:
    """With their kinds and files as they stand now, locked in one order."""
    rows = Privilege.objects.held().filter(**which).select_related("kind", "kol__owner")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _end(actor: Actor, rows: Sequence[Privilege], causes: Mapping[UUID, str], reason: str) -> None:
    """Withdrawn, recorded, and the owner of each file is told."""
    entries = []
    for row in rows:
        changes = {"withdrawn_at": actor.at, "withdrawn_by": actor.user, "cause": str(causes[row.pk])}
        changes["reason"] = reason.strip()[:300]
        entries.append((row.kol_id, row, history.put(row, changes)))
        row.version += 1
    copying.update(rows, ["version", "withdrawn_at", "withdrawn_by", "cause", "reason"])
    history.record_many(actor, entries)
    if rows:
        told = [
            (row.kol.owner, row.kol_id, {"kind": str(row.kind_id), "cause": row.cause})
            for row in rows
            if row.kol.owner is not None
        ]
        notices.notify_each(actor, NOTICE, told)


def _demand_right(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_policy)
