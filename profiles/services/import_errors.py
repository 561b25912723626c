"""The rows of an import that were not taken in, or not wholly, as a file to be mended and brought again."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from kol_crm.core import audit, stored
from kol_crm.core.actor import Actor
from profiles.importing import writing
from profiles.importing.opening import open_table
from profiles.importing.reading import InMemory
from profiles.importing.writing import Written
from profiles.models import Import
from profiles.services import imports, outcomes


def written(actor: Actor, imported: Import) -> Written:
    """Each as it stands in the file, with the reason: a file of the kind that came, a wide table as CSV.

    It may hold contacts in clear: told only to whose file it is, and written down.
    """
    reasons = _reasons(imported)
    content = stored.read(imported.file)
    if imported.kind == "vcard":
        file, rows = writing.cards(content, reasons), len(reasons)
    else:
        headings, found = _table(imported, content, reasons)
        file = writing.written(imported.kind, headings, found)
        rows = len(headings) - 1 if imported.kind == "wide" else len(found)
    audit.disclosed(actor, "import_errors", rows=rows, detail=imported.name[:200])
    return file


def _reasons(imported: Import) -> dict[int, str]:
    """What is wrong, by the number of the row."""
    attributes = imports.attribute_words()
    rows = imported.rows.exclude(why="", problems=[])
    told = {row.number: "; ".join(outcomes.reasons(row, attributes)) for row in rows}
    return {number: words for number, words in told.items() if words}


def _table(imported: Import, content: bytes, reasons: Mapping[int, str]) -> tuple[list[str], list[list[str]]]:
    """(headings, rows)"""
    records = open_table(InMemory(imported.name, content)).records()
    _number, headings = next(records)
    if imported.kind == "wide":
        return _wide(headings, [record for _number, record in records], reasons)
    found = [
        [*record, *[""] * (len(headings) - len(record)), reasons[number]]
        for number, record in records
        if number in reasons
    ]
    return [*headings, _("Reason")], found


def _wide(
    headings: list[str], records: list[list[str]], reasons: Mapping[int, str]
) -> tuple[list[str], list[list[str]]]:
    """Of a wide table the columns with problems beside their days, the reasons in a last row."""
    places = [0, *(number - 1 for number in sorted(reasons))]
    told = [_("Reason"), *(reasons[place + 1] for place in places[1:])]
    found = [[record[place] if place < len(record) else "" for place in places] for record in records]
    return [headings[place] for place in places], [*found, told]
