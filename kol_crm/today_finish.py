"""What it is to be finished: a column of a row that comes to hold something (DOMAIN 8.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finish:
    """Rows of ``model`` are finished where ``column`` comes to hold something (a state: one of ``states``).

    ``undo(row)`` is what a click posts to in order to take it back; empty where there is no way back.
    ``file`` leads from the row to its file; empty: it is about none, and shown to who sees the row.
    ``alone``: there may be none.
    """

    kind: str
    label: Any
    icon: str
    model: Any
    column: str
    states: frozenset[str] = frozenset()
    undo: Callable[[Any], str] | None = None
    words: Callable[[Any], str] = str
    file: str = "kol"
    alone: bool = False

    def holds(self, value: Any) -> bool:
        return value in self.states if self.states else value is not None

    def subject(self, row: Any) -> Any:
        """The file it is about, or None."""
        for name in filter(None, self.file.split("__")):
            row = getattr(row, name)
        return row if self.file else None
