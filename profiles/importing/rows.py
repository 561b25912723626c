"""One record of the file → one clean row: whose it is, facts, dated figures, what could not be read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from kol_crm.core import day_range
from kol_crm.core.said import said as _
from profiles.importing import cells, people
from profiles.importing.asked import Asked
from profiles.importing.columns import ColumnMatch
from profiles.importing.dating import period_end
from profiles.importing.glance import ENDS_IN_UNIT, NAME_WITH_HANDLE
from profiles.importing.headings import AVERAGES, FIGURES, INTERACTION_PARTS, STOCKS
from profiles.importing.links import account_in_link
from profiles.importing.problems import CellProblem
from profiles.rules.handle import fold_handle
from profiles.rules.link import holds_link

FIGURE_PLACES = 4
LONGEST_ACCOUNT = 120
TEXT_FACTS = (
    *(
        "country",
        "audience_country",
        "language",
        "city",
        "title",
        "introduction",
        "url",
        "name_other",
        "alias",
    ),
    *("agency", "good_at", "how_met", "character", "family", "zone", "remark"),
)
LISTS = ("fields", "tags", "tastes", "dislikes")

T = TypeVar("T")


@dataclass(frozen=True)
class RowFigure:
    """A figure with the days it speaks of, both included; stocks have start == end (DOMAIN 3.4)."""

    metric: str
    value: Decimal
    start: date
    end: date


@dataclass
class ReadRow:
    """`number` as a spreadsheet shows it. `rejected` holds the reason; then there are no facts or figures.

    `key`: by what its file is looked for, where that is not the account. `refusals`: of facts (of lists
    `fields/slug`) what is wrong with them on a file that does not hold them yet. `places`: first columns.
    """

    number: int
    external_id: str = ""
    handle: str = ""
    handle_folded: str = ""
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    contacts: list[people.RowContact] = field(default_factory=list)
    figures: list[RowFigure] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    refusals: dict[str, CellProblem] = field(default_factory=dict)
    places: Mapping[str, ColumnMatch] = field(default_factory=dict, repr=False)
    rejected: str | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Rows of one identity are settled together."""
        return ("", self.key) if self.key else (self.external_id, self.handle_folded)


