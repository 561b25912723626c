"""Rows pasted from a spreadsheet, read as figures: of one account, or of many (DOMAIN 3.4, 3.5).

    日期        粉丝数   点赞          account              followers   date
    2026-11-1  1.2万    340           space.bilibili.com/1  3.4K       2026-11-02

One account's table may also lie on its side: days in the heading, a metric in each row. A cell is a figure,
empty, or a problem that stands at the cell, never a guess.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from kol_crm.core import day_range
from profiles.importing import cells
from profiles.importing.cells import YEAR_MONTH, Unreadable
from profiles.importing.paste_headings import END, METRIC_HEAD, START, WHEN, WHERE, WHO, target_of
from profiles.rules import metric as m

MOST_ROWS, MOST_COLUMNS = 500, 30
DAY, WEEK, MONTH = "day", "week", "month"
SPANS = (DAY, WEEK, MONTH)  # what a row of flows covers up to its day
Grid = list[list[str]]


@dataclass(frozen=True)
class Read:
    """One cell understood as a figure of ``account`` (None while nobody is found)."""

    row: int
    column: int
    account: UUID | None
    metric: str
    value: Decimal
    start: date
    end: date


@dataclass
class Pasted:
    """What a grid says: the figures in it, and what is not understood, by the place of its cell."""

    grid: Grid
    figures: list[Read] = field(default_factory=list)
    problems: dict[tuple[int, int], str] = field(default_factory=dict)
    heads: frozenset[int] = frozenset()  # rows that are headings
    whole: str = ""  # what is wrong with all of it


Find = Callable[[str, str], UUID]  # who an account cell and a platform cell name; raises Unreadable


def grid_of(text: str) -> Grid:
    """Tab-separated rows as a spreadsheet copies them, quoted cells with line breaks too; else by commas."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    marks = "\t" if "\t" in text else ";" if ";" in text and "," not in text else ","
    if "\t" not in text and not any(mark in text for mark in (",", ";")):
        rows = [line.split() for line in text.split("\n")]
    else:
        rows = _split(text, marks)
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    # Cut where it is too large in any case, before its rows are made equally wide: ``read`` refuses it.
    rows = [row[: MOST_COLUMNS + 1] for row in rows[: MOST_ROWS + 1]]
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _split(text: str, marks: str) -> Grid:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=marks))
    except csv.Error:  # a quote that is never closed makes one endless cell: then quotes mean nothing
        return [line.split(marks) for line in text.split("\n")]


def read(
    grid: Grid, today: date, *, span: str = DAY, metric: str = m.FOLLOWERS, find: Find | None = None
) -> Pasted:
    """``find`` for rows of many accounts; without it all are of one, told by the caller.

    ``span``: what a row of flows covers where it says no first day; ``metric``: of a column without heading.
    """
    pasted = Pasted(grid)
    if not grid:
        pasted.whole = _("Nothing was pasted.")
    elif len(grid) > MOST_ROWS or len(grid[0]) > MOST_COLUMNS:
        pasted.grid = []  # nothing of it is shown: the text stays
        most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        pasted.whole = (
            _("At most %(rows)d rows of %(columns)d columns at once; larger tables: import.") % most
        )
    elif find is None and _lies_on_its_side(grid):
        _read_sideways(pasted, today, span)
    else:
        _read_rows(pasted, today, span, metric, find)
    return pasted


def _read_rows(pasted: Pasted, today: date, span: str, metric: str, find: Find | None) -> None:
    columns = [target_of(cell) for cell in pasted.grid[0]]
    first = 1 if any(columns) else 0
    if not first:
        columns = _without_headings(pasted.grid, metric, many=find is not None)
    else:
        pasted.heads = frozenset({0})
        for place, (cell, target) in enumerate(zip(pasted.grid[0], columns, strict=True)):
            if cell and not target:
                pasted.problems[0, place] = _("This heading is not understood: its column is left out.")
    places = {target: place for place, target in reversed(list(enumerate(columns))) if target}
    figures = [place for place, target in enumerate(columns) if target in m.KINDS]
    if not figures:
        pasted.whole = _("No column holds figures: give each a heading, such as followers or 粉丝数.")
        return
    if find is None and WHEN not in places and END not in places:
        pasted.whole = _("No column holds days: give it the heading date or 日期.")
        return
    if find is not None and WHO not in places:
        pasted.whole = _("No column names accounts: links, ids or handles, under account or 账号.")
        return
    for number in range(first, len(pasted.grid)):
        _read_row(pasted, number, _Row(pasted.grid[number], places, columns, figures), today, span, find)


@dataclass(frozen=True)
class _Row:
    cells: Sequence[str]
    places: dict[str, int]
    columns: Sequence[str]
    figures: Sequence[int]

    def cell(self, target: str) -> str:
        return self.cells[self.places[target]] if target in self.places else ""


