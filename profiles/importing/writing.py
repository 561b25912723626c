"""A table as a file of the kind that it came in: rows to be corrected and brought again (UI, screen 9).

A card of an address book says the reason in a note; a wide table may have come as anything and is CSV.
CSV and workbook are written as exports are: nothing in them runs, and nothing lies on disk in clear.
"""

import json
import quopri
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kol_crm.core.content_lines import escaped as card_text
from kol_crm.core.content_lines import folded
from profiles.exporting.workbook import packed
from profiles.exporting.writing import Cards, Csv, Sheet, Writer
from profiles.importing.vcard import REASON, texts_of

Record = Sequence[str]


class Written(NamedTuple):
    """``ending`` of its name, without a dot."""

    ending: str
    media_type: str
    content: bytes


def written(kind: str, headings: Record, rows: Sequence[Record]) -> Written:
    """``kind``: what the file was read as (``Table.kind``)."""
    match kind:
        case "xlsx":
            sheet = _text(Sheet(), headings, rows)
            return Written(Sheet.ending, Sheet.content_type, b"".join(packed([sheet])))
        case "json":
            return _document(headings, rows)
    return Written(Csv.ending, Csv.content_type, _text(Csv(), headings, rows))


def _text(writer: Writer, headings: Record, rows: Sequence[Record]) -> bytes:
    text = writer.head(headings) + writer.piece(headings, rows) + writer.tail()
    return text.encode("utf-8", "replace")


def _document(headings: Record, rows: Sequence[Record]) -> Written:
    items = [
        {heading: text for heading, text in zip(headings, record, strict=False) if text} for record in rows
    ]
    return Written("json", "application/json", json.dumps(items, ensure_ascii=False, indent=1).encode())


def cards(content: bytes, reasons: Mapping[int, str]) -> Written:
    """These cards of an address book as they stand in it, by their numbers, each with its reason in a note.

    The note is seen in an address book and passed over when the card is brought again.
    """
    lines: list[str] = []
    for number, card in enumerate(texts_of(content), start=1):
        if number in reasons:
            lines += [line for line in card if not _is_reason(line)]
            lines += [_note(card, reasons[number]), "END:VCARD"]
    text = "".join(f"{_line(line)}\r\n" for line in lines)
    return Written(Cards.ending, Cards.content_type, text.encode("utf-8", "replace"))


def _is_reason(line: str) -> bool:
    name, _colon, value = line.partition(":")
    return name.upper().startswith("NOTE") and value.startswith(REASON.strip())


def _note(card: Sequence[str], reason: str) -> str:
    text = REASON + " ".join(reason.split())
    if "VERSION:2.1" in map(str.upper, card):  # of which each line says how it is written
        quoted = quopri.encodestring(text.encode()).decode().replace("=\n", "")
        return f"NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}"
    return f"NOTE:{card_text(text)}"


def _line(line: str) -> str:
    """Folded, but for what is quoted: there a line that ends in ``=`` goes on in the next one."""
    return line if "QUOTED-PRINTABLE" in line.partition(":")[0].upper() else folded(line)
