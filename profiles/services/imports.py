"""The verbs of the wizard: upload, choose, check, mend, run, undo (UI, screen 9; DOMAIN 3.14).

The rows themselves are taken in by ``importing.take_in``, as the command does it; here is what a person says
of a file on the way, and the work in the background.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kol_crm.core import day_range, stored, vault, work
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.said import kept
from kol_crm.core.said import said as _
from kol_crm.core.text import classify_term
from profiles.importing import people
from profiles.importing.opening import open_table
from profiles.importing.reading import InMemory, UnreadableTable
from profiles.importing.table import How, ReadTable
from profiles.importing.targets import TARGETS
from profiles.models import Channel, Import, Platform
from profiles.services import contact_values as contact_verbs
from profiles.services import import_twins, importing

LIMIT = 20 * 1024 * 1024
MOST_MENDS = 2000
LONGEST_CELL = 2000
CONTACTS = tuple(Channel.values)
CHECK, RUN, UNDO = "import_check", "import_run", "import_undo"
State = Import.State


def upload(actor: Actor, name: str, chunks: Iterable[bytes], platform: str = "") -> Import:
    """Seal the file and understand it. Raises ``ValidationError`` keyed ``file``, ``platform`` or ``as``."""
    importing.demand_importer(actor, None)
    if platform and platform not in Platform.values:
        raise ValidationError({"platform": _("There is no such platform.")})
    with transaction.atomic():
        file = stored.put(actor, name, "application/octet-stream", chunks, limit=LIMIT)
        imported = Import(user=actor.person, at=actor.at, file=file, name=file.name, platform=platform)
        try:
            table = read(imported, actor)
        except UnreadableTable as error:
            stored.path_of(file).unlink(missing_ok=True)
            raise ValidationError({"file": str(error)}) from error
        if table.comes_back:  # what was edited in it is meant
            imported.overwrite = True
        _understood(imported, table)
        imported.save(force_insert=True)
    return imported


def _understood(imported: Import, table: ReadTable) -> None:
    imported.kind, imported.total = table.kind, table.total
    imported.notes = [kept(note) for note in table.notes]
    if table.comes_back:
        words = _("An export that comes back: files are found by their id, and empty cells change nothing.")
        imported.notes = [kept(words), *imported.notes]
    imported.columns = [
        {
            "index": match.index,
            "heading": match.heading,
            "target": match.target or "",
            "why": kept(match.why),
            "values": [shown(match.target or "", value) for value in samples],
        }
        for match, samples in zip(table.matches, table.samples, strict=True)
    ]


def shown(target: str, value: str) -> str:
    """A value of the file as a page may show it: what is or looks like a contact only by its mask."""
    if target in Channel.values:
        return contact_verbs.mask(target, value)
    kind = classify_term(value)
    if (kind == "phone" and not target) or kind == "mail":
        return contact_verbs.mask(kind, value)
    return value[:80]


def attribute_words() -> dict[str, str]:
    """What attributes are called, by the name of their fact."""
    return {one.field: one.label for one in importing.asked()}


def cells(imported: Import, numbers: Collection[int]) -> dict[int, list[str]]:
    """These rows as they stand in the file, with what was mended."""
    mends = mends_of(imported)
    found = {}
    for number, record in open_table(InMemory(imported.name, stored.read(imported.file))).records():
        if number in numbers:
            found[number] = [mends.get(number, {}).get(place, cell) for place, cell in enumerate(record)]
    return found


def read(imported: Import, actor: Actor) -> ReadTable:
    """The table as it is understood with what was said of it. Raises ``UnreadableTable``."""
    source = InMemory(imported.name, stored.read(imported.file))
    return importing.read(source, imported.platform, actor, how=how_of(imported))


def how_of(imported: Import) -> How:
    return How(
        day=imported.day,
        key=imported.key,
        by_hand={int(place): target for place, target in imported.by_hand.items()},
        mends=mends_of(imported),
        dropped=frozenset(imported.dropped),
    )


def order_of(imported: Import, *, dry_run: bool = False) -> importing.Order:
    return importing.Order(
        imported.platform,
        imported.owner,
        imported.overwrite,
        dry_run=dry_run,
        mode=imported.mode,
        decisions=imported.decisions,
    )


def mends_of(imported: Import) -> dict[int, dict[int, str]]:
    """Cells as somebody mended them, by row and column."""
    if not imported.mends:
        return {}
    key = vault.keys_for([imported.pk])[imported.pk]
    mended = json.loads(vault.unseal(key, "profiles_import", "mends", imported.pk, imported.mends))
    return {
        int(number): {int(place): text for place, text in cells.items()} for number, cells in mended.items()
    }


def choose(actor: Actor, imported: Import, choices: Mapping[str, Any]) -> Import:
    """What is read as what, and how it is written; what was found before is looked at afresh.

    ``choices``: platform, key, mode, overwrite, owner, day, by_hand. Raises ``ValidationError`` keyed by
    field, ``Refused`` once the import has run.
    """
    if "owner" in choices:
        importing.demand_importer(actor, choices["owner"])
    day_range.demand(day=choices.get("day"))
    with transaction.atomic():
        current = _open(imported)
        for name in ("platform", "key", "mode", "overwrite", "owner", "day"):
            if name in choices:
                setattr(current, name, choices[name])
        if "by_hand" in choices:
            current.by_hand = _meanings(choices["by_hand"])
        if current.key and current.key not in people.KEYS:
            raise ValidationError({"key": _("Files are not found by that.")})
        if current.key in people.OF_ACCOUNTS and not current.platform:
            raise ValidationError({"key": _("Without a platform there are no accounts: choose another key.")})
        current.clean_fields(exclude={field.name for field in Import._meta.fields} - {"platform", "mode"})
        try:
            table = read(current, actor)
        except UnreadableTable as error:
            raise ValidationError({"file": str(error)}) from error
        _understood(current, table)
        current.state, current.counts = State.COLUMNS, {}
        current.rows.all().delete()
        current.save()
    return current


def _meanings(by_hand: Mapping[Any, str]) -> dict[str, str]:
    known = {"", *TARGETS, *(one.field for one in importing.asked())}
    for place, target in by_hand.items():
        if not str(place).isdecimal() or target not in known:
            raise ValidationError({"columns": _("A column cannot mean “%(target)s”.") % {"target": target}})
    return {str(place): target for place, target in by_hand.items()}


def mend(
    actor: Actor,
    imported: Import,
    cells: Mapping[int, Mapping[int, str]],
    dropped: Iterable[int],
    decisions: Mapping[str, str] = MappingProxyType({}),
) -> Import:
    """Cells as they should read, rows to leave out, whose rows they are; then everything is checked again.

    ``cells`` are added to those mended before, ``dropped`` is the whole list. ``decisions``: of rows that
    look like a file on record (import_twins.py), by number; empty takes one back.
    Raises ``ValidationError`` keyed ``mends`` or ``decisions``, ``Refused``.
    """
    with transaction.atomic():
        current = _open(imported)
        mends = mends_of(current)
        for number, row in cells.items():
            mends.setdefault(number, {}).update(row)
        if len(mends) > MOST_MENDS or any(
            len(text) > LONGEST_CELL for row in cells.values() for text in row.values()
        ):
            raise ValidationError(
                {"mends": _("That is too much to mend here: correct the file and upload it again.")}
            )
        if mends:
            key = vault.keys_for([current.pk], create=True)[current.pk]
            current.mends = vault.seal(key, "profiles_import", "mends", current.pk, json.dumps(mends))
        current.dropped = sorted({int(number) for number in dropped})
        current.decisions = import_twins.demand(actor, current, decisions)
        current.save(update_fields=["mends", "dropped", "decisions"])
        return check(actor, current)


def check(actor: Actor, imported: Import) -> Import:
    """Look every row up and tell what would become of it; nothing but that is written."""
    with transaction.atomic():
        current = _open(imported)
        return _begin(actor, current, CHECK, State.CHECKING)


def run(actor: Actor, imported: Import) -> Import:
    """Take the rows in; a run that was stopped or crashed goes on where it stood. Raises ``Refused``."""
    with transaction.atomic():
        current = _locked(imported)
        if current.stopped and current.change_set:
            actor = replace(actor, change_set=current.change_set, at=current.run_at or actor.at)
        elif current.state != State.PREVIEW:
            raise Refused("not_ready", _("This import cannot be run now."))
        importing.demand_importer(actor, current.owner)
        current.change_set, current.run_at = actor.change_set, actor.at
        return _begin(actor, current, RUN, State.RUNNING)


def undo(actor: Actor, imported: Import) -> Import:
    """Take back what the import wrote, where it still stands as it was written. Raises ``Refused``."""
    with transaction.atomic():
        current = _locked(imported)
        if current.works or not (current.state in (State.DONE, State.UNDOING) or current.stopped):
            raise Refused("not_done", _("Only an import that has run can be undone."))
        return _begin(actor, current, UNDO, State.UNDOING)


def _begin(actor: Actor, imported: Import, kind: str, state: str) -> Import:
    imported.work = work.start(actor, kind, total=imported.total, subject=imported.pk)
    imported.state = state
    imported.save(update_fields=["work", "state", "change_set", "run_at"])
    return imported


def _locked(imported: Import) -> Import:
    rows = Import.objects.select_for_update(of=("self",)).select_related("file", "work", "user", "owner")
    return rows.get(pk=imported.pk)


def _open(imported: Import) -> Import:
    """The import, locked, if nothing of it is written yet and no worker has it."""
    current = _locked(imported)
    if not current.is_open or current.works:
        raise Refused("not_open", _("This import is being worked on, or has run: it cannot be changed."))
    return current


def actor_of(run: work.Run, reason: str) -> Actor:
    """Whoever started the work, through the door of imports: its files sleep (DOMAIN 3.14)."""
    return replace(run.actor, door=importing.DOOR, reason=reason)
