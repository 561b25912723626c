"""What hangs on many files at once: contact points and tags, in a fixed number of statements (HOUSE, 5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kol_crm.core import copying, vault
from kol_crm.core.actor import Actor
from kol_crm.core.text import fold
from profiles.models import Agency, ContactPoint, Kol, KolTag, Tag
from profiles.services import agency as agency_verbs
from profiles.services import attribute, many_contacts
from profiles.services import contact as contact_verbs

Entries = list[tuple[UUID, Any, dict[str, tuple[Any, Any]]]]
LONGEST_TAG = 40


def add_contacts(given: Sequence[tuple[Kol, Sequence[Mapping[str, Any]]]], *, fresh: bool) -> Entries:
    """Insert contact points, the first of a channel being the preferred one; what the history keeps of them.

    A value that stands on enough files by now is marked as shared on all of them; the caller raises the
    versions of the given files. ``fresh``: the files are new and have none yet. Raises ``ValidationError``
    keyed by field, ``IntegrityError`` where a contact is on its file already.
    """
    wanted = [(kol, values) for kol, contacts in given for values in contacts]
    if not wanted:
        return []
    taken: set[tuple[UUID, str]] = set()
    if not fresh:
        present = ContactPoint.objects.filter(kol__in={kol.pk for kol, _values in wanted})
        taken = set(present.values_list("kol_id", "channel"))
    people = {kol.pk for kol, _values in wanted}
    keys = vault.new_keys(people) if fresh else vault.keys_for(people, create=True)
    contacts = [contact_verbs.build(kol, values, keys[kol.pk]) for kol, values in wanted]
    return many_contacts.insert(contacts, raised={kol.pk for kol, _values in given}, taken=taken)


def drop_contacts(contacts: Sequence[ContactPoint]) -> Entries:
    """Take contact points off their files; what the history keeps of them (``contact.drop`` for many)."""
    ContactPoint.objects.filter(pk__in=[contact.pk for contact in contacts]).delete()
    return [
        (
            contact.holder,
            contact,
            {"": ({"channel": contact.channel, "value": contact_verbs.protected(contact)}, None)},
        )
        for contact in contacts
    ]


def add_tags(given: Sequence[tuple[Kol, Sequence[str]]], *, fresh: bool) -> Entries:
    """Tag files with more words of their teams; what the history keeps of it."""
    wanted = {kol.pk: (kol, _folded(words)) for kol, words in given if words}
    if not wanted:
        return []
    present: dict[UUID, dict[str, str]] = {pk: {} for pk in wanted}
    if not fresh:
        standing = KolTag.objects.filter(kol__in=wanted).values_list("kol_id", "tag__folded", "tag__name")
        for pk, folded, name in standing:
            present[pk][folded] = name
    spelt: dict[tuple[UUID, str], str] = {}
    for kol, words in wanted.values():
        for folded, name in words.items():
            spelt.setdefault((kol.team_id, folded), name)  # as the first file writes it, as one by one
    tags = _tags(spelt)
    rows: list[KolTag] = []
    entries: Entries = []
    for pk, (kol, words) in wanted.items():
        fresh_words = [folded for folded in sorted(words) if folded not in present[pk]]
        if not fresh_words:
            continue
        rows += [KolTag(kol=kol, tag=tags[kol.team_id, folded]) for folded in fresh_words]
        before = sorted(present[pk].values())
        after = sorted({**words, **present[pk]}.values())
        entries.append((pk, kol, {"tags": (before, after)}))
    copying.insert(rows)
    return entries


def replace_tags(given: Sequence[tuple[Kol, Sequence[str]]]) -> Entries:
    """Make these the tags of their files; what the history keeps of it (``parts.replace`` for many)."""
    wanted = {kol.pk: (kol, _folded(words)) for kol, words in given}
    if not wanted:
        return []
    present: dict[UUID, dict[str, tuple[UUID, str]]] = {pk: {} for pk in wanted}
    standing = KolTag.objects.filter(kol__in=wanted)
    for pk, row, folded, name in standing.values_list("kol_id", "pk", "tag__folded", "tag__name"):
        present[pk][folded] = (row, name)
    moved = {pk: one for pk, one in wanted.items() if one[1].keys() != present[pk].keys()}
    gone = [
        row
        for pk, (_kol, words) in moved.items()
        for key, (row, _name) in present[pk].items()
        if key not in words
    ]
    KolTag.objects.filter(pk__in=gone).delete()
    spelt: dict[tuple[UUID, str], str] = {}
    for pk, (kol, words) in moved.items():
        for folded in words.keys() - present[pk].keys():
            spelt.setdefault((kol.team_id, folded), words[folded])
    tags = _tags(spelt) if spelt else {}
    copying.insert(
        [
            KolTag(kol=kol, tag=tags[kol.team_id, folded])
            for pk, (kol, words) in moved.items()
            for folded in sorted(words.keys() - present[pk].keys())
        ]
    )
    return [
        (pk, kol, {"tags": (sorted(name for _row, name in present[pk].values()), sorted(words.values()))})
        for pk, (kol, words) in moved.items()
    ]


def put_attributes(actor: Actor, given: Iterable[tuple[Kol, Mapping[str, Any]]]) -> set[UUID]:
    """The files whose attributes were written; nothing is asked where none are given."""
    entries = [(kol, values) for kol, values in given if values]
    return attribute.put_many(actor, entries) if entries else set()


def _folded(words: Iterable[str]) -> dict[str, str]:
    return {fold(word): word.strip()[:LONGEST_TAG] for word in words if word.strip()}


def _tags(wanted: Mapping[tuple[UUID, str], str]) -> dict[tuple[UUID, str], Tag]:
    """The tags by team and folded word, made where they are missing."""

    def found() -> dict[tuple[UUID, str], Tag]:
        teams, words = {team for team, _word in wanted}, {word for _team, word in wanted}
        return {
            (tag.team_id, tag.folded): tag for tag in Tag.objects.filter(team__in=teams, folded__in=words)
        }

    known = found()
    missing = [
        Tag(team_id=team, folded=folded, name=name)
        for (team, folded), name in wanted.items()
        if (team, folded) not in known
    ]
    if missing:
        copying.insert(missing, ignore_conflicts=True)
        known = found()
    return known


def agencies(actor: Actor, names: Iterable[str]) -> dict[str, Agency]:
    """Agencies by folded name, made where they are missing (``agency.named`` for many)."""
    wanted = {fold(name): " ".join(name.split()) for name in names}
    known = {row.folded: row for row in Agency.objects.filter(folded__in=wanted)} if wanted else {}
    missing = {folded: name for folded, name in wanted.items() if folded not in known}
    for folded, name in missing.items():  # few: a table names an agency on many rows
        known[folded] = agency_verbs.named(actor, name)
    return known
