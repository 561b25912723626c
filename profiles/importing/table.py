"""The door of the package: a file of creators → columns understood, notes, and a stream of clean rows."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from kol_crm.core.said import said as _
from profiles.importing.asked import Asked
from profiles.importing.columns import ColumnMatch, match_columns
from profiles.importing.dating import day_in_name
from profiles.importing.glance import Glance
from profiles.importing.headings import AVERAGES, STOCKS
from profiles.importing.opening import open_table
from profiles.importing.people import ACCOUNT, CONTACT, FILE, OF_ACCOUNTS
from profiles.importing.reading import Source, Table, UnreadableTable
from profiles.importing.rows import ReadRow, RowReader
from profiles.importing.wide import WideTable, looks_wide

SHOWN = 3


@dataclass(frozen=True)
class How:
    """What a person says of a table. ``key``: by what files are looked for (people.KEYS), "" as it suits.

    ``by_hand``: meanings of columns by place; ``mends``: cells as they should read, by row and column;
    ``dropped``: rows that are left out. ``own_link``: the addresses of profiles on the own platform.
    """

    day: date | None = None
    key: str = ""
    by_hand: Mapping[int, str] = field(default_factory=dict)
    mends: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    dropped: Set[int] = frozenset()
    own_link: str = ""


@dataclass(frozen=True)
class ReadTable:
    """`rows` streams the file once; `total` is how many it will yield. `notes` are for a person to read.

    `identities` streams it once too: what tells accounts apart of each row that is not rejected, nothing more
    read. `samples`: the first values of each column. `key`: by what files are looked for.
    """

    kind: str
    columns: list[ColumnMatch]
    ignored: list[ColumnMatch]
    notes: list[str]
    total: int
    rows: Iterator[ReadRow]
    identities: Iterator[tuple[str, str]]
    key: str = ACCOUNT
    samples: list[list[str]] = field(default_factory=list)
    encoding: str = ""
    guessed: bool = False
    delimiter: str = ""

    @property
    def comes_back(self) -> bool:
        """Whether it is an export of this software: the id of the file stands first."""
        return self.key == FILE and bool(self.columns) and self.columns[0] == self.matches[0]

    @property
    def matches(self) -> list[ColumnMatch]:
        return sorted([*self.columns, *self.ignored], key=lambda match: match.index)


def read_table(
    path: Source | Path,
    platform: str,
    *,
    today: date,
    day: date | None = None,
    known_handles: Set[str] = frozenset(),
    how: How | None = None,
    asked: Sequence[Asked] = (),
) -> ReadTable:
    """Understand a table of creators of one platform, or with ``platform`` "" a list of contacts.

    `day`: what the user says of the day of its stocks and averages; else the row's date, the file's name
    and at last `today` say it. `known_handles`: folded handles already on file for this platform. `asked`:
    the attributes that its columns may bring.
    Raises UnreadableTable where the file is no table.
    """
    how = how or How(day=day)
    table = open_table(path)
    if platform and looks_wide(table):
        return _read_wide(table, how)
    records = partial(_mended, table, how)
    glances, total = _glance(records(), known_handles)
    matches, notes = match_columns(glances, platform, how.by_hand, asked)
    standing, told = _standing_day(path, matches, how.day, today)
    targets = {match.target for match in matches}
    key = how.key or _key(targets, platform)
    if targets & (STOCKS | AVERAGES):
        notes.append(told)
    if key in OF_ACCOUNTS and not targets & {"external_id", "handle", "name", "url"}:
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
        key=key,
        asked=asked,
        own_link=how.own_link,
    )
    return ReadTable(
        kind=table.kind,
        encoding=getattr(table, "encoding", ""),
        guessed=getattr(table, "guessed", False),
        delimiter=getattr(table, "delimiter", ""),
        columns=[match for match in matches if match.target],
        ignored=[match for match in matches if not match.target],
        notes=[*table.notes, *notes],
        total=total,
        rows=(reader.read(number, record) for number, record in islice(records(), 1, None)),
        identities=_identities(records(), reader),
        key=key,
        samples=[glance.said[:SHOWN] for glance in glances],
    )


def _read_wide(table: Table, how: How) -> ReadTable:
    wide = WideTable(table, how.dropped)
    return ReadTable(
        kind="wide",
        columns=[],
        ignored=[],
        notes=[*table.notes, *wide.notes],
        total=len(wide.headings) - 1 - len(how.dropped),
        rows=wide.rows(),
        identities=wide.identities(),
    )


def _key(targets: Set[str | None], platform: str) -> str:
    if "file" in targets:
        return FILE
    return ACCOUNT if platform else CONTACT


def _mended(table: Table, how: How) -> Iterator[tuple[int, list[str]]]:
    """The records without those that are left out, with the cells that somebody mended."""
    for number, record in table.records():
        if number in how.dropped:
            continue
        cells = how.mends.get(number)
        if cells:
            record = [*record, *[""] * (max(cells) + 1 - len(record))]
            for index, text in cells.items():
                record[index] = text
        yield number, record


def _identities(records: Iterator[tuple[int, list[str]]], reader: RowReader) -> Iterator[tuple[str, str]]:
    for number, record in islice(records, 1, None):
        row = reader.identify(number, record)
        if row.rejected is None:
            yield row.identity


def _glance(records: Iterator[tuple[int, list[str]]], known_handles: Set[str]) -> tuple[list[Glance], int]:
    """Go through the whole file once, keeping counts and a sample: columns are judged by all rows."""
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
    path: Source | Path, matches: list[ColumnMatch], day: date | None, today: date
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
