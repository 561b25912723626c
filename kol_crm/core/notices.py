"""Notices: what users are told inside the product (UI, frame).

A notice holds ids. Its kind turns notices into words when they are read, with the reader's rights of that
moment, so that nobody is told of a file that they may no longer see.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Notice, User

CAP = 99
KEEP = timedelta(days=180)


@dataclass(frozen=True)
class Told:
    """A notice in words, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class NoticeKind:
    """``tell(notices, user)``: the words of several notices in a fixed number of queries, by notice id.

    A notice that is left out is not shown: its reader may no longer see what it is about.
    """

    label: Any
    icon: str
    tell: Callable[[Sequence[Notice], User], dict[UUID, Told]]


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
    Notice.objects.bulk_create(
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
        ignore_conflicts=True,
    )


def notify_each(actor: Actor, kind: str, told: Iterable[tuple[User, UUID, dict[str, Any]]]) -> None:
    """The set form of ``notify``: (user, subject, data) of many notices in one insert."""
    Notice.objects.bulk_create(
        [
            Notice(user=user, kind=kind, subject=subject, data=data, by=actor.user, at=actor.at)
            for user, subject, data in told
            if user.is_active and user != actor.user
        ]
    )


def new_ones(user: User | int) -> QuerySet[Notice]:
    """Those not read yet, counted to ``CAP`` and one more."""
    return Notice.objects.filter(user=user, read_at=None)[: CAP + 1]


def mark_read(actor: Actor, notice_ids: Collection[UUID] | None = None) -> int:
    """Read these of one's own notices, or all; how many were new."""
    mine = Notice.objects.filter(user=actor.person, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=notice_ids)
    return mine.update(read_at=actor.at)


def for_list(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related("by")


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
