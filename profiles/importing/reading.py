"""From a text table of unknown make to its records: encoding, delimiter, cells."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from kol_crm.core.defusing import QUOTE, freed
from kol_crm.core.said import said as _

CHUNK = 1 << 20
SAMPLE = 1 << 16
DELIMITERS = ",\t;"
DELIMITER_NAMES = {",": ",", ";": ";", "\t": "TAB"}
DOUBLE_BYTE = re.compile(rb"[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[0-9][\x81-\xfe][0-9])")

ENCODING_OF_BOM = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableTable(Exception):
    """The file as a whole cannot be read; the message says why, in the user's language."""


class Source(Protocol):
    """A file that can be gone through several times: a path on disk, or what was unsealed in memory."""

    @property
    def name(self) -> str: ...

    def open(self, mode: str, /) -> BinaryIO: ...


@dataclass(frozen=True)
class InMemory:
    """A file that is nowhere on disk in clear."""

    name: str
    content: bytes

    def open(self, _mode: str = "rb", /) -> BinaryIO:
        return io.BytesIO(self.content)


class Table(Protocol):
    """Records of a file of any kind. ``notes`` are for a person to read."""

    kind: str

    @property
    def notes(self) -> list[str]: ...

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number, cells), the headings first, without empty lines."""


@dataclass(frozen=True)
class TextTable:
    """A text file with records. `guessed`: nothing speaks for the encoding, it is the only one left."""

    source: Source | Path
    encoding: str
    guessed: bool
    delimiter: str
    kind: str = "csv"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number as a spreadsheet shows it, cells), the heading first, without empty lines."""
        errors = "replace" if self.guessed else "strict"
        with io.TextIOWrapper(
            self.source.open("rb"), encoding=self.encoding, errors=errors, newline=""
        ) as stream:
            for number, cells in _records(stream, self.delimiter):
                yield number, [freed(cell) if cell[:1] == QUOTE else cell for cell in cells]

    @property
    def notes(self) -> list[str]:
        told = {"encoding": self.encoding, "delimiter": DELIMITER_NAMES[self.delimiter]}
        if self.guessed:
            note = _(
                "Neither UTF-8 nor GB18030: read as Windows-1252, which is a guess (look at names with "
                "accents), columns separated by %(delimiter)s."
            )
        else:
            note = _("Read as %(encoding)s, columns separated by %(delimiter)s.")
        return [note % told]


def open_text(source: Source | Path, start: bytes) -> TextTable:
    """Find out encoding and delimiter of a file that begins so. Raises UnreadableTable for what is no text
    table.
    """
    encoding, guessed = encoding_of(source, start)
    if encoding != "utf-16" and b"\0" in start:
        raise UnreadableTable(_("The file holds zero bytes: it is no text table."))
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    if not text.strip():  # behind the mark that says how it is written
        raise UnreadableTable(_("The file is empty."))
    return TextTable(source, encoding, guessed, _delimiter(text))


def encoding_of(source: Source | Path, start: bytes) -> tuple[str, bool]:
    for bom, encoding in ENCODING_OF_BOM:
        if start.startswith(bom):
            if _decodes(source, encoding):
                return encoding, False
            raise UnreadableTable(
                _("The file begins as %(encoding)s but is damaged further on.") % {"encoding": encoding}
            )
    if _decodes(source, "utf-8"):
        return "utf-8", False
    if _looks_chinese(source) and _decodes(source, "gb18030"):
        return "gb18030", False
    return "cp1252", True


def _decodes(source: Source | Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _looks_chinese(source: Source | Path) -> bool:
    """Tell GB18030 from Western text, which often decodes as GB18030 too.

    There an accented letter and the plain letter behind it ("ía") pass for one Chinese character, so nearly
    every pair ends in a letter; in Chinese text few do.
    """
    pairs = letters = 0
    with source.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            for pair in DOUBLE_BYTE.findall(chunk):
                pairs += 1
                letters += pair[1:].isalpha()
    return pairs > 0 and letters < pairs / 2


def _delimiter(text: str) -> str:
    """Choose the delimiter under which the first records are equally wide, and widest."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(cells) for _number, cells in _records(io.StringIO(text, newline=""), delimiter)][:50]
        width, times = Counter(widths).most_common(1)[0]
        return (times * 2 > len(widths) and width > 1, width)

    return max(DELIMITERS, key=evenness)


def _records(stream: io.TextIOBase, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, start=1):
            # A first line without words is told as missing headings.
            if cells and (number == 1 or any(cell.strip() for cell in cells)):
                yield number, cells
    except csv.Error as error:
        raise UnreadableTable(
            _("Line %(line)d cannot be taken apart: %(why)s") % {"line": reader.line_num, "why": error}
        ) from error
