"""Words that are kept and read later, maybe in another language: the message, and what it tells.

``said`` stands for ``gettext`` where a message is made (imported as ``_``, so that it is gathered), ``kept``
is what to store of it as JSON, and ``worded`` puts that into the language of whoever reads it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, override

Kept = str | list[Any]


class Said(str):
    """A message in the language of now that knows which one it is, and stays so when an error carries it."""

    __slots__ = ("message", "told")
    message: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return self

    def __mod__(self, told: Any) -> "Said":
        words = _made(super().__mod__(told), self.message)
        if isinstance(told, Mapping):
            words.told = {name: _plain(value) for name, value in told.items()}
        return words


def _made(words: str, message: str) -> Said:
    made = Said(words)
    made.message, made.told = message, {}
    return made


def said(message: str) -> Said:
    """The message in the language of now. Tell it something with ``%`` and a mapping."""
    return _made(gettext(message), message)


def said_of(lazy: Any) -> Said:
    """What ``gettext_lazy`` marked, as a message that knows which one it is."""
    with override(None):  # no language: the message itself
        message = str(lazy)
    return said(message)


def kept(words: str) -> Kept:
    """What to store: of words that were not said so, the words themselves."""
    return [words.message, words.told] if isinstance(words, Said) else words


def worded(words: Kept) -> str:
    """What was stored, for whoever reads it now. What was stored as plain words is read as it is."""
    if isinstance(words, str):
        return words
    message, told = words
    told = {name: worded(value) if isinstance(value, list) else value for name, value in told.items()}
    return gettext(message) % told if told else gettext(message)


def _plain(value: Any) -> Any:
    return kept(value) if isinstance(value, Said) else value if isinstance(value, int) else str(value)
