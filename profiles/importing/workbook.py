"""Workbooks (.xlsx): guarded before they are parsed, and parsed in a child with limits (RELIABILITY, notes).

An archive tells how big its entries will be. What tells too much is refused unread; the rest is unpacked by
Python's reader, which stops at the size told, and packed again, so that the parser sees nothing else. The
parser makes a dense sheet of a sparse one (two cells far apart are gigabytes): hence the child.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kol_crm.core.said import said as _
from profiles.importing.reading import Source, UnreadableTable

MOST_ENTRIES = 1000
MOST_BYTES = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL = 1024 * 1024  # an entry that stays below this may be packed however tightly
SECONDS = 30
CHILD = Path(__file__).with_name("workbook_child.py")


@dataclass(frozen=True)
class Workbook:
    """One sheet as text: each line a JSON list of cells."""

    lines: bytes
    sheet: str
    others: tuple[str, ...]
    kind: str = "xlsx"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        for number, line in enumerate(io.BytesIO(self.lines), start=1):
            cells = json.loads(line)
            if any(cells):
                yield number, cells

    @property
    def notes(self) -> list[str]:
        if not self.others:
            return [_("Read from the sheet “%(sheet)s”.") % {"sheet": self.sheet}]
        told = {"sheet": self.sheet, "others": ", ".join(self.others)}
        return [_("Read from the sheet “%(sheet)s”; not read: %(others)s.") % told]


def open_workbook(source: Source | Path) -> Workbook:
    """The first sheet with rows. Raises UnreadableTable for what is too big, damaged or no workbook."""
    with source.open("rb") as stream:
        packed = repacked(stream)
    try:
        done = subprocess.run(  # noqa: S603 - our own file
            [sys.executable, "-I", str(CHILD)],
            input=packed,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableTable(_("The workbook takes too long to read: save the sheet as CSV.")) from error
    head, _newline, lines = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise UnreadableTable(_("The workbook is damaged, or too big to be taken apart."))
    sheet, *others = json.loads(head)
    return Workbook(lines, sheet, tuple(others))


def repacked(stream) -> bytes:
    """The archive without compression, each entry no longer than it said. Raises UnreadableTable."""
    try:
        with zipfile.ZipFile(stream) as archive:
            demand_modest(archive.infolist())
            if "xl/workbook.xml" not in archive.namelist():
                raise UnreadableTable(_("This is an archive but no workbook: unpack it first."))
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as plain:
                for entry in archive.infolist():
                    if _needed(entry.filename):
                        plain.writestr(entry.filename, archive.read(entry))
            return target.getvalue()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise UnreadableTable(_("The workbook or archive is damaged or locked.")) from error


def demand_modest(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that explodes or writes where it should not, before anything of it is unpacked."""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES:
        raise UnreadableTable(
            _("Unpacked, this archive has %(entries)d parts and %(size)d MB: that is too much.")
            % {"entries": len(entries), "size": total // 1024**2}
        )
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise UnreadableTable(_("This archive is packed so tightly that it would explode: refused."))
        if entry.filename.startswith(("/", "\\")) or ".." in Path(entry.filename).parts:
            raise UnreadableTable(_("This archive names places outside of itself: refused."))


def _needed(name: str) -> bool:
    """Pictures and the like are not unpacked."""
    return name.endswith((".xml", ".rels")) and not name.startswith(("xl/drawings", "xl/charts"))
