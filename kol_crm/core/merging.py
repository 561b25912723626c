"""Saving on a version that may be stale: what others left alone is saved, what both changed is asked.

The one way for every form over an aggregate (RELIABILITY 3). The write itself stays the verb's conditional
update: on a ``Conflict`` what was typed is put on top of what stands now, field by field, and tried again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from kol_crm.core import history
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, VersionedRow

ATTEMPTS = 5


class Editor(Protocol):
    """What was sent, on the version it was typed on."""

    @property
    def base_version(self) -> int: ...

    @property
    def needs_choice(self) -> bool:
        """Whether only a person can say what is to be saved now."""

    def is_valid(self) -> bool: ...

    def on(self, current: Any) -> Self:
        """The same, on top of the row as it stands now; only fields that both changed are left to choose."""


E = TypeVar("E", bound=Editor)


@dataclass(frozen=True)
class Saved(Generic[E]):
    """What was written, and what others had changed meanwhile, newest first."""

    row: Any
    editor: E
    others: list[Change]

    @property
    def written(self) -> bool:
        """Whether there was anything to save."""
        return self.row.version != self.editor.base_version


class Unmerged(Exception):
    """Nothing was written: ``editor`` holds both values of what both changed, and all that was typed."""

    def __init__(self, editor: Any, current: VersionedRow, others: list[Change]):
        super().__init__(f"version {current.version}")
        self.editor = editor
        self.current = current
        self.others = others


def save(editor: E, act: Callable[[E], Any]) -> Saved[E]:
    """Let ``act`` save what the editor holds on ``editor.base_version``, merged when that is stale.

    Raises ``Unmerged`` where both sides changed the same, and whatever ``act`` raises but ``Conflict``.
    """
    first = editor.base_version
    others: list[Change] = []
    for _attempt in range(ATTEMPTS):
        try:
            return Saved(act(editor), editor, others)
        except Conflict as conflict:
            current = conflict.current
        others = history.changes_since(current, first)
        editor = editor.on(current)
        if editor.needs_choice or not editor.is_valid():
            break
    raise Unmerged(editor, current, others)
