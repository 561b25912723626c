"""A piece of the file that is exported, written by the database where it can, else by Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core.models import User
from profiles.exporting import columns as known
from profiles.exporting import database, table
from profiles.exporting.asking import PACKED
from profiles.exporting.columns import TableColumn
from profiles.exporting.writing import Csv, Writer
from profiles.models import Kol


@dataclass(frozen=True)
class Piece:
    """``ids``: packed, of the files that are in it."""

    text: bytes
    ids: bytes

    @property
    def rows(self) -> int:
        return len(self.ids) // PACKED


@dataclass(frozen=True)
class Table:
    """What is written: which columns, how, as read by whom on which day."""

    columns: tuple[TableColumn, ...]
    writer: Writer
    day: date
    user: User
    in_clear: bool

    @property
    def is_made_in_database(self) -> bool:
        return isinstance(self.writer, Csv) and database.may(self.columns)

    def write(self, files: QuerySet[Kol], ids: bytes) -> Piece:
        """Those of the packed ``ids`` that are among ``files``, in the order of the ids."""
        return self._by_database(files, ids) if self.is_made_in_database else self._by_python(files, ids)

    def _by_python(self, files: QuerySet[Kol], ids: bytes) -> Piece:
        rows = table.read(
            files, unpacked(ids), self.columns, day=self.day, user=self.user, in_clear=self.in_clear
        )
        if not rows:
            return Piece(b"", b"")
        text = self.writer.piece([column.key for column in self.columns], rows)
        return Piece(text.encode("utf-8", "replace"), packed(UUID(str(row[0])) for row in rows))

    def _by_database(self, files: QuerySet[Kol], ids: bytes) -> Piece:
        if not self.in_clear:
            lines = database.lines(files, ids, self.columns, self.day)
            return Piece(_ended(lines), database.ids_of(lines))
        shown = tuple(column for column in self.columns if column not in known.CONTACTS)
        lines = database.lines(files, ids, shown, self.day)
        found = database.ids_of(lines)
        contacts = table.contact_cells(unpacked(found), self.user)
        behind = (
            self.writer.piece((), [cells]).removesuffix("\r\n").encode("utf-8", "replace")
            for cells in contacts
        )
        return Piece(_ended([line + b"," + more for line, more in zip(lines, behind, strict=True)]), found)


def _ended(lines: Sequence[bytes]) -> bytes:
    return b"".join([b"\r\n".join(lines), b"\r\n"]) if lines else b""


def packed(ids: Iterable[UUID]) -> bytes:
    return b"".join(pk.bytes for pk in ids)


def unpacked(ids: bytes) -> list[UUID]:
    return [UUID(bytes=ids[place : place + PACKED]) for place in range(0, len(ids), PACKED)]
