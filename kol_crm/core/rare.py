"""Rare rows are found first and then sorted; what is common is met by walking the list (PERFORMANCE).

The planner takes the walk for rare rows too, which at a million files is a second for a term that nobody has.
"""

from typing import Any

from django.db import models
from django.db.models.functions import Cast

from kol_crm.core.beyond import field_of
from kol_crm.core.paging import Count, Cursor, Order, Page, walk


def first(
    matching: models.QuerySet, cap: int, column: str = "pk"
) -> tuple[models.QuerySet, Count, list[tuple[Any, Any]] | None]:
    """Up to ``cap`` are asked for without an order, which also counts them; of rare ones (key, ``column``).

    The keys are read as text: of common rows a thousand are thrown away again.
    """
    keys = matching.order_by().values_list(Cast("pk", models.TextField()), column)
    few = list(keys[: cap + 1])
    if len(few) > cap:
        return matching, Count(cap, more=True), None
    key = matching.model._meta.pk
    pairs = [(key.to_python(pk), value) for pk, value in few]
    return matching.filter(pk__in=[pk for pk, _value in pairs]), Count(len(few)), pairs


def sorts_alike(model: type[models.Model], order: Order) -> bool:
    """Whether the column stands in the same order in Python: texts follow the rules of their database."""
    return not isinstance(field_of(model, order.sort.column), models.CharField | models.TextField)


def page(
    queryset: models.QuerySet, keys: list[tuple], order: Order, cursor: Cursor | None, size: int
) -> Page:
    """``paging.page`` of rows all known by (key, value sorted by): nothing is asked. See ``sorts_alike``."""
    name, column = queryset.model._meta.pk.name, order.sort.column
    known = sorted((pair for pair in keys if pair[1] is not None), key=lambda pair: pair[::-1])
    unknown = sorted((pair for pair in keys if pair[1] is None), key=lambda pair: pair[0])
    turn = slice(None, None, -1 if order.descending else None)
    everything = known[turn] + unknown[turn]

    def read(cursor: Cursor | None) -> list:
        pairs = everything
        if cursor is not None:
            place = cursor.pk, cursor.value
            if cursor.backward:
                pairs = [one for one in pairs if _is_before(one, place, descending=order.descending)][::-1]
            else:
                pairs = [one for one in pairs if _is_before(place, one, descending=order.descending)]
        return [{name: pk, column: value} for pk, value in pairs[: size + 1]]

    return walk(queryset, order, cursor, size, read)


def _is_before(first: tuple, second: tuple, *, descending: bool) -> bool:
    """Whether the one (key, value) is met before the other where the list is read from its beginning."""
    if (first[1] is None) != (second[1] is None):
        return second[1] is None
    here, there = (one[:1] if one[1] is None else one[::-1] for one in (first, second))
    return there < here if descending else here < there
