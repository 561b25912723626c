"""New rows of one model by the thousand: what ``Model()`` makes, without asking each field about each row.

For set forms of verbs, whose values come from code: nothing is validated, and unknown names are no errors
but attributes. No signals are sent. A test compares what comes out with ``Model()``, for every model.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)


def make(model: type[M], /, **values: Any) -> M:
    """A row not yet saved; ``values`` as ``model`` takes them, by field or column."""
    row = model.__new__(model)
    held = vars(row)
    held["_state"] = state = ModelState()
    plain, called, links = _shape(model)
    held.update(plain)
    held.update(values)
    for name, default in called:
        if name not in values:
            held[name] = default()
    for name, column, key in links:  # fewer than values
        if name in values:
            value = held.pop(name)
            if value is not None:
                held[column] = getattr(value, key)
                state.fields_cache[name] = value
    return row


@cache
def _shape(
    model: type[models.Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], list[tuple[str, str, str]]]:
    """Columns with the same default for all, those made afresh, and links: (name, column, column there)."""
    plain, called, links = {}, [], []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            called.append((field.attname, field.default))
        else:
            plain[field.attname] = field.get_default()
        if isinstance(field, models.ForeignKey):
            links.append((field.name, field.attname, field.target_field.attname))
    return plain, called, links
