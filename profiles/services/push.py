"""A source pushes files by the thousand, by the ids that it knows them by (RELIABILITY 2).

Each item is taken in or refused by itself, in a fixed number of statements: what differs is found against
what stands, refused where it is another's, and written by the set forms of the verbs (``many``). What those
cannot say (an account that nobody holds, a contact that changes) goes through the single verbs, item by item.
Items about one file, or perhaps about one person, are taken in one after the other, in rounds.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.kept import one_of
from profiles.models import ExternalId, Kol, Source
from profiles.models.querysets import EDIT
from profiles.services import push_births, push_edits, sharing, source
from profiles.services.contact_values import Checked
from profiles.services.import_chunks import collector_at_rest
from profiles.services.next_due import asked_once
from profiles.services.push_hanging import check_contacts
from profiles.services.push_hanging import of as hanging_on
from profiles.services.push_item import (
    CONFLICT,
    REFUSED,
    REJECTED,
    UNCHANGED,
    Case,
    Read,
    Sent,
    Taken,
)

LINKS = ("owner", "agency", "type")
ATTEMPTS = 3  # when somebody else writes the same id or account at the same moment


class Known(NamedTuple):
    """A file as a source was heard of it last."""

    kol: UUID
    digest: str
    version: int


class Spoiled(Exception):
    """All or nothing was asked for, and some items were refused: nothing was written."""

    def __init__(self, taken: Sequence[Taken]):
        super().__init__("not all items could be taken in")
        self.taken = taken


def take_in(
    actor: Actor, whose: Source, sent: Sequence[Sent], read: Read, *, atomic: bool = False
) -> list[Taken]:
    """What became of each item, in their order; the same again changes nothing.

    ``read`` is asked only for what is not known to be unchanged. Raises ``Spoiled`` where ``atomic`` and not
    all could be taken in.
    """
    with collector_at_rest(), transaction.atomic():
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic(), policy.held(), asked_once():
                    taken = _rounds(actor, whose, sent, read)
                    if atomic and any(one.status in REFUSED for one in taken):
                        raise Spoiled(taken)
                break
            except IntegrityError:
                if attempt == ATTEMPTS:
                    raise
    return taken


def _rounds(actor: Actor, whose: Source, sent: Sequence[Sent], read: Read) -> list[Taken]:
    taken: dict[int, Taken] = {}
    waiting = [place for place, one in enumerate(sent) if not _refused_unread(place, one, taken)]
    while waiting:
        waiting = _round(actor, whose, sent, waiting, read, taken)
    return [taken[place] for place in range(len(sent))]


def _refused_unread(place: int, sent: Sent, taken: dict[int, Taken]) -> bool:
    if sent.errors:
        taken[place] = Taken(REJECTED, code="invalid", errors=dict(sent.errors))
    return bool(sent.errors)


def _round(
    actor: Actor, whose: Source, sent: Sequence[Sent], waiting: list[int], read: Read, taken: dict[int, Taken]
) -> list[int]:
    """One item of each id; the places that are left for the next round."""
    first: dict[str, int] = {}
    for place in waiting:
        first.setdefault(sent[place].external_id, place)
    known = _unchanged(actor, whose, [sent[place] for place in first.values()])
    rest = []
    for external_id, place in first.items():
        if external_id in known and known[external_id].digest == sent[place].digest:
            taken[place] = Taken(UNCHANGED, known[external_id].kol, known[external_id].version)
        else:
            rest.append(place)
    items = read([sent[place] for place in rest])
    cases = [Case(place, sent[place], item) for place, item in zip(rest, items, strict=True)]
    later = _take(actor, whose, cases)
    for case in cases:
        if case.taken is not None:
            taken[case.place] = case.taken
    return sorted({*waiting} - {*first.values()} | later)


def _unchanged(actor: Actor, whose: Source, sent: Sequence[Sent]) -> dict[str, Known]:
    """Ids whose files stand as they were when the source was heard last, and may be edited (one query)."""
    rows = ExternalId.objects.filter(
        source=whose,
        external_id__in=[one.external_id for one in sent if one.kol is None and one.version is None],
        kol__in=Kol.objects.visible_to(actor.user, EDIT),
    )
    found = rows.values_list("external_id", "kol_id", "digest", "version", "kol__version")
    return {
        external_id: Known(kol, digest, version)
        for external_id, kol, digest, version, standing in found
        if version == standing
    }


def _take(actor: Actor, whose: Source, cases: list[Case]) -> set[int]:
    """Take these in; the places of those that wait for others of this round."""
    if not cases:
        return set()
    check_contacts(cases)
    rows = _find(actor, whose, cases)
    later = _one_of_each_file(cases)
    cases = [case for case in cases if case.place not in later]
    hanging = hanging_on(actor, [case for case in cases if case.taken is None])
    old = [case for case in cases if case.taken is None and case.kol is not None]
    new = [case for case in cases if case.taken is None and case.kol is None]
    push_edits.take_in(actor, whose, old, rows, hanging, source.owned_by_others(whose) if old else {})
    later |= push_births.take_in(actor, whose, new, hanging)
    return later


def _find(actor: Actor, whose: Source, cases: Sequence[Case]) -> dict[str, ExternalId]:
    """Lock the files that are meant, with those that share a contact; refuse what may not be edited."""
    ids = [case.sent.external_id for case in cases]
    rows = {row.external_id: row for row in ExternalId.objects.filter(source=whose, external_id__in=ids)}
    wanted = {case.place: _meant(case, rows) for case in cases}
    digests = {
        entry["value"].digest
        for case in cases
        for entry in case.item.contacts or ()
        if isinstance(entry.get("value"), Checked)
    }
    files = {
        kol.pk: kol
        for kol in Kol.objects.select_for_update(of=("self",))
        .filter(one_of({*filter(None, wanted.values()), *sharing.unmarked(digests)}))
        .prefetch_related(*_compared(cases))
        .order_by("pk")
    }
    asked = set(filter(None, wanted.values()))
    editable = _among(Kol.objects.visible_to(actor.user, EDIT), asked)
    seen = _among(Kol.objects.visible_to(actor.user), asked - editable)
    for case in cases:
        _place(case, rows.get(case.sent.external_id), wanted[case.place], editable, seen, files)
    return rows


def _compared(cases: Sequence[Case]) -> list[str]:
    """Links of the files that items speak of: a row of each is read once, not once a file."""
    links = [name for name in LINKS if any(name in case.item.facts for case in cases)]
    speaks = any(case.item.fields is not None for case in cases)
    return [*links, *(["kol_fields__field"] if speaks else [])]


def _meant(case: Case, rows: dict[str, ExternalId]) -> UUID | None:
    row = rows.get(case.sent.external_id)
    return row.kol_id if row else case.sent.kol


def _among(files, ids: Iterable[UUID]) -> set[UUID]:
    ids = set(ids)
    return set(files.filter(one_of(ids)).values_list("pk", flat=True)) if ids else set()


def _place(
    case: Case,
    row: ExternalId | None,
    wanted: UUID | None,
    editable: set[UUID],
    seen: set[UUID],
    files: dict[UUID, Kol],
) -> None:
    """Of a file out of sight, in the trash or merged away no more is said than of one that is not there."""
    at = "external_id" if row else "id"
    if wanted is None:
        return
    if wanted in editable and wanted in files:
        case.kol = files[wanted]
    elif wanted in seen:
        words = {at: [_("You may see this file but not do this.")]}
        case.taken = Taken(REJECTED, wanted, None, "permission_denied", words)
        return
    else:
        case.taken = Taken(REJECTED, None, None, "not_found", {at: [_("There is no such row.")]})
        return
    if row is not None and case.sent.kol not in (None, row.kol_id):
        case.refuse(REJECTED, "invalid", {"id": [_("This id stands on another file.")]})
    elif case.sent.version is not None and case.sent.version != case.kol.version:
        case.refuse(CONFLICT, "stale_version")
    case.links = row is None


def _one_of_each_file(cases: Iterable[Case]) -> set[int]:
    """Two items may mean one file by two ids: the second waits until the first is written."""
    met: set[UUID] = set()
    later = set()
    for case in cases:
        if case.kol is not None and case.taken is None:
            if case.kol.pk in met:
                later.add(case.place)
                case.kol = None
            else:
                met.add(case.kol.pk)
    return later
