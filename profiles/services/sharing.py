"""Shared contact points, on many files or an agency's: they link people and make no twins (DOMAIN 3.1).

To mark a value writes to every file that has it. Who gives values to a file calls ``lock`` before anything
else is locked: files by their ids, then agencies, or two edits that share a contact wait for each other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.kept import Kept
from kol_crm.core.models import User
from kol_crm.core.shapes import Number
from profiles.models import Agency, ContactPoint, Kol

FILES = policy.declare(
    "shared_contact_files",
    3,
    gettext_lazy("A contact is shared once it stands on"),
    gettext_lazy("files"),
    section=policy.SAFETY,
    shape=Number(2, 1000),
)
ATTEMPTS = 5  # a value that comes onto one more file while we wait for those that have it
Entries = list[tuple[UUID, ContactPoint, dict[str, tuple[Any, Any]]]]


_unmarked = Kept(
    "digest",
    lambda of: ContactPoint.objects.filter(of, shared=False).order_by().values_list("kol", "agency"),
    "text",
)
_places = Kept(
    "digest",
    lambda of: ContactPoint.objects.filter(of).values_list(
        "channel", "digest", "kol_id", "agency_id", "shared", "pk"
    ),
    "text",
)


@dataclass
class Holders:
    """Who else has a contact: the files and agencies that the reader sees; ``hidden`` counts the others."""

    kols: list[Kol] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    hidden: int = 0


def lock(file: Kol | Agency | None, digests: Collection[str]) -> None:
    """Lock ``file``, if it stands already, with all that marking these values may write to.

    Call inside the transaction, before it locks anything. Raises ``Refused`` where a value comes onto one
    more file again and again.
    """
    own = set() if file is None else {file.pk}
    for _attempt in range(ATTEMPTS):
        wanted = unmarked(digests)
        if not wanted:
            return
        with transaction.atomic():
            _lock(wanted | own)
            if unmarked(digests) <= wanted | own:
                return
            transaction.set_rollback(True)  # to this savepoint, which lets go of its locks
    raise Refused("contact_busy", _("This contact is being written on other files. Try again."))


def unmarked(digests: Collection[str]) -> set[UUID]:
    """The files and agencies on which one of these values stands and is not marked yet."""
    return {kol or agency for kol, agency in _unmarked.of(digests)}


def _lock(holders: Collection[UUID]) -> None:
    """What only points at one of them (a touch, a note) may still be written: its key does not change."""
    for model in (Kol, Agency):
        rows = model.objects.filter(pk__in=holders).select_for_update(no_key=True).order_by("pk")
        list(rows.values_list("pk"))


def mark(actor: Actor, contact: ContactPoint) -> None:
    """Mark a value as shared wherever it stands, once it is on enough files or on an agency.

    Called in the transaction that saved it. The mark stays when a file gives the value up: only people take
    it off. The versions of the other holders rise too; ``lock`` has them by then.
    """
    same = ContactPoint.objects.filter(channel=contact.channel, digest=contact.digest)
    places = list(same.values_list("kol", "agency", "shared"))
    if len(places) == 1 and contact.agency_id is None:
        return
    if not _is_shared(places, policy.current().get(FILES)):
        return
    unmarked = same.filter(shared=False).select_related("kol", "agency")
    for point in sorted(unmarked, key=lambda point: point.holder):
        if point.holder != contact.holder:
            history.touch_version(point.file, None)
        history.save_child(actor, point, {"shared": True}, root=point.holder)
        if point.pk == contact.pk:
            contact.shared = True


def _is_shared(places: Sequence[tuple[UUID | None, UUID | None, bool]], least: int) -> bool:
    """``places``: file, agency and mark of each contact point with one value; ``least`` files share it."""
    on_agency = any(agency is not None for _kol, agency, _shared in places)
    marked = any(shared for _kol, _agency, shared in places)
    return on_agency or marked or len({kol for kol, _agency, _shared in places}) >= least


def mark_many(contacts: Sequence[ContactPoint], raised: Collection[UUID]) -> Entries:
    """The set form of ``mark``; what the history keeps of it, for the caller to record.

    ``raised``: the files whose versions the caller raises, or that are new.
    """
    given = {contact.pk: contact for contact in contacts}
    least = policy.current().get(FILES)
    places: dict[tuple[str, str], list[tuple[UUID | None, UUID | None, bool, UUID]]] = {}
    found = _places.of({contact.digest for contact in contacts})
    for channel, digest, *place in found:  # most stand on one file: no rows are made
        places.setdefault((channel, digest), []).append(tuple(place))
    wanted = [
        pk
        for same in places.values()
        if _is_shared([place[:3] for place in same], least)
        for _kol, _agency, shared, pk in same
        if not shared
    ]
    if not wanted:
        return []
    others_of = ContactPoint.objects.defer("sealed").in_bulk([pk for pk in wanted if pk not in given])
    unmarked = sorted((given.get(pk) or others_of[pk] for pk in wanted), key=lambda point: point.holder)
    others = {point.holder for point in unmarked} - set(raised)
    if others:
        _lock(others)
        Kol.objects.filter(pk__in=others).update(version=F("version") + 1)
        Agency.objects.filter(pk__in=others).update(version=F("version") + 1)
    ContactPoint.objects.filter(pk__in=[point.pk for point in unmarked]).update(shared=True)
    for point in unmarked:
        point.shared = True
    return [(point.holder, point, {"shared": (False, True)}) for point in unmarked]


def holders(user: User, contact: ContactPoint) -> Holders:
    """Who else has this contact, as far as ``user`` may know."""
    same = ContactPoint.objects.filter(channel=contact.channel, digest=contact.digest).exclude(pk=contact.pk)
    kols = list(Kol.objects.visible_to(user).filter(contacts__in=same).order_by("sort_name", "id").distinct())
    agencies = list(Agency.objects.visible_to(user).filter(contacts__in=same).distinct())
    seen = Q(kol__in=[kol.pk for kol in kols]) | Q(agency__in=[agency.pk for agency in agencies])
    return Holders(kols, agencies, same.exclude(seen).count())
