"""JSON: the longest list of objects in a document becomes a table, nested names joined with dots."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kol_crm.core.said import said as _
from profiles.importing.cells import quoted
from profiles.importing.reading import Source, UnreadableTable, encoding_of

DEEPEST = 6
MOST_COLUMNS = 300
NAMES, VALUES = ("name", "type", "label", "kind"), ("url", "value", "link", "href")


@dataclass(frozen=True)
class Document:
    """``items`` are flat; ``where`` is the place of their list, as ``data.podcasts``."""

    headings: list[str]
    items: list[dict[str, str]]
    where: str
    kind: str = "json"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Items are numbered from 1; the headings are number 0."""
        yield 0, self.headings
        for number, item in enumerate(self.items, start=1):
            yield number, [item.get(heading, "") for heading in self.headings]

    @property
    def notes(self) -> list[str]:
        told = {"where": self.where or "[]", "count": len(self.items)}
        return [_("Read from the list %(where)s of the document: %(count)d entries.") % told]


def open_json(source: Source | Path, start: bytes) -> Document:
    """Raises UnreadableTable for what is damaged, too deep or without a list of objects."""
    encoding, _guessed = encoding_of(source, start)
    with source.open("rb") as stream:
        try:
            content = json.loads(stream.read().decode(encoding))
        except (ValueError, RecursionError) as error:
            raise UnreadableTable(_("The JSON document is damaged: %(why)s") % {"why": error}) from error
    where, found = max(_lists(content, ""), key=lambda place: len(place[1]), default=("", []))
    if not found:
        raise UnreadableTable(_("The JSON document holds no list of objects."))
    items = [dict(_flat(item, "", 0)) for item in found]
    headings = list(dict.fromkeys(name for item in items for name in item))
    return Document(headings[:MOST_COLUMNS], items, where)


def _lists(value: Any, where: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of objects with its place, the outer ones first."""
    if isinstance(value, list):
        objects = [item for item in value if isinstance(item, dict)]
        if objects:
            yield where, objects
    elif isinstance(value, dict) and depth < DEEPEST:
        for name, inner in value.items():
            yield from _lists(inner, f"{where}.{name}".lstrip("."), depth + 1)


def _flat(value: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < DEEPEST:
        for inner, content in value.items():
            yield from _flat(content, f"{name}.{inner}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        yield from _flat_list(value, name, depth)
    elif value is not None:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _flat_list(entries: list[Any], name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Words are joined; ``[{"name": "web", "url": …}]`` is ``….web``; other objects are numbered."""
    words = [str(entry) for entry in entries if not isinstance(entry, dict | list)]
    if words:
        yield name, "; ".join(map(quoted, words))
    for place, entry in enumerate(entry for entry in entries if isinstance(entry, dict)):
        label = next((entry[key] for key in NAMES if isinstance(entry.get(key), str)), None)
        content = next((entry[key] for key in VALUES if isinstance(entry.get(key), str)), None)
        if label is not None and content is not None:
            yield f"{name}.{label}", content
        else:
            yield from _flat(entry, f"{name} {place + 1}", depth + 1)
