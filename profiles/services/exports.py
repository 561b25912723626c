"""The verbs of exports: ask for one, get its file, throw old files away (DOMAIN 2.1, 2.3)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kol_crm.core import audit, history, policy, stored, work
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import DataKey, StoredFile, User, Work
from kol_crm.core.outbox import Tally
from kol_crm.core.shapes import Number
from profiles.exporting import asking
from profiles.exporting.writing import writer
from profiles.models import Export, ExportFormat, ExportPart, Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

EXPORT = "export"
MOST_OPEN = 3
KEEP = policy.declare(
    "export_days",
    7,
    gettext_lazy("How long the file of an export is kept"),
    gettext_lazy("days"),
    section=policy.SAFETY,
    shape=Number(1, 90),
)


def may_export(user: User) -> bool:
    """Whoever works with files; finance does not (DOMAIN 2.1)."""
    return user.is_active and access.may_create(user)


def may_export_in_clear(user: User) -> bool:
    """The right of its own to take contact data away: managers and admins (DOMAIN 2.1)."""
    return may_export(user) and user.role in (User.Role.MANAGER, User.Role.ADMIN)


def demand(user: User, *, in_clear: bool) -> None:
    """Raise ``PermissionDenied`` unless the user may export, and so."""
    if not may_export(user):
        raise PermissionDenied(_("You may not export files."))
    if in_clear and not may_export_in_clear(user):
        raise PermissionDenied(_("Contact data in clear is exported by managers."))


def start(
    actor: Actor,
    params: QueryDict,
    kind: str,
    *,
    ids: Sequence[UUID] | None = None,
    in_clear: bool = False,
    reason: str = "",
) -> Export:
    """Export what the list shows at this address, or with ``ids`` only these files, in the background.

    Raises ``PermissionDenied``; ``ValidationError`` keyed ``format``, ``reason`` or by the list's parameter;
    ``Refused`` where there is nothing, or too much is waiting already.
    """
    person, reason = actor.person, reason.strip()
    demand(person, in_clear=in_clear)
    if kind not in ExportFormat.values:
        raise ValidationError({"format": _("There is no such format.")})
    if in_clear and not reason:
        raise ValidationError({"reason": _("Say what the contact data is needed for.")})
    found = asking.listing(params, person, actor.at)
    chosen = None if ids is None else list(dict.fromkeys(ids))
    if not asking.in_order(found, chosen).exists():
        raise Refused("nothing_to_export", _("There is nothing to export here."))
    open_works = Work.objects.filter(
        user=person, kind=EXPORT, state__in=(Work.State.WAITING, Work.State.RUNNING)
    )
    if open_works.count() >= MOST_OPEN:
        raise Refused("too_many_exports", _("Some of your exports are still being made: wait for them."))
    with transaction.atomic():
        export = Export(
            user=person,
            at=actor.at,
            format=kind,
            in_clear=in_clear,
            reason=reason,
            language=get_language() or "en",
            query=asking.state(found),
            ids=None if chosen is None else [str(one) for one in chosen],
            name=f"kols-{localdate(actor.at).isoformat()}.{writer(kind, in_clear=in_clear).ending}",
            expires_at=actor.at + timedelta(days=policy.current().get(KEEP)),
        )
        export.work = work.start(actor, EXPORT, subject=export.pk)
        export.save(force_insert=True)
        history.record(actor, export.pk, export, {"": (None, _told(export))})
    return export


def _told(export: Export) -> dict[str, str]:
    """An export as the history keeps it: no filter words, which may name people."""
    kept = history.snapshot(export, ("format", "in_clear", "reason", "name"))
    return kept | {"files": "all" if export.ids is None else str(len(export.ids))}


def again(actor: Actor, export: Export) -> Export:
    """The same asked once more, with the rights and the rows of now. Raises as ``start``."""
    ids = None if export.ids is None else [UUID(one) for one in export.ids]
    params = QueryDict(export.query)
    return start(actor, params, export.format, ids=ids, in_clear=export.in_clear, reason=export.reason)


def opened(actor: Actor, export: Export) -> StoredFile:
    """The file, for its maker alone, under the rights of this moment; in clear it is written down.

    Raises ``PermissionDenied``; ``Refused``: not ready, expired, or about files out of sight by now.
    """
    person = actor.person
    if export.user_id != person.pk:
        raise PermissionDenied(_("Only who made an export gets its file."))
    demand(person, in_clear=export.in_clear)
    if not export.is_ready or export.file is None:
        if export.work.is_open:
            raise Refused("not_ready", _("This export is still being made."))
        raise Refused("expired", _("The file of this export is gone. Export again."))
    if export.expires_at <= actor.at:
        raise Refused("expired", _("The file of this export is gone. Export again."))
    action = EDIT if export.in_clear else VIEW
    for part in export.parts.all():
        ids = part.kol_ids
        if Kol.objects.known_to(person, action).filter(pk__in=ids).count() < part.rows:
            raise Refused("out_of_sight", _("Some of its files are no longer yours to see. Export again."))
    if export.in_clear:
        audit.disclosed(actor, "export_download", rows=export.rows, detail=export.name, reason=export.reason)
    return export.file


def expire(actor: Actor) -> Tally:
    """Nightly: files whose days are over go, with the key that sealed them; so does what is half done.

    The record stays: who took what away, and why.
    """
    tally = Tally()
    over = Export.objects.filter(expires_at__lte=actor.at)
    left = Export.objects.filter(work__state__in=(Work.State.FAILED, Work.State.CANCELLED))
    for export in (over | left).filter(parts__isnull=False).distinct().select_related("file", "work"):
        if export.work.is_open:
            continue
        tally.seen += 1
        with tally.sparing(f"export {export.pk}"):
            with transaction.atomic():
                forget(export)
            tally.done += 1
    return tally


def forget(export: Export) -> None:
    """Throw away what an export wrote. Call in a transaction."""
    drop_parts(export)
    if export.file is not None:
        stored.remove(export.file)
    export.parts.all().delete()
    DataKey.objects.filter(subject=export.pk).delete()


def drop_parts(export: Export) -> None:
    """The files of the parts go; what they were about stays known."""
    for part in ExportPart.objects.filter(export=export, file__isnull=False).select_related("file"):
        if part.file is not None:
            stored.remove(part.file)
