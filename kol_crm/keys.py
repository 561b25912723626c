"""The keys: one table for the dialog under ``?``, the palette's hints and ``keyboard.js`` (UI, feel)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Key:
    """``caps`` as printed; ``page`` is the url name of the page that ``G`` and the letter open."""

    caps: tuple[str, ...]
    label: Any
    page: str = ""

    @property
    def letter(self) -> str:
        """The second key of a pair, as the keyboard sends it."""
        return self.caps[-1].lower()


KEYS = (
    Key(("Ctrl/⌘", "K"), _("Find anything")),
    Key(("/",), _("Search")),
    Key(("J", "K"), _("Next and previous row, or file")),
    Key(("X",), _("Select the row")),
    Key(("Space",), _("Look at the row’s file")),
    Key(("B",), _("Edit the selected rows")),
    Key(("Enter",), _("Open")),
    Key(("E",), _("Edit")),
    Key(("T",), _("Log a touch")),
    Key(("M",), _("Move to another stage")),
    Key(("1", "4"), _("Today: kinds of rows")),
    Key(("D",), _("Today: done, or open what it takes")),
    Key(("S",), _("Today: snooze")),
    Key(("H",), _("Today: hand over")),
    Key(("N",), _("Today: new task")),
    Key(("U",), _("Undo")),
    Key(("Z",), _("Undo")),
    Key(("Esc",), _("Close, restore")),
    Key(("G", "T"), _("Go to Today"), "today"),
    Key(("G", "K"), _("Go to KOLs"), "profiles:kol-list"),
    Key(("G", "B"), _("Go to the board"), "lifecycle:board"),
    Key(("G", "D"), _("Go to the dashboard"), "dashboard"),
    Key(("H", "L"), _("Board: column")),
    Key(("?",), _("These keys")),
)
OF_PAGES = {key.page: " ".join(key.caps) for key in KEYS if key.page}
