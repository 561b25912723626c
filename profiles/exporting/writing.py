"""Rows as text of a file: CSV, JSON, the sheet of a workbook, an address book.

A file is its head, pieces of rows with something between them, and its tail; a workbook is packed of that.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from xml.sax.saxutils import escape

from kol_crm.core.content_lines import escaped as card_text
from kol_crm.core.content_lines import folded
from kol_crm.core.defusing import QUOTE, STARTS, defused
from profiles.exporting.kinds import CellValue
from profiles.importing.cells import quoted
from profiles.models.export import ExportFormat

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WHOLE_DAY = re.compile(r"(?:\d{4}|-)-\d\d-\d\d")
LOOKED_AT = frozenset((*STARTS, QUOTE))
LONGEST_CELL = 32_767  # of Excel
Rows = Sequence[Sequence[CellValue]]


class Writer(Protocol):
    """How one kind of file is written."""

    ending: str
    content_type: str
    between: str

    def head(self, headings: Sequence[str]) -> str: ...
    def piece(self, keys: Sequence[str], rows: Rows) -> str: ...
    def tail(self) -> str: ...


def words(value: CellValue) -> str:
    """A value as one cell: several words are joined, those that hold the sign between them in quotes."""
    if value is None:
        return ""
    return "; ".join(map(quoted, value)) if isinstance(value, list) else str(value)


class Csv:
    """UTF-8 with the mark by which Excel knows it; formulas are defused (RELIABILITY, "CSV quoting")."""

    ending, content_type, between = "csv", "text/csv; charset=utf-8", ""

    def head(self, headings: Sequence[str]) -> str:
        return "\ufeff" + self._lines([[_csv_cell(heading) for heading in headings]])

    def piece(self, _keys: Sequence[str], rows: Rows) -> str:
        return self._lines([[_csv_cell(value) for value in row] for row in rows])

    def tail(self) -> str:
        return ""

    @staticmethod
    def _lines(rows: Iterable[Sequence[Any]]) -> str:
        sink = io.StringIO()
        csv.writer(sink).writerows(rows)
        return sink.getvalue()


def _csv_cell(value: CellValue) -> Any:
    """As it may stand there; without zero bytes, which make a file no text at all."""
    if isinstance(value, list):
        value = words(value)
    if not isinstance(value, str) or (value[:1] not in LOOKED_AT and "\0" not in value):
        return value  # nearly all
    return defused(value.replace("\0", ""))


class Json:
    """A list of objects; several words are a list, unknown is null."""

    ending, content_type, between = "json", "application/json", ",\n"

    def head(self, _headings: Sequence[str]) -> str:
        return "[\n"

    def piece(self, keys: Sequence[str], rows: Rows) -> str:
        objects = (json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in rows)
        return ",\n".join(objects)

    def tail(self) -> str:
        return "\n]\n"


class Sheet:
    """The rows of a worksheet; text is said to be text in each cell, so that none is taken for a formula."""

    ending = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    between = ""

    def head(self, headings: Sequence[str]) -> str:
        start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return f'{start}<worksheet xmlns="{names}"><sheetData>{_sheet_row(headings)}'

    def piece(self, _keys: Sequence[str], rows: Rows) -> str:
        return "".join(map(_sheet_row, rows))

    def tail(self) -> str:
        return "</sheetData></worksheet>"


def _sheet_row(row: Sequence[CellValue]) -> str:
    return f"<row>{''.join(map(_sheet_cell, row))}</row>"


def _sheet_cell(value: CellValue) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    text = escape(NO_XML.sub("", words(value))[:LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else "<c/>"


@dataclass(frozen=True)
class Cards:
    """vCard 3.0, which Outlook and phones read, or 4.0; a masked contact is no data and is left out (2.3)."""

    in_clear: bool
    version: str = "3.0"
    ending: str = "vcf"
    content_type: str = "text/vcard; charset=utf-8"
    between: str = ""

    def head(self, _headings: Sequence[str]) -> str:
        return ""

    def piece(self, keys: Sequence[str], rows: Rows) -> str:
        return "".join(self._card(dict(zip(keys, row, strict=True))) for row in rows)

    def tail(self) -> str:
        return ""

    def _card(self, row: dict[str, Any]) -> str:
        name = card_text(row["kol_name"])
        lines = [
            "BEGIN:VCARD",
            f"VERSION:{self.version}",
            f"UID:urn:uuid:{row['file_id']}",
            f"FN:{name}",
            f"N:;{name};;;",
        ]
        lines += [f"NICKNAME:{card_text(row['alias'])}"] if row["alias"] else []
        lines += [f"ORG:{card_text(row['agency'])}"] if row["agency"] else []
        lines += [f"BDAY:{self._day(row['birthday'])}"] if WHOLE_DAY.fullmatch(row["birthday"] or "") else []
        said = [*(row["fields"] or ()), *(row["team_tags"] or ())]
        lines += [f"CATEGORIES:{','.join(map(card_text, said))}"] if said else []
        if self.in_clear:
            for key, named in (("phone", "TEL;TYPE=CELL"), ("wechat", "X-WECHAT"), ("mail", "EMAIL")):
                lines += [f"{named}:{card_text(value)}" for value in row[key] or ()]
            addresses = row["postal_address"].split(" ::: ") if row["postal_address"] else ()
            lines += [f"ADR:;;{card_text(address)};;;;" for address in addresses]
        return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCARD"])

    def _day(self, day: str) -> str:
        """4.0 writes days without dashes, and two for a year that is not known (RFC 6350, 4.3.1)."""
        if self.version == "3.0":
            return day
        return f"{'--' if day.startswith('-') else ''}{day.replace('-', '')}"


def writer(kind: str, *, in_clear: bool) -> Writer:
    match kind:
        case ExportFormat.XLSX:
            return Sheet()
        case ExportFormat.JSON:
            return Json()
        case ExportFormat.VCARD:
            return Cards(in_clear)
    return Csv()
