"""Wide tables: a row per day, a column per account (the daily series of a tracker). A column is what a row
is elsewhere: one account with all its figures, numbered as the spreadsheet counts its columns.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from kol_crm.core.said import said as _
from profiles.importing import cells
from profiles.importing.headings import meaning
from profiles.importing.problems import CellProblem
from profiles.importing.reading import Table
from profiles.importing.rows import LONGEST_ACCOUNT, ReadRow, RowFigure
from profiles.rules.handle import fold_handle

LOOKED_AT = 30
METRIC = "followers"


def looks_wide(table: Table) -> bool:
    """A first column of days, and under no other heading that is understood only figures."""
    _number, headings = next(table.records(), (0, []))
    if len(headings) < 3 or meaning(headings[0]).target != "date":
        return False
    if any(meaning(heading).target for heading in headings[1:]) or not all(map(str.strip, headings[1:])):
        return False
    rows = [record for _number, record in islice(table.records(), 1, LOOKED_AT + 1)]
    filled = [cell for record in rows for cell in record[1:] if cell.strip()]
    return bool(filled) and all(map(_is_day, (record[0] for record in rows))) and all(map(_is_figure, filled))


@dataclass(frozen=True)
class WideTable:
    """Accounts with a series each. ``dropped``: columns that are left out."""

    table: Table
    dropped: Set[int] = frozenset()

    @property
    def headings(self) -> list[str]:
        return next(self.table.records())[1]

    @property
    def notes(self) -> list[str]:
        told = {"count": len(self.headings) - 1}
        return [_("A column per account, a row per day: %(count)d series of followers.") % told]

    def rows(self) -> Iterator[ReadRow]:
        """A row per column; its figures in the order of the days, the last of a day standing."""
        rows = list(self._accounts())
        for number, record in islice(self.table.records(), 1, None):
            day = self._day(rows, number, record[0] if record else "")
            for row, cell in zip(rows, record[1:], strict=False):
                value = _value(row, number, cell) if day else None
                if value is not None and day is not None:
                    row.figures.append(RowFigure(METRIC, value, day, day))
        yield from (row for row in rows if row.number not in self.dropped)

    def identities(self) -> Iterator[tuple[str, str]]:
        return (row.identity for row in self._accounts() if row.number not in self.dropped)

    def _accounts(self) -> Iterator[ReadRow]:
        for number, heading in enumerate(self.headings[1:], start=2):
            name = cells.tidy(heading)[:LONGEST_ACCOUNT]
            row = ReadRow(number)
            if name.isdecimal():
                row.external_id = name  # and no name: an id that is told again would fill it each time
            else:
                row.name, row.handle = name, name.removeprefix("@")
                row.handle_folded = fold_handle(name)
            yield row

    @staticmethod
    def _day(rows: list[ReadRow], number: int, cell: str) -> date | None:
        try:
            return cells.parse_day(cell)
        except cells.Unreadable as error:
            rows[0].problems.append(CellProblem(_("row %(row)d") % {"row": number}, cell, str(error)))
            return None


def _value(row: ReadRow, number: int, cell: str) -> Decimal | None:
    try:
        return cells.parse_figure(cell)
    except cells.Unreadable as error:
        row.problems.append(CellProblem(_("row %(row)d") % {"row": number}, cell, str(error)))
        return None


def _is_day(cell: str) -> bool:
    try:
        return cells.parse_day(cell) is not None
    except cells.Unreadable:
        return False


def _is_figure(cell: str) -> bool:
    try:
        return cells.parse_figure(cell) is not None
    except cells.Unreadable:
        return False
