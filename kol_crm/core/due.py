"""What Today is made of: every app offers its rows in this shape (DOMAIN 8.1)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from kol_crm.core import prepared
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.ids import uuid_of


@dataclass(frozen=True)
class DueRow:
    """One thing that is due for one user.

    ``key`` is stable (``kind:id``) and names it for snoozing; ``why`` is one line; ``action`` the label of
    the one button that finishes it, ``action_url`` where it posts (empty: it opens the detail);
    ``detail_url`` the part shown at the right. ``first``: before all that is not so (our overdue promises).
    ``stands_in_for``: the absent user whose row it is; ``handed``: the ``DueHandover`` that brought it here.
    """

    key: str
    kind: str
    icon: str
    kind_label: Any
    subject: Any
    why: str
    due: date
    action: Any
    detail_url: str
    action_url: str = ""
    first: bool = False
    stands_in_for: Any = None
    handed: Any = None


@dataclass(frozen=True)
class DueSource:
    """One kind of row, registered under its kind: the part of ``DueRow.key`` before the colon.

    ``rows(user, day, until, limit, without)``: what is due for the user up to ``until``, those that come
    ``first`` before the others, soonest first, then by id; ``day`` is the user's day, for the words. They are
    put into words as they are taken: of nine kinds with fifty rows each fifty are shown.
    ``waiting(user, until, without)``: the same rows of the database, to be counted. ``without`` holds the
    ids (the part of the key after the colon) of rows that stay out: the user has put them off or handed them
    over. An ``Only`` in its place asks for these rows and no others; ``narrowed`` reads both.
    ``has_firsts``: some of its rows come before sooner ones. ``is_id``: whether a text can be the id of one.
    ``personal``: meant for this user and nobody else, so that it cannot be handed over. ``in_calendar``: its
    days are dates to keep, which calendars show too.
    """

    label: Any
    rows: Callable[[Any, date, date, int, Collection[str]], Iterable[DueRow]]
    waiting: Callable[[Any, date, Collection[str]], QuerySet]
    in_calendar: bool = True
    personal: bool = False
    has_firsts: bool = False
    is_id: Callable[[str], Any] = uuid_of


class Only(frozenset[str]):
    """Ids of the rows that are asked for, and no others."""


def narrowed(rows: QuerySet, without: Collection[str]) -> QuerySet:
    """``rows``, whose ids stand in their keys, without these; of an ``Only`` just these."""
    if isinstance(without, Only):
        return rows.filter(pk__in=without)
    return rows.exclude(pk__in=without) if without else rows


def is_among(row_id: str, without: Collection[str]) -> bool:
    """As ``narrowed``, of the one row there can be."""
    return (row_id in without) is isinstance(without, Only)


sources: ExtensionPoint[DueSource] = ExtensionPoint("due")


Statement = tuple[str, tuple[Any, ...]]


def counts_statement(waiting: Iterable[tuple[str, QuerySet]], cap: int) -> Statement | None:
    """Asks how many rows there are of each kind, each counted no further than ``cap``; None: of no kind any.

    ``counted_by_kind`` asks it, again and again.
    """
    parts, params = [], []
    for name, rows in waiting:
        if kind := _written(rows.order_by().values("pk")[:cap]):
            parts.append(f"SELECT %s, COUNT(*) FROM ({kind[0]}) AS due")  # noqa: S608 - as the ORM wrote it
            params += [name, *kind[1]]
    return (" UNION ALL ".join(parts), tuple(params)) if parts else None


def counted_by_kind(statement: Statement | None) -> Counter[str]:
    """What a statement of ``counts_statement`` finds now; of several people the sum."""
    found: Counter[str] = Counter()
    for name, n in _asked(statement):
        found[name] += n
    return found


def count(waiting: Iterable[QuerySet], cap: int) -> int:
    """How many rows these are together, counted no further than ``cap``: one query, however many kinds."""
    return counted(count_statement(waiting, cap))


def count_statement(waiting: Iterable[QuerySet], cap: int) -> Statement | None:
    """What ``count`` asks, to be asked again; None where there can be no rows."""
    text = Cast("pk", CharField())  # the keys of kinds differ in type
    first, *rest = (rows.order_by().values(row_key=text) for rows in waiting)
    rows = _written((first.union(*rest, all=True) if rest else first)[:cap])
    return rows and (f"SELECT COUNT(*) FROM ({rows[0]}) AS due", rows[1])  # noqa: S608 - as the ORM wrote it


def counted(statement: Statement | None) -> int:
    """What such a statement finds now."""
    return _asked(statement)[0][0] if statement else 0


def _written(rows: QuerySet) -> Statement | None:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(params)


def _asked(statement: Statement | None) -> list[tuple]:
    return prepared.rows_of(*statement) if statement else []
