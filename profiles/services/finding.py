"""By what rows are looked for on file, beside accounts: contacts, names, ids of files (DOMAIN 3.14)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kol_crm.core import vault
from kol_crm.core.ids import uuid_of
from kol_crm.core.models import User
from kol_crm.core.text import fold
from profiles.importing import people
from profiles.models import ContactPoint, Kol
from profiles.models.querysets import TRASH, VIEW
from profiles.rules.naming import full_pinyin
from profiles.services.naming import LONGEST

Found = dict[str, set[UUID]]


def files_of(user: User | None, keys: Iterable[str]) -> Found:
    """The files that each key (``people.key_of``) stands on; in a fixed number of queries.

    Shared contacts and those of agencies are nobody's (DOMAIN 3.1). A name finds only files that ``user``
    (None: the system) sees: it is no proof of being the same person.
    """
    by_kind: dict[str, dict[str, str]] = {}
    for key in keys:
        kind, _colon, value = key.partition(":")
        by_kind.setdefault(kind, {})[value] = key
    found: Found = {}
    names = by_kind.pop(people.NAME, {})
    files = by_kind.pop(people.FILE, {})
    _by_contact(by_kind, found)
    if names:
        _by_name(user, names, found)
    if files:
        _by_id(user, files, found)
    return found


def _by_contact(by_kind: Mapping[str, Mapping[str, str]], found: Found) -> None:
    key_of = {
        (channel, vault.digest(channel, value)): key
        for channel, values in by_kind.items()
        for value, key in values.items()
    }
    if not key_of:
        return
    rows = ContactPoint.objects.filter(digest__in=[digest for _channel, digest in key_of], shared=False)
    for channel, digest, kol in rows.exclude(kol=None).values_list("channel", "digest", "kol_id"):
        if (channel, digest) in key_of:
            found.setdefault(key_of[channel, digest], set()).add(kol)


def _by_name(user: User | None, names: Mapping[str, str], found: Found) -> None:
    seen = Kol.objects.filter(archived_at=None) if user is None else Kol.objects.visible_to(user, VIEW)
    wanted = {fold(full_pinyin(name))[:LONGEST] for name in names}
    for pk, name in seen.filter(sort_name__in=wanted).values_list("pk", "name"):
        if fold(name) in names:
            found.setdefault(names[fold(name)], set()).add(pk)


def _by_id(user: User | None, files: Mapping[str, str], found: Found) -> None:
    ids = {pk: key for text, key in files.items() if (pk := uuid_of(text))}
    rows = Kol.objects.filter(pk__in=ids)
    seen = [rows] if user is None else [rows.visible_to(user, VIEW), rows.visible_to(user, TRASH)]
    for known in seen:
        for pk in known.values_list("pk", flat=True):
            found.setdefault(ids[pk], set()).add(pk)