class RowReader:
    """Reads the rows of one table. `day`: where its stocks stand; None: at each row's own date.

    `key`: by what files are looked for (`people.KEYS`). `own_link`: the addresses of own profiles.
    """

    def __init__(
        self,
        matches: Sequence[ColumnMatch],
        platform: str,
        *,
        day: date | None,
        names_with_handles: bool,
        key: str = people.ACCOUNT,
        asked: Sequence[Asked] = (),
        own_link: str = "",
    ) -> None:
        self.key = key
        self.own_link = own_link
        self.platform = platform
        self.day = day
        self.names_with_handles = names_with_handles
        self.width = len(matches)
        self.of: dict[str, list[ColumnMatch]] = {}
        for match in sorted(matches, key=lambda match: match.twin_of is not None):
            if match.target:
                self.of.setdefault(match.target, []).append(match)
        self.places = {target: found[0] for target, found in self.of.items()}
        self.parts = [target for target in self.of if target in INTERACTION_PARTS]
        self.asked = [one for one in asked if one.field in self.of]
        self.texts = [target for target in TEXT_FACTS if target in self.of]

    def read(self, number: int, record: Sequence[str]) -> ReadRow:
        """Read one record of the file."""
        row = self.identify(number, record)
        if row.rejected is None:
            self._read_facts(row, record)
            self._read_figures(row, record)
        return row

    def identify(self, number: int, record: Sequence[str]) -> ReadRow:
        """Whose row it is, or why it is rejected; neither facts nor figures."""
        row = ReadRow(number, places=self.places)
        if any(cell.strip() for cell in record[self.width :]):
            row.rejected = _("the row has %(cells)d cells under %(headings)d headings") % {
                "cells": len(record),
                "headings": self.width,
            }
            return row
        self._identify(row, record)
        if not self.platform:  # a list of contacts knows no accounts
            row.name = row.name or row.handle
            row.external_id = row.handle = row.handle_folded = ""
        if self.key not in people.OF_ACCOUNTS:
            row.contacts = people.read_contacts(row, record, self.of)
            row.key = people.key_of(self.key, row, self._one(row, record, "file", cells.parse_text) or "")
            if not row.key:
                row.rejected = _(people.WITHOUT[self.key])
        elif self.key == people.EXTERNAL_ID and not row.external_id:
            row.rejected = _("no account found: the id there is empty")
        elif not row.external_id and not row.handle_folded:
            row.rejected = _("no account found: neither id nor handle nor name")
        elif max(len(row.external_id), len(row.handle), len(row.handle_folded)) > LONGEST_ACCOUNT:
            row.rejected = _("no account found: its id or handle is longer than %(longest)d characters") % {
                "longest": LONGEST_ACCOUNT
            }
        return row

    def _one(
        self, row: ReadRow, record: Sequence[str], target: str, parse: Callable[[str], T | None]
    ) -> T | None:
        """The first of the target's columns that says something; what is unreadable on the way is listed."""
        for match in self.of.get(target, ()):
            value = self._cell(row, record, match, parse)
            if value is not None:
                return value
        return None

    def _cell(
        self, row: ReadRow, record: Sequence[str], match: ColumnMatch, parse: Callable[[str], T | None]
    ) -> T | None:
        raw = record[match.index] if match.index < len(record) else ""
        try:
            return parse(raw)
        except cells.Unreadable as error:
            row.problems.append(CellProblem(match.heading, raw.strip(), str(error), match.index))
            return None

    def _identify(self, row: ReadRow, record: Sequence[str]) -> None:
        row.external_id = self._one(row, record, "external_id", cells.parse_external_id) or ""
        row.name = self._one(row, record, "name", cells.parse_name) or ""
        row.name = row.name or people.read_name(record, self.of)
        handle = self._one(row, record, "handle", cells.parse_name) or ""
        if self.names_with_handles and (found := NAME_WITH_HANDLE.fullmatch(row.name)):
            row.name, handle = found["name"], found["handle"]
        if holds_link(handle):  # a link stands where the handle should
            external_id, handle = self._linked(row, handle)
            row.external_id = row.external_id or external_id
        if not handle and not row.external_id:
            link = self._one(row, record, "url", cells.parse_text) or ""
            row.external_id, handle = account_in_link(link, self.platform, self.own_link)
        if " " in handle or (self.key in people.OF_ACCOUNTS and not (handle or row.external_id)):
            handle = fold_handle(row.name or handle)
        row.handle = handle.removeprefix("@")
        row.handle_folded = fold_handle(handle)
        row.name = row.name or row.handle

    def _linked(self, row: ReadRow, link: str) -> tuple[str, str]:
        """(id there, handle) that a link in the handle's column names; what it does not say is listed."""
        found = account_in_link(link, self.platform, self.own_link)
        if not any(found):
            why = _("this link names no account on this platform")
            row.problems.append(CellProblem(_("handle"), link, why))
        return found

    def _read_facts(self, row: ReadRow, record: Sequence[str]) -> None:
        if self.key in people.OF_ACCOUNTS:
            row.contacts = people.read_contacts(row, record, self.of)
        facts: dict[str, Any] = {
            "gender": self._one(row, record, "gender", cells.parse_gender),
            **{target: self._one(row, record, target, cells.parse_text) for target in self.texts},
            **{target: self._words(row, record, target) for target in LISTS if target in self.of},
            "job": ", ".join(
                filter(
                    None,
                    [self._one(row, record, target, cells.parse_text) for target in ("job", "organization")],
                )
            ),
            "birthday": people.read_birthday(row, record, self.of),
        }
        for one in self.asked:
            facts[one.field] = self._attribute(row, record, one)
        row.facts = {target: fact for target, fact in facts.items() if fact}

    def _attribute(self, row: ReadRow, record: Sequence[str], asked: Asked) -> str | None:
        value = self._one(row, record, asked.field, asked.read)
        if value and (why := asked.refusal(value)):
            match = self.of[asked.field][0]
            row.refusals[asked.field] = CellProblem(match.heading, value, why, match.index)
        return value

    def _words(self, row: ReadRow, record: Sequence[str], target: str) -> list[str]:
        """All words of the target's columns, each once."""
        words: dict[str, str] = {}
        for match in self.of[target]:
            for word in cells.split_words(self._cell(row, record, match, cells.parse_text) or ""):
                words.setdefault(word.casefold(), word)
        words.pop("", None)
        return list(words.values())

    def _read_figures(self, row: ReadRow, record: Sequence[str]) -> None:
        start = self._one(row, record, "date", _figure_day) if "date" in self.of else self.day
        period = self._one(row, record, "period", cells.parse_period)
        end = period_end(start, period) if start and period else start
        standing = self.day or end
        values = {target: self._figure(row, record, target) for target in self.of if target in FIGURES}
        if self.parts:
            values["interactions"] = self._sum_of_parts([values.pop(part) for part in self.parts])
        for metric, value in values.items():
            if value is None:
                continue
            value = value if value == value.to_integral_value() else round(value, FIGURE_PLACES)
            if metric in STOCKS or metric in AVERAGES:
                if standing:
                    row.figures.append(RowFigure(metric, value, standing, standing))
            elif start and end and period:
                row.figures.append(RowFigure(metric, value, start, end))
        if any(values.values()) and not row.figures:
            heading = self.of["date"][0].heading if "date" in self.of else ""
            row.problems.append(
                CellProblem(heading, "", _("without a day or period the row's figures are left out"))
            )

    @staticmethod
    def _sum_of_parts(parts: list[Decimal | None]) -> Decimal | None:
        """A missing part would make the sum look smaller than it is: then it is unknown, not zero."""
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None

    def _figure(self, row: ReadRow, record: Sequence[str], target: str) -> Decimal | None:
        for match in self.of[target]:
            value = self._cell(row, record, match, cells.parse_figure)
            if value is not None:
                return (
                    value
                    if match.unit == 1 or ENDS_IN_UNIT.search(record[match.index].strip())
                    else value * match.unit
                )
        return None


def _figure_day(raw: str) -> date | None:
    day = cells.parse_day(raw)
    if day is not None and not day_range.holds(day):
        raise cells.Unreadable(_("no such day"))
    return day
