"""What a filter of a list takes, as the OpenAPI document tells of it: read off its form field."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator

MONTHS = ["%Y-%m"]
MONTH = {"type": "string", "pattern": r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"}
TEXT = {"type": "string"}
ID = {"type": "string", "format": "uuid"}
BLANK = {"type": "string", "const": ""}  # asks for nothing, as a parameter left out does


def shape_of(item: django_filters.Filter) -> dict[str, Any]:
    """The JSON schema of one parameter. A filter of months says so in ``shape``."""
    if getattr(item, "shape", None) == "month":
        return _or_blank(MONTH)
    if _asks_the_database(item):
        return (
            {"type": "array", "items": TEXT}
            if issubclass(item.field_class, forms.MultipleChoiceField)
            else TEXT
        )
    return shape_of_field(item.field)


def _asks_the_database(item: django_filters.Filter) -> bool:
    """Choices made by a function are those of the moment: the document, made once, does not list them."""
    choices = item.extra.get("choices")
    return callable(choices) and not isinstance(choices, type)


def shape_of_field(field: forms.Field) -> dict[str, Any]:
    match field:
        case forms.ModelMultipleChoiceField():
            return {"type": "array", "items": TEXT}
        case forms.ModelChoiceField():
            return TEXT if field.to_field_name else _or_blank(ID)
        case forms.MultipleChoiceField():
            return {"type": "array", "items": {"type": "string", "enum": list(_values(field.choices))}}
        case forms.ChoiceField():
            blank = [] if field.required else [""]
            return {"type": "string", "enum": [*_values(field.choices), *blank]}
        case forms.DateField() if field.input_formats == MONTHS:
            return _or_blank(MONTH)
        case forms.DateField():
            return _or_blank({"type": "string", "format": "date"})
        case forms.DateTimeField():
            return _or_blank({"type": "string", "format": "date-time"})
        case forms.UUIDField():
            return _or_blank(ID)
        case forms.DecimalField():
            return _number(field)
    return TEXT


def _number(field: forms.DecimalField) -> dict[str, Any]:
    whole = field.decimal_places == 0
    found: dict[str, Any] = {"type": "integer" if whole else "number"}
    limits = [one.limit_value for one in field.validators if isinstance(one, MaxValueValidator)]
    if field.min_value is not None:
        found["minimum"] = field.min_value
    for limit in limits:
        found["maximum"] = min(found.get("maximum", limit), limit)
    return _or_blank(found)


def _or_blank(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, BLANK]}


def _values(choices: Any) -> Iterator[str]:
    """Of grouped choices too; the blank one asks for nothing, as a parameter left out does."""
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield from _values(words)
        elif value not in ("", None):
            yield str(value)
