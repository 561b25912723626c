"""Handing files over: a pending handover for each change of owner, until it is confirmed (DOMAIN 5.9)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import copying, history, notices, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from kol_crm.core.shapes import Number
from lifecycle.models import HandedFile, Handover, HandoverNote, PromiseOwner
from lifecycle.models.handover import unowned_promises
from lifecycle.services import rule as rules
from lifecycle.services import sight
from profiles.models import Kol, Promise
from profiles.models.querysets import EDIT
from profiles.services import access, note
from profiles.services.kol import Given

NOTICE, ASKED = "handover", "handover_note"
DAYS = policy.declare(
    "handover_days",
    7,
    gettext_lazy("A handover is confirmed within"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=Number(1, 60),
)


def start(actor: Actor, given: Sequence[Given]) -> None:
    """Files went to another owner: what was pending ends, and a handover begins; a few statements for all.

    None begins for a file that nobody had, or that goes back to who had just given it, nor for one that is
    archived or sleeps: there is nothing to hand over (DOMAIN 1.7, 3.14).
    """
    ended = _end(actor, _pending_of([one.kol.pk for one in given]))
    _forget(actor, given)
    begun = [
        one
        for one in given
        if one.giver is not None
        and one.kol.owner_id is not None
        and ended.get(one.kol.pk) != one.kol.owner_id
        and not (one.kol.dormant or one.kol.is_archived)
    ]
    if not begun:
        return
    acts = _acts(actor, {(one.giver, one.kol.owner_id) for one in begun})
    rows = [
        HandedFile(handover=acts[one.giver, one.kol.owner_id], kol=one.kol, handed_at=actor.at)
        for one in begun
    ]
    copying.insert(rows)
    history.record_many(actor, [(row.kol_id, row, {"": (None, history.snapshot(row))}) for row in rows])


def end_astray(actor: Actor, kol: Kol) -> None:
    """A pending handover that a merge brought along ends where its receiver is not whose the file is."""
    _end(actor, _pending_of([kol.pk]).exclude(handover__receiver=kol.owner_id))


def _pending_of(kols: Collection[UUID]) -> QuerySet[HandedFile]:
    return HandedFile.objects.filter(kol__in=kols, confirmed_at=None, ended_at=None)


def _end(actor: Actor, pending: QuerySet[HandedFile]) -> dict[UUID, int]:
    """Per file whose handover ends here, who had given it."""
    rows = list(pending.select_related("handover").select_for_update(of=("self",)).order_by("pk"))
    entries = [(row.kol_id, row, history.put(row, {"ended_at": actor.at})) for row in rows]
    copying.update(rows, ["ended_at"])
    history.record_many(actor, entries)
    return {row.kol_id: row.handover.giver_id for row in rows}


def _forget(actor: Actor, given: Sequence[Given]) -> None:
    """Whoever gave a file away, or sees it no more, answers for none of its promises any more."""
    givers = {one.kol.pk: one.giver for one in given}
    rows = list(_answered(givers))
    unseen = {row.pk for row in sight.unseen(rows)}
    drop(actor, [row for row in rows if row.user_id == givers[row.kol_id] or row.pk in unseen])


def follow_moved(actor: Actor, kols: Collection[UUID]) -> None:
    """Colleagues who do not see these files any more, since they stand in another team, answer for none of
    their promises: their owners do, as before.
    """
    drop(actor, sight.unseen(_answered(kols)))


def _answered(kols: Collection[UUID]) -> QuerySet[PromiseOwner]:
    rows = PromiseOwner.objects.filter(kol__in=kols).select_related("promise", "user", "kol__team")
    return rows.order_by("pk")


def drop(actor: Actor, rows: Sequence[PromiseOwner]) -> None:
    """Nobody answers for these promises any more."""
    history.record_many(actor, [(row.kol_id, row, {"": (history.snapshot(row), None)}) for row in rows])
    PromiseOwner.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _acts(actor: Actor, pairs: Iterable[tuple]) -> dict[tuple, Handover]:
    """The handovers of this act by giver and receiver: a long one comes here once for each part of it."""
    of_this = Handover.objects.filter(change_set=actor.change_set).select_related("giver", "receiver")
    found = {(row.giver_id, row.receiver_id): row for row in of_this}
    missing = sorted(set(pairs) - set(found))
    people = User.objects.in_bulk({key for pair in missing for key in pair})
    due_on = note.installation_day(actor) + timedelta(days=policy.current().get(DAYS))
    new = [
        Handover(
            change_set=actor.change_set,
            giver=people[giver],
            receiver=people[receiver],
            at=actor.at,
            due_on=due_on,
            user=actor.user,
        )
        for giver, receiver in missing
    ]
    Handover.objects.bulk_create(new)
    notices.notify_each(actor, NOTICE, [(row.receiver, row.pk, {}) for row in new])
    return found | {(row.giver_id, row.receiver_id): row for row in new}


def assign(actor: Actor, file: HandedFile, promise: Promise, user: User | None) -> PromiseOwner | None:
    """A colleague who sees the file answers for this open promise; None: nobody.

    Raises ``PermissionDenied``, ``Refused`` (``not_pending``), ``ValidationError`` at ``promise``, ``user``.
    """
    with transaction.atomic():
        kol, _current = _pending(actor, file)
        open_one = Promise.objects.all().open().filter(kol=kol, pk=promise.pk).first()
        if open_one is None:
            raise ValidationError({"promise": _("This is no open promise of the file.")})
        if user is not None and not access.readers_of(kol).filter(pk=user.pk).exists():
            raise ValidationError({"user": _("Choose a colleague who sees the file.")})
        standing = (
            PromiseOwner.objects.filter(promise=open_one).select_related("user", "promise", "kol").first()
        )
        if standing is not None and standing.user == user:
            return standing
        if standing is not None:
            drop(actor, [standing])
        if user is None:
            return None
        row = PromiseOwner(promise=open_one, kol=kol, user=user, since=actor.at)
        return history.create(actor, row, root=kol.pk)


def take(actor: Actor, file: HandedFile) -> int:
    """The receiver answers for all open promises for which nobody does; how many. Raises as ``assign``."""
    with transaction.atomic():
        kol, current = _pending(actor, file)
        rows = [
            PromiseOwner(promise=promise, kol=kol, user=current.handover.receiver, since=actor.at)
            for promise in unowned_promises(kol).order_by("pk")
        ]
        PromiseOwner.objects.bulk_create(rows)
        history.record_many(actor, [(kol.pk, row, {"": (None, history.snapshot(row))}) for row in rows])
    return len(rows)


def add_note(actor: Actor, file: HandedFile, text: str) -> HandoverNote:
    """A question or remark, of which the other side is told: by who may edit the file, or gave it.

    Raises ``PermissionDenied``, ``ValidationError`` at ``text``.
    """
    handover = file.handover
    demand_note(actor.user, file)
    if not text.strip():
        raise ValidationError({"text": _("Write what you ask or note.")})
    with transaction.atomic():
        row = HandoverNote(file=file, text=text.strip(), at=actor.at, user=actor.user)
        row.full_clean()
        row.save(force_insert=True)
        notices.notify(actor, [handover.giver, handover.receiver], ASKED, subject=file.kol_id)
    return row


def demand_note(user: User | None, file: HandedFile) -> None:
    """Raises ``PermissionDenied`` for who neither gave the file nor may edit it."""
    if user is not None and user != file.handover.giver:
        access.demand(user, file.kol, EDIT, _("Only its giver, its receiver or a manager notes here."))


def confirm(actor: Actor, file: HandedFile) -> HandedFile:
    """The receiver has all they need, once every open promise has an owner.

    Raises ``PermissionDenied``, ``Refused`` (``not_pending``, ``promises_open``).
    """
    with transaction.atomic():
        kol, current = _pending(actor, file)
        if actor.user is not None and actor.user != current.handover.receiver:
            told = {"who": current.handover.receiver}
            raise PermissionDenied(_("It is %(who)s who confirms this handover.") % told)
        if unowned_promises(kol).exists():
            raise Refused("promises_open", _("First say who answers for each open promise."))
        saved: HandedFile = history.save_child(actor, current, {"confirmed_at": actor.at}, root=kol.pk)
    return saved


def confirm_complete(actor: Actor, handover: Handover | None = None) -> int:
    """All files handed to the actor (by this act) of which every open promise has an owner; how many."""
    with transaction.atomic():
        mine = HandedFile.objects.pending().filter(handover__receiver=actor.person)
        if handover is not None:
            mine = mine.filter(handover=handover)
        may = Kol.objects.visible_to(actor.person, EDIT)
        ready = mine.complete().filter(kol__in=may).values_list("kol", flat=True)
        locked = Kol.objects.filter(pk__in=list(ready)).select_for_update().order_by("pk")
        keys = list(locked.values_list("pk", flat=True))
        rows = list(mine.complete().filter(kol__in=keys).select_related("handover", "kol").order_by("pk"))
        entries = [(row.kol_id, row, history.put(row, {"confirmed_at": actor.at})) for row in rows]
        copying.update(rows, ["confirmed_at"])
        history.record_many(actor, entries)
    return len(rows)


def _pending(actor: Actor, file: HandedFile) -> tuple[Kol, HandedFile]:
    """The file, then the row, locked; right and state are asked under the locks."""
    kol = rules.locked(actor, file.kol)
    rows = HandedFile.objects.select_related("handover__receiver", "handover__giver")
    current = rows.select_for_update(of=("self",)).get(pk=file.pk)
    if not current.is_pending:
        raise Refused("not_pending", _("This handover is over already."))
    return kol, current
