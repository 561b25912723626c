"""The door of the readers: which kind of file is it? Told by its first bytes, never by its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from profiles.importing.documents import open_json
from profiles.importing.reading import SAMPLE, Source, Table, UnreadableTable, open_text
from profiles.importing.vcard import open_vcards
from profiles.importing.workbook import open_workbook

BOM = b"\xef\xbb\xbf"
ARCHIVE, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_table(source: Source | Path) -> Table:
    """A text table, workbook, JSON document or address book. Raises UnreadableTable for anything else."""
    try:
        with source.open("rb") as stream:
            start = stream.read(SAMPLE)
    except OSError as error:
        raise UnreadableTable(_("The file cannot be opened: %(why)s") % {"why": error.strerror}) from error
    if not start.strip():
        raise UnreadableTable(_("The file is empty."))
    if start.startswith(ARCHIVE):
        return open_workbook(source)
    if start.startswith(OLD_WORKBOOK):
        raise UnreadableTable(_("This is a workbook of an old kind: save it as .xlsx or as CSV."))
    text = _plain(start)
    if text.startswith(b"BEGIN:VCARD"):
        return open_vcards(source, start)
    if text.startswith((b"{", b"[")):
        return open_json(source, start)
    return open_text(source, start)


def _plain(start: bytes) -> bytes:
    """The first signs as ASCII, whatever the width of a character."""
    return start.removeprefix(BOM).lstrip(b"\xff\xfe").replace(b"\0", b"").lstrip()[:20].upper()
