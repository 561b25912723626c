"""Which rows lie behind a place of a list: comparisons that the databases answer from an index."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Func, Value


def beyond(model, column: str, place: tuple, sign: str):
    """``(column, id) > (value, id)``: a comparison of rows, which both databases answer from the index."""
    if len(place) == 1:
        return models.Q(**{f"pk__{'gt' if sign == '>' else 'lt'}": place[0]})
    fields = field_of(model, column), model._meta.pk
    here = _Row(F(column), F("pk"))
    there = _Row(
        *(
            one if hasattr(one, "resolve_expression") else Value(one, field)
            for one, field in zip(place, fields, strict=True)
        )
    )
    return Func(
        here, there, template="%(expressions)s", arg_joiner=f" {sign} ", output_field=models.BooleanField()
    )


class _Row(Func):
    template = "(%(expressions)s)"
    output_field = models.BooleanField()  # never read: only compared with another row


def field_of(model, column: str) -> models.Field:
    *steps, last = column.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    try:
        return model._meta.pk if last == "pk" else model._meta.get_field(last)
    except FieldDoesNotExist as error:
        raise LookupError(f"{model.__name__} has no column {last} to sort by") from error
