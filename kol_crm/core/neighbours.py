"""What stands before and after a row in a list, wherever in it that is (UI, screen 3)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from kol_crm.core import display, paging, rare
from kol_crm.core.list_address import without_blanks
from kol_crm.core.lists import ListSpec
from kol_crm.core.paging import Order


def neighbours(spec: ListSpec, query: str, user, now: datetime, row: models.Model) -> tuple[Any, Any]:
    """The keys of the rows before and after ``row`` in the list at this address; None where there is none.

    A saved view counts with its filters and order, a group that is open with its rows alone. Read by keyset
    from the row's own place, so that it costs the same anywhere in a million rows: a query for each side (a
    second one at the border of known and unknown values), and one that finds rare rows first.
    """
    found = _asked(spec, query, user, now)
    return paging.beside(*found, row) if found else (None, None)


def edge(spec: ListSpec, query: str, user, now: datetime, *, last: bool) -> Any:
    """The key of the first or the last row of the list at this address; None where it is empty."""
    found = _asked(spec, query, user, now)
    return paging.edge(*found, last=last) if found else None


def _asked(spec: ListSpec, query: str, user, now: datetime) -> tuple[models.QuerySet, Order] | None:
    """The rows at this address and their order; None where it is not understood."""
    params = asked = without_blanks(QueryDict(query))
    shown = None
    if spec.choice is not None:
        shown = display.read(params, spec.name, spec.choice, spec.groups, user)
        params, asked = shown.params, shown.filters
    filterset = spec.filterset(asked, spec.rows(user), user=user, now=now)
    if filterset.problems or (shown and shown.problems):
        return None
    matching = filterset.qs
    try:
        order = Order.read(spec.sorts, params.get("sort") or spec.default_sort)
        if shown and shown.inside is not None:
            matching = matching.filter(spec.inside(shown.group, shown.inside))
    except (ValidationError, ValueError):
        return None
    return (rare.first(matching, spec.cap)[0] if filterset.active else matching), order
