"""Who may be on file already: one finder for a new file, a saved one, rows of an import, all files at night.

``find`` takes any number of cards and asks a fixed number of queries (DOMAIN 2.2, 3.1).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.kept import Kept, KeptRows, those_of
from kol_crm.core.shapes import Number, Table
from kol_crm.core.text import fold
from profiles import search
from profiles.models import Account, ContactPoint, Field, Kol, KolField
from profiles.rules import twin as rules
from profiles.rules.handle import fold_handle
from profiles.rules.naming import full_pinyin
from profiles.rules.twin import SHARED_FROM, AccountMark, Card, Likeness, Name
from profiles.services import contact_values as contacts

FEW = 20  # cards for which a name is also looked up in the search index: any spelling, part of a longer name
CANDIDATES = 50  # of one name there
COMMON = 200  # files of one name; beyond it a name says nothing
AGENCY = 300  # files of one agency that are compared for slips of the pen


def _check_points(value: Any) -> str | None:
    if not isinstance(value, dict) or set(value) != set(rules.POINTS):
        return str(_("Give points for each rule."))
    if not all(type(points) is int and 0 <= points <= 100 for points in value.values()):
        return str(_("Points are whole numbers from 0 to 100."))
    return None


def _check_from(value: Any) -> str | None:
    return None if type(value) is int and 1 <= value <= 100 else str(_("A number from 1 to 100."))


POINTS = policy.declare(
    "twin_points",
    rules.POINTS,
    _("Duplicates: what speaks for one person"),
    _("points"),
    _check_points,
    shape=Table({rule: (words, Number(0, 100)) for rule, words in rules.LABELS.items()}),
)
SHOWN_FROM = policy.declare("twin_from", 50, _("Duplicates are shown from"), _("points"), _check_from)


@dataclass(frozen=True)
class Probe:
    """A card with the file it is of; None for one not yet saved."""

    card: Card
    kol: UUID | None = None


class Twin(NamedTuple):
    """A file that may be of the same person."""

    kol: UUID
    likeness: Likeness


def card_of_values(
    values: Mapping[str, Any],
    *,
    contacts: Iterable[Mapping[str, Any]] = (),
    accounts: Iterable[Mapping[str, Any]] = (),
    fields: Iterable[tuple[Field, int]] = (),
) -> Card:
    """The card of a file not yet saved, from what the verb ``kol.create`` takes; ``agency`` may be a name.

    What is not valid yet (half a phone) is left out.
    """
    agency = values.get("agency")
    return Card(
        names=_names(values.get("name"), values.get("name_other"), values.get("alias")),
        contacts=dict(_hashes(contacts)),
        accounts=tuple(mark for mark in map(_mark, accounts) if mark.external_id or mark.handle),
        fields={field.pk: str(field) for field, _strength in fields},
        agency=(fold(agency) if isinstance(agency, str) else agency and agency.folded) or None,
        agency_name=str(agency or ""),
    )


def cards_of(kol_ids: Collection[UUID]) -> dict[UUID, Card]:
    """The cards of saved files: four queries."""
    marks: dict[UUID, list[AccountMark]] = defaultdict(list)
    points: dict[UUID, dict[str, tuple[str, str]]] = defaultdict(dict)
    fields: dict[UUID, dict[Any, str]] = defaultdict(dict)
    for account in Account.objects.filter(kol__in=kol_ids).order_by("pk"):
        marks[account.holder_id].append(
            AccountMark(account.platform, account.external_id, account.handle_folded, str(account))
        )
    rows = ContactPoint.objects.filter(kol__in=kol_ids).values_list("kol", "digest", "channel", "masked")
    for kol, digest, channel, masked in rows:
        points[kol][digest] = (channel, masked)
    for row in KolField.objects.filter(kol__in=kol_ids).select_related("field"):
        fields[row.kol_id][row.field_id] = str(row.field)
    columns = ("pk", "name", "name_other", "alias", "agency__folded", "agency__name")
    return {
        pk: Card(_names(*names), points[pk], tuple(marks[pk]), fields[pk], agency, agency_name or "")
        for pk, *names, agency, agency_name in Kol.objects.filter(
            pk__in=kol_ids, merged_into=None
        ).values_list(*columns)
    }


def find(probes: Sequence[Probe], known: Mapping[UUID, set[UUID]] = MappingProxyType({})) -> list[list[Twin]]:
    """Of each probe the files that may be of the same person, the likeliest first.

    Files in the trash are among them, and files that the asker may not see. ``known`` are files to compare in
    any case. The number of queries does not grow with the probes beyond ``FEW``.
    """
    in_force = policy.current()
    points, least = in_force.get(POINTS), in_force.get(SHOWN_FROM)
    shared, by_digest = _by_contact(probes)
    by_account, by_name = _by_account(probes), _by_name(probes)
    chosen = [
        {
            *(kol for digest in probe.card.contacts for kol in by_digest.get(digest, ())),
            *(kol for mark in probe.card.accounts for word in _words(mark) for kol in by_account[word]),
            *by_name[place],
            *(known.get(probe.kol, ()) if probe.kol else ()),
        }
        - {probe.kol}
        for place, probe in enumerate(probes)
    ]
    cards = cards_of({kol for kols in chosen for kol in kols}) if any(chosen) else {}
    return [
        _ranked(probe.card, {kol: cards[kol] for kol in kols if kol in cards}, points, shared, least)
        for probe, kols in zip(probes, chosen, strict=True)
    ]


def of_files(
    kol_ids: Collection[UUID], known: Mapping[UUID, set[UUID]] = MappingProxyType({})
) -> dict[UUID, list[Twin]]:
    """Of each saved file its twins."""
    probes = [Probe(card, kol) for kol, card in cards_of(kol_ids).items()]
    return {probe.kol: twins for probe, twins in zip(probes, find(probes, known), strict=True) if probe.kol}


def _ranked(
    card: Card, others: Mapping[UUID, Card], points: Mapping[str, int], shared: frozenset[str], least: int
) -> list[Twin]:
    found = [Twin(kol, rules.compare(card, other, points, shared)) for kol, other in others.items()]
    found = [twin for twin in found if (twin.likeness.score.value or 0) >= least]
    return sorted(found, key=lambda twin: (-(twin.likeness.score.value or 0), str(twin.kol)))


def _names(*texts: str | None) -> tuple[Name, ...]:
    return tuple(Name.of(text) for text in dict.fromkeys(texts) if text and text.strip())


def _mark(values: Mapping[str, Any]) -> AccountMark:
    handle = (values.get("handle") or "").strip()
    external_id = (values.get("external_id") or "").strip()
    return AccountMark(values.get("platform", ""), external_id, fold_handle(handle), handle or external_id)


def _hashes(points: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, tuple[str, str]]]:
    for point in points:
        channel, value = point.get("channel", ""), point.get("value") or ""
        if channel not in rules.CONTACTS or point.get("shared"):
            continue
        try:
            value = contacts.validate(channel, value)
        except ValidationError:
            continue
        yield contacts.digests(channel, value)["digest"], (channel, contacts.mask(channel, value))


_places_of = Kept(
    "digest",
    lambda of: (
        ContactPoint.objects.filter(of, kol__merged_into=None)
        .order_by()
        .values_list("digest")
        .annotate(
            files=Count("kol", distinct=True),
            said=Count("pk", filter=Q(shared=True)),
            agencies=Count("agency"),
        )
    ),
    "text",
)
_files_of = Kept(
    "digest",
    lambda of: ContactPoint.objects.filter(of, kol__isnull=False).order_by().values_list("digest", "kol"),
    "text",
)


def _by_contact(probes: Sequence[Probe]) -> tuple[frozenset[str], dict[str, list[UUID]]]:
    """Of the probes' contacts those that are shared (DOMAIN 3.1), and the files on which the others stand.

    A new file does not stand yet; the others that come with it count.
    """
    about_to = Counter(digest for probe in probes if probe.kol is None for digest in probe.card.contacts)
    asked = {digest for probe in probes for digest in probe.card.contacts}
    if not asked:
        return frozenset(), {}
    counted = _places_of.of(asked)
    standing = {digest: files for digest, files, _said, _agencies in counted}
    shared = {digest for digest, _files, said, agencies in counted if said or agencies} | {
        digest for digest in asked if standing.get(digest, 0) + max(about_to[digest] - 1, 0) >= SHARED_FROM
    }
    found: dict[str, list[UUID]] = defaultdict(list)
    for digest, kol in _files_of.of(standing.keys() - shared):
        found[digest].append(kol)
    return frozenset(shared), found


def _words(mark: AccountMark) -> set[tuple[str, str]]:
    """What an account may be called on file: its id may stand where the handle goes, and the other way."""
    return {
        (mark.platform, word) for word in (mark.external_id, mark.external_id.casefold(), mark.handle) if word
    }


_named = KeptRows(
    lambda platforms, words: (
        Account.objects.filter(those_of(platforms, "platform", "text"))
        .filter(those_of(words, "external_id", "text") | those_of(words, "handle_folded", "text"))
        .order_by()
        .values_list("platform", "external_id", "handle_folded", "kol")
    )
)


def _by_account(probes: Sequence[Probe]) -> dict[tuple[str, str], list[UUID]]:
    asked = {word for probe in probes for mark in probe.card.accounts for word in _words(mark)}
    found: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    if not asked:
        return found
    platforms, words = ({one[at] for one in asked} for at in (0, 1))  # more than asked: looked up by both
    for platform, external_id, handle, kol in _named.of(list(platforms), list(words)):
        for word in {external_id, external_id.casefold(), handle} - {""}:
            found[platform, word].append(kol)
    return found


def _sort_keys(name: Name) -> set[str]:
    """How the name, or its words the other way round, stands in ``Kol.sort_name``."""
    spoken = fold(full_pinyin(name.shown))
    words = spoken.split()
    return {spoken, " ".join(reversed(words)), "".join(words)} - {""}


def _by_name(probes: Sequence[Probe]) -> dict[int, set[UUID]]:
    """By place, the files of that name, and of the same agency where slips are to be found."""
    keys = [{key for name in probe.card.names for key in _sort_keys(name)} for probe in probes]
    speaks = [bool(probe.card.fields or probe.card.agency) for probe in probes]  # a name alone says nothing
    asked = {key for wanted, may in zip(keys, speaks, strict=True) if may for key in wanted}
    named: dict[str, list[UUID]] = defaultdict(list)
    if asked:
        for key, kol in Kol.objects.filter(sort_name__in=asked).order_by().values_list("sort_name", "pk"):
            named[key].append(kol)
    of_agency = _by_agency({probe.card.agency for probe in probes if probe.card.names} - {None})
    found = {
        place: {kol for key in wanted if len(named[key]) <= COMMON for kol in named[key]}
        | set(of_agency.get(probe.card.agency, ()))
        for place, (probe, wanted) in enumerate(zip(probes, keys, strict=True))
    }
    if len(probes) <= FEW:
        for place, probe in enumerate(probes):
            if speaks[place]:
                found[place] |= _spelt(probe.card.names)
    return found


def _spelt(names: Iterable[Name]) -> set[UUID]:
    """Files found as the search box finds them: by alias, other scripts, a part of a longer name."""
    found: set[UUID] = set()
    for name in names:
        if len(name.folded) > 1:
            rows = search.matching(Kol.objects.all(), name.shown).order_by()
            found |= set(rows.values_list("pk", flat=True)[:CANDIDATES])
    return found


def _by_agency(agencies: Collection[str]) -> dict[str, list[UUID]]:
    if not agencies:
        return {}
    found: dict[str, list[UUID]] = defaultdict(list)
    rows = Kol.objects.filter(agency__folded__in=agencies).order_by()
    for agency, kol in rows.values_list("agency__folded", "pk"):
        found[agency].append(kol)
    return {agency: kols for agency, kols in found.items() if len(kols) <= AGENCY}
