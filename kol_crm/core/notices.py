"""Notices: what users are told, where each wants to be told (UI, frame; issue 7).

A notice holds ids. Its kind turns notices into words when they are read, with the reader's rights of that
moment, so that nobody is told of a file that they may no longer see. Where it goes is fixed when it is told
(``notice_rules``): under the bell, into the next morning mail (``morning``), into a mail at once, whose row
of the outbox is inserted in the same transaction; robots of group chats look by themselves (``robots``).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core import installation, outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Notice, NoticeSettings, Send, User
from kol_crm.core.notice_rules import (
    AT_ONCE,
    EVERY,
    IN_APP,
    MORNING,
    NONE_SAID,
    USUAL,
    Wishes,
    channels,
    mailed_at,
)
from kol_crm.core.workdays import HOLIDAYS

CAP = 99
KEEP = timedelta(days=180)
TOLD_WITHIN = timedelta(days=3)  # a mail at once that cannot go for longer is no news
LETTER = "notice"  # the outbox' kind of a mail at once


@dataclass(frozen=True)
class Told:
    """A notice in words, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class NoticeKind:
    """``tell(notices, user)``: the words of several notices in a fixed number of queries, by notice id.

    A notice that is left out is not shown: its reader may no longer see what it is about. ``usual``: where it
    goes unless its reader chose; ``offered``: among what they choose. ``for_whom(user)``: whose choice it is.
    ``letter``: what the outbox calls its mail at once, with the key that says which one it is.
    """

    label: Any
    icon: str
    tell: Callable[[Sequence[Notice], User], dict[UUID, Told]]
    usual: frozenset[str] = USUAL
    offered: tuple[str, ...] = EVERY
    for_whom: Callable[[User], bool] = lambda _user: True
    letter: str = LETTER
    letter_key: Callable[[Notice], str] = lambda notice: f"{LETTER}:{notice.pk}"


kinds: ExtensionPoint[NoticeKind] = ExtensionPoint("notices")


def notify(
    actor: Actor,
    users: Iterable[User],
    kind: str,
    *,
    subject: UUID | None = None,
    data: dict[str, Any] | None = None,
    key: str | None = None,
) -> None:
    """Tell each of these users, in the transaction of the fact; not the one who did it, nor who has left.

    ``key``: told once to each, however often the job runs. ``data`` holds ids and words of lists, never
    contact data.
    """
    told = {user.pk: user for user in users if user.is_active and user != actor.user}
    _tell(
        actor,
        [
            Notice(
                user=user,
                kind=kind,
                subject=subject,
                data=data or {},
                key=key,
                by=actor.user,
                at=actor.at,
            )
            for user in told.values()
        ],
    )


def notify_each(actor: Actor, kind: str, told: Iterable[tuple[User, UUID, dict[str, Any]]]) -> None:
    """The set form of ``notify``: (user, subject, data) of many notices in one insert."""
    _tell(
        actor,
        [
            Notice(user=user, kind=kind, subject=subject, data=data, by=actor.user, at=actor.at)
            for user, subject, data in told
            if user.is_active and user != actor.user
        ],
    )


def wishes_of(user_ids: Collection[int]) -> dict[int, Wishes]:
    """What these users chose; who is left out chose nothing (``NONE_SAID``)."""
    return {row.user_id: wishes(row) for row in NoticeSettings.objects.filter(user__in=user_ids)}


def wishes(row: NoticeSettings) -> Wishes:
    """What one row says."""
    return Wishes(row.channels, row.morning_hour, row.working_days, row.quiet_from, row.quiet_until)


def _tell(actor: Actor, rows: list[Notice]) -> None:
    """Insert notices that go where each user wants them, with the mails that go at once."""
    if not rows:
        return
    chosen = wishes_of({row.user_id for row in rows})
    letters: list[Notice] = []
    for row in rows:
        kind = kinds.get(row.kind)
        usual = USUAL if kind is None else kind.usual
        where = channels(row.kind, usual, chosen.get(row.user_id, NONE_SAID))
        row.shown, row.in_morning = IN_APP in where, MORNING in where
        if AT_ONCE in where and kind is not None and row.user.email:
            letters.append(row)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if letters:
        # one that was told before, by its key, is not there under this id
        new = set(Notice.objects.filter(pk__in=[row.pk for row in letters]).values_list("pk", flat=True))
        country = policy.current().get(HOLIDAYS)
        outbox.enqueue(
            *(
                _letter(row, chosen.get(row.user_id, NONE_SAID), country, actor.at)
                for row in letters
                if row.pk in new
            )
        )


def _letter(row: Notice, chosen: Wishes, country: str, now: datetime) -> Send:
    kind = kinds.get(row.kind)
    letter, key = (LETTER, f"{LETTER}:{row.pk}") if kind is None else (kind.letter, kind.letter_key(row))
    due = mailed_at(now, row.user.zone or installation.zone(), chosen, country)
    return outbox.new(
        key,
        letter,
        subject=row.pk,
        recipient=row.user,
        not_before=due,
        give_up_after=due + TOLD_WITHIN,
        at=now,
    )


def new_ones(user: User | int) -> QuerySet[Notice]:
    """Those not read yet, counted to ``CAP`` and one more."""
    return Notice.objects.filter(user=user, read_at=None, shown=True)[: CAP + 1]


def newest_unread(user: User) -> list[UUID]:
    """Their ids, the newest first, to ``CAP`` and one more: by them one knows whether anything changed."""
    rows = Notice.objects.filter(user=user, read_at=None, shown=True).order_by("-at", "-id")
    return list(rows.values_list("pk", flat=True)[: CAP + 1])


def mark_read(actor: Actor, notice_ids: Collection[UUID] | None = None) -> int:
    """Read these of one's own notices, or all; how many were new."""
    mine = Notice.objects.filter(user=actor.person, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=notice_ids)
    return mine.update(read_at=actor.at)


def for_list(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those under the bell, with who is behind them."""
    return rows.filter(shown=True).select_related("by")


def in_words(rows: Iterable[Notice], user: User) -> list[tuple[Notice, Told, NoticeKind]]:
    """Notices with their words, in the given order; a fixed number of queries for each kind."""
    rows = list(rows)
    by_kind: dict[str, list[Notice]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    told: dict[UUID, tuple[Told, NoticeKind]] = {}
    for name, of_kind in by_kind.items():
        kind = kinds.get(name)
        if kind is not None:
            told |= {pk: (words, kind) for pk, words in kind.tell(of_kind, user).items()}
    return [(row, *told[row.pk]) for row in rows if row.pk in told]


def forget_old(actor: Actor) -> int:
    """Nightly: notices older than half a year go; how many."""
    return Notice.objects.filter(at__lt=actor.at - KEEP).delete()[0]
