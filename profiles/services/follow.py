"""Following a file: its followers are told, once, what others did on it.

A tick looks at what was written since its horizon and a little before (a transaction may commit late); a key
for each act keeps anybody from being told twice.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from kol_crm.core import history, notices
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Change, Horizon, User
from kol_crm.core.outbox import Tally
from profiles.changes import TOLD_ELSEWHERE
from profiles.models import Follow, Kol, Touch

NOTICE = "follow"
PLANNER = "follow"
LATE_COMMIT = timedelta(minutes=10)


class Act(NamedTuple):
    """Something that somebody did on a file: ``key`` names it once, ``kind`` says what it was."""

    kol: UUID
    at: datetime
    kind: str
    key: UUID
    user: int | None


# acts(since, kol_ids): what was written on these files from ``since`` on.
acts: ExtensionPoint[Callable[[datetime, Collection[UUID]], Iterable[Act]]] = ExtensionPoint("acts")


def follow(actor: Actor, kol: Kol) -> Follow:
    """Be told of this file from now on; again changes nothing."""
    with transaction.atomic():
        row = Follow.objects.filter(kol=kol, user=actor.person).first()
        return row or history.create(actor, Follow(kol=kol, user=actor.person, since=actor.at))


def unfollow(actor: Actor, kol: Kol) -> bool:
    """Be told no longer; whether one was."""
    with transaction.atomic():
        row = Follow.objects.select_for_update().filter(kol=kol, user=actor.person).first()
        if row is not None:
            history.remove(actor, row, root=row.pk)
    return row is not None


def is_followed(user: User) -> Exists:
    """For ``annotate``: whether this user follows the file."""
    return Exists(Follow.objects.filter(kol=OuterRef("pk"), user=user))


def tell(actor: Actor) -> Tally:
    """Tell followers what others did since the last time; a fixed number of queries."""
    horizon, _made = Horizon.objects.get_or_create(name=PLANNER, defaults={"until": actor.at})
    since = horizon.until - LATE_COMMIT
    followers: dict[UUID, list[Follow]] = {}
    for row in Follow.objects.filter(kol__archived_at=None).select_related("user"):
        followers.setdefault(row.kol_id, []).append(row)
    tally = Tally()
    with transaction.atomic():
        for source in acts if followers else ():
            for act in source(since, followers.keys()):
                tally.seen += 1
                told = [
                    row.user for row in followers[act.kol] if row.user_id != act.user and row.since < act.at
                ]
                with tally.sparing(f"{act.kind} {act.key}"), transaction.atomic():
                    notices.notify(
                        actor,
                        told,
                        NOTICE,
                        subject=act.kol,
                        data={"what": act.kind, "by": act.user},
                        key=f"{NOTICE}:{act.key}:{act.kol}",
                    )
        Horizon.objects.filter(pk=PLANNER).update(until=actor.at)
    return tally


def own_acts(since: datetime, kols: Collection[UUID]) -> Iterable[Act]:
    """Touches and changes of facts, one act for all that a change-set changed on a file."""
    touches = Touch.objects.standing().filter(kol__in=kols, written_at__gte=since)
    for kol, at, key, user in touches.values_list("kol", "written_at", "pk", "user"):
        yield Act(kol, at, "touch", key, user)
    changes = Change.objects.filter(root__in=kols, at__gte=since).exclude(field__in=TOLD_ELSEWHERE)
    columns = ("root", "at", "change_set", "change_set__user")
    for kol, at, key, user in changes.order_by().values_list(*columns).distinct():
        yield Act(kol, at, "change", key, user)
