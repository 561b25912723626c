"""Where a field takes less than the OpenAPI document would say by itself."""

from typing import Any

from rest_framework import serializers

from kol_crm.core.api.strict import OneByOne

BY_ITSELF = "Anything else is refused by itself, at its place in the results."
ANYTHING = ["string", "number", "boolean", "array", "object"]
# PostgreSQL keeps no null character; what may not be blank is not blank once it is trimmed, as Python trims:
# the \s of JSON Schema knows other blanks.
BLANKS = r"\t-\r\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
TEXT, SOME_TEXT = r"^[^\u0000]*$", rf"^[^\u0000]*[^\u0000{BLANKS}][^\u0000]*$"


def narrow(field: serializers.Field, schema: dict[str, Any], direction: str = "request") -> None:
    """In place: what the field refuses."""
    match field:
        case serializers.CharField():
            if direction == "request" and schema.get("type") in ("string", ["string", "null"]):
                schema.setdefault("pattern", TEXT if field.allow_blank else SOME_TEXT)
        case serializers.DecimalField():
            _decimal(field, schema)
        case serializers.JSONField():
            _json(field, schema)
        case serializers.RelatedField() if field.allow_null:
            schema.pop("minLength", None)  # an empty name is none, as null
            if schema.get("pattern") == SOME_TEXT:
                schema["pattern"] = TEXT
        case OneByOne():
            schema["items"] = {"anyOf": [schema["items"], {"description": BY_ITSELF}]}
            _count(field, schema)
        case serializers.ListField() | serializers.ListSerializer() | serializers.ManyRelatedField():
            _count(field, schema)


def with_blank(schema: dict[str, Any]) -> None:
    """In place: one schema that takes a blank text too; the library has two, of which just one may fit."""
    match schema.get("oneOf"):
        case [text, {"maxLength": 0}] if text.get("pattern") == TEXT and "format" not in text:
            schema |= text
            del schema["oneOf"]
        case [_, {"maxLength": 0}] as either:
            schema["anyOf"] = either
            del schema["oneOf"]


def _decimal(field: serializers.DecimalField, schema: dict[str, Any]) -> None:
    """A decimal string has a digit at least."""
    if "pattern" not in schema:
        return
    whole = "" if field.max_whole_digits is None else field.max_whole_digits
    places = "" if field.decimal_places is None else field.decimal_places
    digits = f"[0-9]{{1,{whole}}}" if whole != 0 else "0?"
    behind = rf"(\.[0-9]{{0,{places}}})?" if places != 0 else ""
    schema["pattern"] = f"^-?{digits}{behind}$"


def _count(field: Any, schema: dict[str, Any]) -> None:
    """How many there may be."""
    if not field.allow_empty:
        schema.setdefault("minItems", 1)
    if longest := getattr(field, "max_length", None):
        schema.setdefault("maxItems", longest)


def _json(field: serializers.JSONField, schema: dict[str, Any]) -> None:
    """Any JSON at all, null where it is allowed: one schema, not two that both say null."""
    schema.pop("oneOf", None)
    if not field.allow_null and "type" not in schema:
        schema["type"] = ANYTHING
