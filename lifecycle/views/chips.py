"""Chips above a list: each puts one value of a filter on or off, by its address."""

from collections.abc import Iterable
from typing import Any


def single(listing, name: str, choices: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Of a filter that takes one value: another replaces it, pressed again it is taken away."""
    chosen = listing.params.get(name, "")
    return [
        {
            "label": label,
            "url": listing.url(**{name: None if value == chosen else value}),
            "on": value == chosen,
        }
        for value, label in choices
    ]


def toggles(listing, name: str, choices: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Of a filter that takes several: each is added or taken away."""
    chosen = set(listing.params.getlist(name))
    return [
        {"label": label, "url": listing.url(**{name: sorted(chosen ^ {value})}), "on": value in chosen}
        for value, label in choices
    ]
