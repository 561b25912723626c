"""The OpenAPI document with ids and words of the small world in it, so that requests meet rows."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tests.factories import kol_type
from tests.permissions import matrix
from tests.permissions.asking import addresses, ids_for, path_of
from tests.permissions.rows import Row

PLAIN = "application/json"
OF_FILES = ("/api/v1/kols/", "/api/v1/exports/")  # whose type is a KOL type
OF_A_FIELD = "/api/v1/platform-users/"  # which names one plainly
NAMES = ("owner", "assignee", "taker", "field", "team")  # unknown ones are refused at a list
SOURCE = "contract"  # the asker's own: of another one no item is looked at
LEFT_OUT = (
    "cursor",
    "where",
    "inside",
    "group",
    "view",
    "after",
    "fields",
)  # what only an earlier answer tells


class Told(NamedTuple):
    """A row of the matrix of rights at its address; ``operation`` None: the document does not tell it."""

    row: Row
    address: str
    operation: dict[str, Any] | None
    ids: dict[str, str]


def fill(document: dict[str, Any], world) -> None:
    """Into paths and bodies what the matrix of rights asks with, and what stands in the world elsewhere."""
    words = _words(world)
    for path, operation in _operations(document):
        names = (*NAMES, "type") if path.startswith(OF_FILES) else NAMES
        _fill_queries(operation, words, names, by_slug=path == OF_A_FIELD)
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Request"):
            _fill_references(schema, words)
    _narrow(document["components"]["schemas"]["PushBodyRequest"]["properties"]["source"], [SOURCE])
    for row, _address, operation, ids in of_rows(document, world):
        if operation is None:
            continue
        _fill_parameters(operation, ids, dict(row.headers))
        _fill_body(operation, row.data(world) if callable(row.data) else row.data)


def of_rows(document: dict[str, Any], world) -> Iterator[Told]:
    """The rows of the matrix of rights, each with what the document says of it."""
    patterns = [(_as_pattern(path), path) for path in sorted(document["paths"], key=lambda one: "{" in one)]
    for row in _rows():
        address = path_of(row.url, ids_for(row.url, addresses()[row.url], world) | row.ids(world))
        found = (
            Told(row, address, document["paths"][path].get(row.method.lower()), at.groupdict())
            for pattern, path in patterns
            if (at := pattern.fullmatch(address))
        )
        yield next((one for one in found if one.operation), Told(row, address, None, {}))


def _words(world) -> dict[str, list[str]]:
    """What names something: an id of the world's file, a user, a currency, a place."""
    rows = {name: [str(getattr(row, "pk", row))] for name, row in world.file.names.items()}
    people = {name: [world.users["colleague"].username] for name in ("owner", "assignee", "taker")}
    return (
        rows
        | people
        | {
            "field": ["tea"],
            "team": [str(world.teams["east"].pk)],
            "type": [kol_type().slug],
            "survivor": [str(world.file.kol.pk)],
            "merged": [str(world.second.kol.pk)],
            "other": [str(world.second.kol.pk)],
        }
    )


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def _rows() -> list[Row]:
    return [row for rows in matrix.MATRIX.values() for row in rows if row.is_api]


def _as_pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", path)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )


def _fill_queries(
    operation: dict[str, Any], words: dict[str, list[str]], names: Sequence[str], *, by_slug: bool
) -> None:
    given = operation.get("parameters", [])
    operation["parameters"] = [
        one for one in given if one["in"] != "query" or one["name"] not in LEFT_OUT or one.get("required")
    ]
    for one in operation["parameters"]:
        if one["in"] == "query" and one["name"] in names and (by_slug or _names_rows(one["schema"])):
            _narrow(one["schema"], [*words[one["name"]], *([] if one.get("required") else [""])])


def _fill_references(schema: dict[str, Any], words: dict[str, list[str]]) -> None:
    for name, inner in schema.get("properties", {}).items():
        if inner.get("format") == "uuid" or inner.get("items", {}).get("format") == "uuid":
            _narrow(inner, words.get(name))


def _names_rows(schema: dict[str, Any]) -> bool:
    """Several names, or one id; a plain word is no name of a row."""
    return "anyOf" in schema or schema.get("type") == "array"


def _narrow(schema: dict[str, Any], words: list[str] | None) -> None:
    if schema.get("type") == "array":
        schema = schema["items"]
    kind = schema.get("type")
    if words:
        schema.clear()
        schema |= {"type": kind or "string", "enum": [*words, *([None] if isinstance(kind, list) else [])]}


def _fill_parameters(operation: dict[str, Any], ids: dict[str, str], headers: dict[str, str]) -> None:
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "path" and name in ids:
            parameter["schema"] = {"type": "string", "enum": [ids[name]]}
        if name == "If-Match" and name in headers:  # any Idempotency-Key will do
            known = [headers[name], *([] if parameter.get("required") else [""])]
            parameter["schema"] = {"type": "string", "enum": known}


def _fill_body(operation: dict[str, Any], body: dict[str, Any]) -> None:
    content = operation.get("requestBody", {}).get("content", {})
    if body and PLAIN in content:
        content[PLAIN]["example"] = body
