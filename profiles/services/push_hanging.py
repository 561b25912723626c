"""What hangs on the files that a push is about: asked at once, however many items (RELIABILITY 2)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.kept import one_of
from kol_crm.core.models import Change
from profiles.models import Account, ContactPoint, KolTag
from profiles.rules.handle import fold_handle
from profiles.services import contact_values
from profiles.services.push_item import Case
from profiles.services.source import HELD_HOURS

KOL = "profiles.kol"


class Point(NamedTuple):
    """A contact point on file, as far as an item is compared with it: a model for each took three times as
    long to make."""

    pk: UUID
    kol_id: UUID
    channel: str
    digest: str
    masked: str
    label: str
    preferred: bool
    verified_on: date | None
    dead_since: date | None
    shared: bool
    guardian: bool
    position: int


@dataclass
class Hanging:
    """By file: its contact points, its accounts, the folded words of its tags, what people changed lately.

    ``holders``: of each account that an item names, whose it is (None: nobody's).
    """

    contacts: dict[UUID, list[Point]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[UUID, list[Account]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[UUID, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    by_people: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken_off: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    holders: dict[tuple[str, str, str], Account] = field(default_factory=dict)


def check_contacts(cases: Iterable[Case]) -> None:
    """Values of contacts as they are kept; what is wrong with one stands at its place in the list."""
    for case in cases:
        for place, entry in enumerate(case.item.contacts or ()):
            value = entry.get("value")
            if value is None or entry.get("channel") is None:
                continue
            try:
                entry["value"] = contact_values.checked(entry["channel"], value)
            except ValidationError as error:
                if not contact_values.MASK_SIGNS.search(value):
                    for name, words in error.message_dict.items():
                        case.item.errors[f"contacts.{place}.{name}"] = words
                # a mask may be the one of a contact on file: that is seen when the file is known


def of(actor: Actor, cases: Sequence[Case]) -> Hanging:
    """Each thing in one query, where an item speaks of it."""
    found = Hanging()
    files = {case.kol.pk for case in cases if case.kol}
    if files and any(case.item.contacts is not None for case in cases):
        for row in ContactPoint.objects.filter(one_of(files, "kol_id")).values_list(*Point._fields):
            found.contacts[row[1]].append(Point(*row))
    if any(case.item.accounts is not None for case in cases):
        _accounts(found, cases, files)
    if files and any(case.item.tags is not None for case in cases):
        tags = KolTag.objects.filter(one_of(files, "kol_id"))
        words = tags.values_list("kol_id", "tag__folded", "tag__name")
        for kol, folded, name in words:
            found.tags[kol][folded] = name
    if files:
        _changed_by_people(found, actor, files)
    return found


def key_of(entry: dict[str, Any]) -> tuple[str, str, str]:
    """Platform, id, folded handle of an account."""
    handle = (entry.get("handle") or "").strip().removeprefix("@")
    return entry.get("platform") or "", (entry.get("external_id") or "").strip(), fold_handle(handle)


def _accounts(found: Hanging, cases: Sequence[Case], files: Collection[UUID]) -> None:
    asked: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for case in cases:
        for entry in case.item.accounts or ():
            platform, external_id, handle = key_of(entry)
            asked[platform][0].update({external_id} - {""})
            asked[platform][1].update({handle} - {""})
    wanted = one_of(files, "kol_id")
    for platform, (ids, handles) in asked.items():
        wanted |= Q(platform=platform) & (Q(external_id__in=ids) | Q(handle_folded__in=handles))
    for row in Account.objects.filter(wanted).order_by("pk"):
        if row.kol_id in files:
            found.accounts[row.holder_id].append(row)
        if row.external_id:
            found.holders[row.platform, row.external_id, ""] = row
        if row.handle_folded:
            found.holders[row.platform, "", row.handle_folded] = row


def _changed_by_people(found: Hanging, actor: Actor, files: Collection[UUID]) -> None:
    """Facts that somebody changed on a page within the hours that this stands for; contacts taken off."""
    since = actor.at - timedelta(hours=policy.current().get(HELD_HOURS))
    rows = Change.objects.filter(one_of(files, "root"), at__gt=since, change_set__door="page")
    for root, model, row, name, before, after in rows.values_list(
        "root", "model", "row", "field", "before", "after"
    ):
        if model == KOL and row == root:
            found.by_people[root].update([name] if name else (after or {}))
        elif model == "profiles.contactpoint" and not name and after is None and before:
            found.taken_off[root].add(f"{before['channel']}:{before['value']['masked']}")
