"""What a filter of a list takes, as the OpenAPI document tells of it: read off its form field."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator

from kol_crm.core.api import field_shapes
from kol_crm.core.filters import Words

MONTH = {"type": "string", "pattern": r"^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$"}  # as in day_range.py
TEXT = {"type": "string"}
ID = {"type": "string", "format": "uuid"}
NAMES_ROWS = {"x-names-rows": True}  # refused where no such row is in sight: no document can list them
FIGURE = {"type": "string", "examples": ["12000", "1.2万", "10K"], "x-figure": True}  # as people write it
BLANK = {"type": "string", "const": ""}  # asks for nothing, as a parameter left out does
SHAPES: dict[str, dict[str, Any]] = {"month": MONTH, "figure": FIGURE}


def shape_of(item: django_filters.Filter) -> dict[str, Any]:
    """The JSON schema of one parameter. A filter of months, or of figures, says so in ``shape``."""
    if shape := getattr(item, "shape", None):
        return SHAPES[shape]
    if isinstance(item, Words):
        return _several(shape_of_field(item.field))
    if _asks_the_database(item):
        named = TEXT | NAMES_ROWS
        return _several(named) if issubclass(item.field_class, forms.MultipleChoiceField) else named
    return shape_of_field(item.field)


def _asks_the_database(item: django_filters.Filter) -> bool:
    """Choices made by a function are those of the moment: the document, made once, does not list them."""
    choices = item.extra.get("choices")
    return callable(choices) and not isinstance(choices, type)


def shape_of_field(field: forms.Field) -> dict[str, Any]:
    match field:
        case forms.ModelMultipleChoiceField():
            return _several(TEXT | NAMES_ROWS)
        case forms.ModelChoiceField():
            return (TEXT if field.to_field_name else ID) | NAMES_ROWS
        case forms.MultipleChoiceField():
            return _several({"type": "string", "enum": list(_values(field.choices))})
        case forms.ChoiceField():
            return {"type": "string", "enum": list(_values(field.choices))}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.DateTimeField():
            return {"type": "string", "format": "date-time"}
        case forms.UUIDField():
            return ID
        case forms.IntegerField():  # a decimal one is one too
            return _number(field)
    longest = getattr(field, "max_length", None)
    return TEXT | ({"maxLength": longest} if longest else {})


def _number(field: forms.IntegerField) -> dict[str, Any]:
    whole = not isinstance(field, forms.DecimalField) or field.decimal_places == 0
    found: dict[str, Any] = {"type": "integer" if whole else "number"}
    limits = [one.limit_value for one in field.validators if isinstance(one, MaxValueValidator)]
    if field.min_value is not None:
        found["minimum"] = field.min_value
    for limit in limits:
        found["maximum"] = min(found.get("maximum", limit), limit)
    return found


def _several(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def or_blank(schema: dict[str, Any]) -> dict[str, Any]:
    """The same parameter with no value too, or among several values one that is none."""
    if "enum" in schema:
        return {"type": "string", "enum": [*schema["enum"], ""]}
    if schema.get("type") == "array":
        return {**schema, "items": or_blank(schema["items"])}
    if schema.get("type") == "string" and not {"format", "pattern", "minLength"} & set(schema):
        return schema | {"pattern": field_shapes.TEXT}
    return {"anyOf": [schema, BLANK]}


def _values(choices: Any) -> Iterator[str]:
    """Of grouped choices too; the blank one asks for nothing, as a parameter left out does."""
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield from _values(words)
        elif value not in ("", None):
            yield str(value)
