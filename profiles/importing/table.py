"""The door of the package: a file of creators → columns understood, notes, and a stream of clean rows."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from profiles.importing.columns import ColumnMatch, match_columns
from profiles.importing.dating import day_in_name
from profiles.importing.glance import Glance
from profiles.importing.headings import AVERAGES, STOCKS
from profiles.importing.reading import TextTable, UnreadableTable, open_table
from profiles.importing.rows import ReadRow, RowReader

DELIMITER_NAMES = {",": ",", ";": ";", "\t": "TAB"}


@dataclass(frozen=True)
class ReadTable:
    """`rows` streams the file once; `total` is how many it will yield. `notes` are for a person to read.

    `identities` streams it once too: (id, folded handle) of each row that is not rejected, nothing more read.
    """

    encoding: str
    guessed: bool
    delimiter: str
    columns: list[ColumnMatch]
    ignored: list[ColumnMatch]
    notes: list[str]
    total: int
    rows: Iterator[ReadRow]
    identities: Iterator[tuple[str, str]]


def read_table(
    path: Path, platform: str, *, today: date, day: date | None = None, known_handles: Set[str] = frozenset()
) -> ReadTable:
    """Understand a table of creators of one platform. Raises UnreadableTable where the file is no table.

    `day`: what the user says of the day of its stocks and averages; else the row's date, the file's name
    and at last `today` say it. `known_handles`: folded handles already on file for this platform.
    """
    text = open_table(path)
    glances, total = _glance(text, known_handles)
    matches, notes = match_columns(glances, platform)
    standing, told = _standing_day(path, matches, day, today)
    if any(match.target in STOCKS | AVERAGES for match in matches):
        notes.append(told)
    if not any(match.target in ("external_id", "handle", "name", "url") for match in matches):
        notes.append(_("No column names an account: no row can be taken in."))
    reader = RowReader(
        matches,
        platform,
        day=standing,
        names_with_handles=any(
            glances[match.index].holds_names_with_handles
            for match in matches
            if match.target == "name" and not any(other.target == "handle" for other in matches)
        ),
    )
    return ReadTable(
        encoding=text.encoding,
        guessed=text.guessed,
        delimiter=text.delimiter,
        columns=[match for match in matches if match.target],
        ignored=[match for match in matches if not match.target],
        notes=[_encoding_note(text), *notes],
        total=total,
        rows=(reader.read(number, record) for number, record in islice(text.records(), 1, None)),
        identities=_identities(text, reader),
    )


def _identities(text: TextTable, reader: RowReader) -> Iterator[tuple[str, str]]:
    for number, record in islice(text.records(), 1, None):
        row = reader.identify(number, record)
        if row.rejected is None:
            yield row.external_id, row.handle_folded


def _glance(text: TextTable, known_handles: Set[str]) -> tuple[list[Glance], int]:
    """Go through the whole file once, keeping counts and a sample: columns are judged by all rows."""
    records = text.records()
    _number, headings = next(records, (0, []))
    if not any(heading.strip() for heading in headings):
        raise UnreadableTable(_("The file has no headings."))
    glances = [Glance(heading.lstrip("\ufeff")) for heading in headings]
    total = 0
    for _number, record in records:
        total += 1
        for glance, cell in zip(glances, record, strict=False):
            glance.see(cell, known_handles)
    return glances, total


def _standing_day(
    path: Path, matches: list[ColumnMatch], day: date | None, today: date
) -> tuple[date | None, str]:
    """The day at which stocks and averages stand, None where each row has its own; and the words for it."""
    if day:
        return day, _("Figures stand at %(day)s, as told.") % {"day": day}
    for match in matches:
        if match.target == "date":
            return None, _("Figures stand at the day in “%(heading)s”.") % {"heading": match.heading}
    if in_name := day_in_name(path.name):
        return in_name, _(
            "Figures stand at %(day)s, by the file's name (a month stands for its first day)."
        ) % {"day": in_name}
    return today, _("Figures stand at today, %(day)s: neither the table nor its name tells a day.") % {
        "day": today
    }


def _encoding_note(text: TextTable) -> str:
    told = {"encoding": text.encoding, "delimiter": DELIMITER_NAMES[text.delimiter]}
    if text.guessed:
        note = _(
            "Neither UTF-8 nor GB18030: read as Windows-1252, which is a guess (look at names with accents), "
            "columns separated by %(delimiter)s."
        )
    else:
        note = _("Read as %(encoding)s, columns separated by %(delimiter)s.")
    return note % told
