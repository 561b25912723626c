"""Attributes that admins added, as columns of a table may bring them (DOMAIN 1.3)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.importing import cells
from profiles.rules import attribute as rules


@dataclass(frozen=True)
class Asked:
    """One attribute. ``field``: what tables and the history call it; ``names``: in both languages."""

    field: str
    label: str
    kind: str
    names: tuple[str, ...] = ()
    choices: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def read(self, cell: str) -> str | None:
        """The value as text that the verb takes, one text for one value; None for nothing.

        Raises ``Unreadable`` for what is not of its kind. A choice that is no longer given is read.
        """
        text = cells.tidy(cell)
        says_no = self.kind == rules.YES_NO and fold(text) in rules.NO
        if text.casefold() in cells.EMPTY and not says_no:
            return None
        try:
            return rules.as_text(rules.parse(self.kind, self._plain(text), self.choices)) or None
        except ValidationError as error:
            raise cells.Unreadable(error.messages[0]) from error

    def _plain(self, text: str) -> Any:
        """Days and figures are read as in other columns: ``5 May 2022``, ``1.2万``, ``1,5``."""
        read = _READERS.get(self.kind)
        try:
            return read(text) if read else text
        except cells.Unreadable:
            return text  # the kind itself says what is wrong with it

    def refusal(self, value: str) -> str:
        """Why a file that does not hold this value yet cannot take it; empty where it can."""
        gone = {one["key"] for one in self.choices if one.get("retired")}
        return _("This choice is no longer given.") if self.kind == rules.CHOICE and value in gone else ""


_READERS: Mapping[str, Callable[[str], Any]] = {rules.DATE: cells.parse_day, rules.NUMBER: cells.parse_figure}


def named(asked: Iterable[Asked]) -> dict[str, str]:
    """The field of each attribute by the headings that mean it: its field, its names."""
    return {
        fold(word): one.field for one in asked for word in (*reversed(one.names), one.field) if fold(word)
    }
