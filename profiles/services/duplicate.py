"""Pairs that were found: kept, looked at, put aside (DOMAIN 2.2). Merging them is ``merge``."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.outbox import Tally
from profiles.models import Duplicate, Kol
from profiles.models.querysets import EDIT
from profiles.rules.twin import Likeness
from profiles.services import access, twin

CHUNK = 500
State = Duplicate.State


class Pair(NamedTuple):
    first: UUID
    second: UUID


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two files in the order in which their pair is kept."""
    return Pair(*sorted((one, other)))


def refresh(actor: Actor, kol_ids: Collection[UUID]) -> Tally:
    """Find the twins of these files and keep the pairs; those that no longer hold go."""
    standing = {
        Pair(row.first_id, row.second_id): row
        for row in Duplicate.objects.of(kol_ids).exclude(state=State.MERGED)
    }
    known: dict[UUID, set[UUID]] = defaultdict(set)
    for first, second in standing:
        known[first].add(second)
        known[second].add(first)
    found = {
        pair_of(kol, other.kol): other.likeness
        for kol, twins in twin.of_files(kol_ids, known).items()
        for other in twins
    }
    return _keep(actor, standing, found)


def _keep(actor: Actor, standing: Mapping[Pair, Duplicate], found: Mapping[Pair, Likeness]) -> Tally:
    tally = Tally(seen=len(found))
    new = [
        _put(Duplicate(first_id=pair.first, second_id=pair.second), actor, likeness)
        for pair, likeness in found.items()
        if pair not in standing
    ]
    moved = [
        _put(standing[pair], actor, likeness)
        for pair, likeness in found.items()
        if pair in standing and standing[pair].facts != likeness.facts
    ]
    gone = [row.pk for pair, row in standing.items() if pair not in found and row.state == State.OPEN]
    with transaction.atomic():
        Duplicate.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
        Duplicate.objects.bulk_update(
            moved,
            ["score", "parts", "facts", "state", "found_at", "decided_at", "decided_by"],
            batch_size=CHUNK,
        )
        Duplicate.objects.filter(pk__in=gone).delete()
    tally.done = len(new) + len(moved) + len(gone)
    tally.skipped = len(found) - len(new) - len(moved)
    return tally


def _put(row: Duplicate, actor: Actor, likeness: Likeness) -> Duplicate:
    """What was found, to be looked at: other facts than those decided on are another question."""
    row.score = int(likeness.score.value or 0)
    row.parts = [
        {"key": part.key, "value": part.value, "points": part.points} for part in likeness.score.parts
    ]
    row.facts = likeness.facts
    row.state, row.found_at, row.decided_at, row.decided_by = State.OPEN, actor.at, None, None
    return row


def put_aside(actor: Actor, pair: Duplicate) -> Duplicate:
    """These are two people; the pair is not shown again until the facts change. Raises ``Refused``."""
    return _decide(actor, pair, State.OPEN, State.DISTINCT)


def look_again(actor: Actor, pair: Duplicate) -> Duplicate:
    """Take "not the same" back. Raises ``Refused``."""
    return _decide(actor, pair, State.DISTINCT, State.OPEN)


def _decide(actor: Actor, pair: Duplicate, from_state: str, to_state: str) -> Duplicate:
    """The right is asked on both files; the decision stands in the history of both."""
    with transaction.atomic():
        for kol in demand_both(actor, pair.first_id, pair.second_id):
            history.record(actor, kol.pk, pair, {"state": (from_state, to_state)})
        decided = to_state != State.OPEN
        changed = Duplicate.objects.filter(pk=pair.pk, state=from_state).update(
            state=to_state,
            decided_at=actor.at if decided else None,
            decided_by=actor.user if decided else None,
        )
        if not changed:
            raise Refused("already_decided", _("Somebody has decided about this pair already."))
    pair.refresh_from_db()
    return pair


def demand_both(actor: Actor, one: UUID, other: UUID) -> Sequence[Kol]:
    """Both files, if the actor may edit both. Raises ``PermissionDenied``."""
    kols = list(Kol.objects.filter(pk__in=(one, other)).order_by("pk"))
    for kol in kols:
        access.demand(actor.user, kol, EDIT, _("Only who may edit both files decides whether they are one."))
    return kols


def nightly(actor: Actor) -> Tally:
    """Every file that is not in the trash against all others."""
    tally = Tally()
    last: UUID | None = None

    def compared(chunk: Sequence[UUID]) -> int:
        tally.add(refresh(actor, chunk))
        return len(chunk)

    while chunk := _after(last):
        sparing.one_chunk(tally, "file", chunk, compared)
        last = chunk[-1]
    return tally


def _after(last: UUID | None) -> list[UUID]:
    rows = Kol.objects.filter(archived_at=None).order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[:CHUNK])
