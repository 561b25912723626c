"""From a file of unknown make to its records: encoding, delimiter, cells."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

CHUNK = 1 << 20
SAMPLE = 1 << 16
DELIMITERS = ",\t;"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
DOUBLE_BYTE = re.compile(rb"[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[0-9][\x81-\xfe][0-9])")

ENCODING_OF_BOM = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableTable(Exception):
    """The file as a whole cannot be read; the message says why, in the user's language."""


@dataclass(frozen=True)
class TextTable:
    """A text file with records. `guessed`: nothing speaks for the encoding, it is the only one left."""

    path: Path
    encoding: str
    guessed: bool
    delimiter: str

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number as a spreadsheet shows it, cells), the heading first, without empty lines."""
        errors = "replace" if self.guessed else "strict"
        with self.path.open(encoding=self.encoding, errors=errors, newline="") as stream:
            yield from _records(stream, self.delimiter)


def open_table(path: Path) -> TextTable:
    """Find out encoding and delimiter. Raises UnreadableTable for what is no text table."""
    try:
        with path.open("rb") as stream:
            start = stream.read(SAMPLE)
    except OSError as error:
        raise UnreadableTable(_("The file cannot be opened: %(why)s") % {"why": error.strerror}) from error
    if not start.strip():
        raise UnreadableTable(_("The file is empty."))
    if start.startswith(WORKBOOKS):
        raise UnreadableTable(_("This is a workbook or an archive, not a text table: save the sheet as CSV."))
    encoding, guessed = _encoding(path, start)
    if encoding != "utf-16" and b"\0" in start:
        raise UnreadableTable(_("The file holds zero bytes: it is no text table."))
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    return TextTable(path, encoding, guessed, _delimiter(text))


def _encoding(path: Path, start: bytes) -> tuple[str, bool]:
    for bom, encoding in ENCODING_OF_BOM:
        if start.startswith(bom):
            if _decodes(path, encoding):
                return encoding, False
            raise UnreadableTable(
                _("The file begins as %(encoding)s but is damaged further on.") % {"encoding": encoding}
            )
    if _decodes(path, "utf-8"):
        return "utf-8", False
    if _looks_chinese(path) and _decodes(path, "gb18030"):
        return "gb18030", False
    return "cp1252", True


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _looks_chinese(path: Path) -> bool:
    """Tell GB18030 from Western text, which often decodes as GB18030 too.

    There an accented letter and the plain letter behind it ("ía") pass for one Chinese character, so nearly
    every pair ends in a letter; in Chinese text few do.
    """
    pairs = letters = 0
    with path.open("rb") as stream:
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
            if cells:
                yield number, cells
    except csv.Error as error:
        raise UnreadableTable(
            _("Line %(line)d cannot be taken apart: %(why)s") % {"line": reader.line_num, "why": error}
        ) from error
