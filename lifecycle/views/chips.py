"""Chips above a list: each puts one value of a filter on or off, by its address."""

from collections.abc import Iterable
from typing import Any


def toggles(listing, name: str, choices: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    chosen = set(listing.params.getlist(name))
    return [
        {"label": label, "url": listing.url(**{name: sorted(chosen ^ {value})}), "on": value in chosen}
        for value, label in choices
    ]
