"""An import a chunk at a time: which rows are taken in together, and what is in already."""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from profiles.importing.gathering import AccountRows, Gatherer
from profiles.importing.rows import ReadRow
from profiles.importing.table import ReadTable
from profiles.services.matching import Case

CHUNK = 1000  # rows
FIGURES_OF_A_ROW = 10  # a row with more of them weighs as several


class Book:
    """What became of each row. This one forgets; ``services/import_run.py`` has one that keeps it."""

    def done(self, row: ReadRow) -> bool:  # noqa: ARG002 - the one that keeps it knows
        return False

    def made(self, ids: Collection[UUID]) -> set[UUID]:  # noqa: ARG002
        """Of these files those that this import made."""
        return set()

    def write(self, rejected: Sequence[ReadRow], cases: Sequence[Case]) -> None:
        """Called in the transaction of the chunk."""


def of(table: ReadTable, book: Book) -> Iterator[tuple[list[ReadRow], list[AccountRows]]]:
    """Rejected rows, and accounts with all their rows, about CHUNK rows (or their figures) at a time."""
    gatherer = Gatherer(table.identities)
    rejected: list[ReadRow] = []
    chunk: list[AccountRows] = []
    weight = 0
    for row in table.rows:
        if row.rejected is not None:
            rejected += [] if book.done(row) else [row]
            weight += 1
        else:
            account = gatherer.add(row)
            if account is None or book.done(account.rows[0]):
                continue
            chunk.append(account)
            weight += sum(1 + len(row.figures) // FIGURES_OF_A_ROW for row in account.rows)
        if weight >= CHUNK:
            yield rejected, chunk
            rejected, chunk, weight = [], [], 0
    if rejected or chunk:
        yield rejected, chunk


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """A chunk makes a hundred thousand things that all stay for a moment, and no cycles among them.

    To look through them, and all that the process holds, again and again took a fifth of the time.
    """
    working = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if working:
            gc.enable()