def _read_row(pasted: Pasted, number: int, row: _Row, today: date, span: str, find: Find | None) -> None:
    account = None
    if find is not None:
        try:
            account = find(row.cell(WHO), row.cell(WHERE))
        except Unreadable as error:
            pasted.problems[number, row.places[WHO]] = str(error)
    when = WHEN if WHEN in row.places else END
    try:
        start, end = _days(row.cell(when), span, today, needed=find is None)
    except Unreadable as error:
        pasted.problems[number, row.places[when]] = str(error)
        return
    if START in row.places and row.cell(START):
        try:
            start = _day(row.cell(START), today)
            if start > end:
                raise Unreadable(_("The period ends before it starts."))
        except Unreadable as error:
            pasted.problems[number, row.places[START]] = str(error)
            return
    for place in row.figures:
        _read_figure(pasted, (number, place), account, row.columns[place], (start, end))
    if find is not None and account is None:
        pasted.figures = [one for one in pasted.figures if one.row != number]


def _read_sideways(pasted: Pasted, today: date, span: str) -> None:
    """Days in the heading, a metric in each row."""
    pasted.heads = frozenset({0})
    days: dict[int, tuple[date, date]] = {}
    for place, cell in enumerate(pasted.grid[0][1:], start=1):
        try:
            if cell:
                days[place] = _days(cell, span, today, needed=True)
        except Unreadable as error:
            pasted.problems[0, place] = str(error)
    for number, row in enumerate(pasted.grid[1:], start=1):
        target = target_of(row[0])
        if target not in m.KINDS:
            pasted.problems[number, 0] = _("This metric is not understood: its row is left out.")
            continue
        for place, period in days.items():
            _read_figure(pasted, (number, place), None, target, period)


def _read_figure(
    pasted: Pasted, at: tuple[int, int], account: UUID | None, metric: str, period: tuple[date, date]
) -> None:
    try:
        value = cells.parse_figure(pasted.grid[at[0]][at[1]])
    except Unreadable as error:
        pasted.problems[at] = str(error)
        return
    if value is None:
        return
    if value < 0 and metric not in m.SIGNED_FLOWS:
        pasted.problems[at] = _("This figure cannot be negative.")
        return
    start, end = period if m.KINDS[metric] == m.FLOW else (period[1], period[1])
    pasted.figures.append(Read(*at, account, metric, value, start, end))


def _days(cell: str, span: str, today: date, *, needed: bool) -> tuple[date, date]:
    """First and last day that a row speaks of; a month is the whole of it, as far as it has passed."""
    if not cell.strip() and not needed:
        cell = today.isoformat()
    month = YEAR_MONTH.fullmatch(cells.tidy(cell))
    if month:
        start = cells.parse_day(cell)
        if start is None or start > today:
            raise Unreadable(_("This day lies in the future."))
        if not day_range.holds(start):
            raise Unreadable(_("no such day"))
        return start, min(_last_of_month(start), today)
    end = _day(cell, today)
    return {DAY: end, WEEK: end - timedelta(days=6), MONTH: _month_before(end)}[span], end


def _day(cell: str, today: date) -> date:
    """A day; one without its year (11-23, 11月23日) is the last such day."""
    try:
        day = cells.parse_day(cell)
    except Unreadable:
        found = cells.MONTH_DAY.fullmatch(cells.tidy(cell))
        if not found or not found[1]:
            raise
        day = _last_such(int(found[1]), int(found[2]), today)
    if day is None:
        raise Unreadable(_("not a day"))
    if day > today:
        raise Unreadable(_("This day lies in the future."))
    if not day_range.holds(day):
        raise Unreadable(_("no such day"))
    return day


def _last_such(month: int, day: int, today: date) -> date:
    for year in (today.year, today.year - 1):
        try:
            if (found := date(year, month, day)) <= today:
                return found
        except ValueError:
            continue
    raise Unreadable(_("no such day"))


def _last_of_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _month_before(end: date) -> date:
    """The first of the days that make a month up to ``end``: 24 October to 23 November."""
    before = date(end.year, end.month, 1) - timedelta(days=1)
    return before.replace(day=min(end.day, before.day)) + timedelta(days=1)


def _lies_on_its_side(grid: Grid) -> bool:
    first = grid[0]
    if len(first) < 2 or _is_day(first[0]) or target_of(first[0]) not in ("", METRIC_HEAD):
        return False
    days = [cell for cell in first[1:] if cell]
    return bool(days) and sum(map(_is_day, days)) * 2 > len(days)


def _is_day(cell: str) -> bool:
    try:
        return cells.parse_day(cell) is not None
    except Unreadable:
        return False


def _without_headings(grid: Grid, metric: str, *, many: bool) -> list[str]:
    """Two columns say themselves what they are: who or when, and the figure; a third may be the day."""
    key = WHO if many else WHEN
    columns = [key, metric] + [""] * (len(grid[0]) - 2)
    if many and len(grid[0]) > 2 and _is_day(grid[0][2]):
        columns[2] = WHEN
    return columns[: len(grid[0])]
