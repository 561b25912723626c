"""Handing a row of Today to a colleague: it leaves one's list, stands in theirs, and comes back (DOMAIN 8.1).

As long as they have it in hand, they may do on its file what the one who looks after it may: an operator may
give the whole file to the same people anyway.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import due, handed, history, installation, notices
from kol_crm.core.actor import Actor
from kol_crm.core.due import Only
from kol_crm.core.models import HandedRow, User
from kol_crm.core.outbox import Tally
from profiles.models import Kol
from profiles.services import access

NOTICE = "handed_row"
LONGEST = timedelta(days=30)


def receivers(kol: Kol, user: User) -> QuerySet[User]:
    """To whom a row about this file may go: whoever sees the file, but for oneself."""
    return access.readers_of(kol).exclude(pk=user.pk)


def hand(actor: Actor, key: str, kol: Kol, holder: User, receiver: User, word: str = "") -> HandedRow | None:
    """Hand the row ``key``, which stands in the queue of ``holder`` by itself; the caller has it in theirs.

    None where it goes back to ``holder``. Raises ``ValidationError`` keyed ``receiver``, ``word``.
    """
    if not receivers(kol, actor.person).filter(pk=receiver.pk).exists():
        raise ValidationError({"receiver": _("Choose a colleague who may see this file.")})
    ends_on = installation.day(actor.at) + LONGEST
    facts = {"receiver": receiver, "giver": actor.person, "word": word.strip(), "ends_on": ends_on}
    with transaction.atomic():
        Kol.objects.lock(kol.pk)
        row = HandedRow.objects.select_for_update().filter(holder=holder, key=key).first()
        before = row.receiver_id if row else None
        if receiver == holder:
            if row is not None:
                history.remove(actor, row, root=kol.pk)
            row = None
        elif row is None:
            row = HandedRow(holder=holder, key=key, subject=kol.pk, at=actor.at, **facts)
            history.create(actor, row, root=kol.pk)
        else:
            row = history.save_child(actor, row, {**facts, "at": actor.at}, root=kol.pk)
        handed.mark(*{pk for pk in (holder.pk, receiver.pk, before) if pk})
        kind = key.partition(":")[0]
        notices.notify(actor, [receiver], NOTICE, subject=kol.pk, data={"kind": kind, "word": word.strip()})
    return row


def take_back(actor: Actor, row: HandedRow) -> None:
    """The row stands with its holder again; the caller has it from ``concerning``."""
    with transaction.atomic():
        Kol.objects.lock(row.subject)
        current = HandedRow.objects.select_for_update().filter(pk=row.pk).first()
        if current is None:
            return
        history.remove(actor, current, root=current.subject)
        handed.mark(current.holder_id, current.receiver_id)


def concerning(user: User) -> QuerySet[HandedRow]:
    """Those that ``user`` may take back: given by them, theirs, or in their hand; of files they see."""
    mine = HandedRow.objects.filter(holder=user) | HandedRow.objects.filter(giver=user)
    return (mine | HandedRow.objects.filter(receiver=user)).filter(
        subject__in=Kol.objects.visible_to(user).values("pk")
    )


def end_over(actor: Actor) -> Tally:
    """Nightly: what is done, or was handed long ago, is in nobody's hand any more."""
    tally = Tally()
    day = installation.day(actor.at)
    for row in HandedRow.objects.select_related("holder").order_by("pk"):
        tally.seen += 1
        if row.ends_on >= day and _is_due(row):
            tally.skipped += 1
            continue
        with tally.sparing(f"row {row.key}"):
            take_back(actor.again(), row)
            tally.done += 1
    return tally


def _is_due(row: HandedRow) -> bool:
    source = due.sources.get(row.kind)
    return source is not None and source.waiting(row.holder, date.max, Only({row.row_id})).exists()
