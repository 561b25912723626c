"""How a subject of files offers its rows for Today: one source by what they are and when they are due."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from kol_crm.core.due import DueRow, DueSource, narrowed

LONGEST_WHY = 90


def of_files(
    kind: str,
    label: Any,
    icon: str,
    *,
    rows: Callable[[Any], QuerySet],
    column: str,
    why: Callable[[Any, date], str],
    action: Any,
    page: Callable[[Any], str],
    kind_label: Any = "",
    joins: Collection[str] = (),
    act: Callable[[Any], str] = lambda _row: "",
) -> DueSource:
    """``rows(user)`` with a ``kol`` each, due on the day in ``column``; ``why(row, day)`` says why they are.

    A row of no file is its own subject. ``kind_label``: what one of them is called, ``label`` where nothing
    is given. ``joins``: what ``why`` reads beside the file. ``act(row)``: where the button
    finishes it at once.
    """

    def waiting(user, until: date, without: Collection[str] = ()) -> QuerySet:
        found = rows(user).filter(**{f"{column}__lte": until})
        return narrowed(found, without)

    def due(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
        found = waiting(user, until, without).select_related("kol", *joins).order_by(column, "id")[:limit]
        return [
            DueRow(
                key=f"{kind}:{row.pk}",
                kind=kind,
                icon=icon,
                kind_label=str(kind_label or label),
                subject=row.kol or row,
                why=Truncator(why(row, day)).chars(LONGEST_WHY),
                due=getattr(row, column),
                action=str(action),
                detail_url=page(row),
                action_url=act(row),
            )
            for row in found
        ]

    return DueSource(label=label, rows=due, waiting=waiting)


def page_of(name: str) -> Callable[[Any], str]:
    """The page ``name`` of the row."""
    return lambda row: reverse(name, args=[row.pk])
