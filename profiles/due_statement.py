"""The one statement that asks all kinds for the open days of files; written once, asked with every verb.

To have the ORM write fifteen queries took twenty times as long as the database took to answer them, and to
plan the one statement takes ten times as long as to find the days of one file: of few files the plan is kept.
"""

import json
from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

from kol_crm.core import installation, policy, prepared
from kol_crm.core.kept import array
from kol_crm.core.memory import once
from profiles.models import Kol

Kinds = tuple[tuple[str, Callable[[QuerySet], QuerySet]], ...]
FEW = 50  # files of which a plan made once for any number is as good as one made for them
IDS = object()  # stands among the parameters where the ids belong
_kept: dict[tuple, tuple[str, tuple[Any, ...]]] = {}  # the newest alone


def asked(kinds: Kinds, kol_ids: Collection[UUID]) -> Iterator[tuple[UUID, date, int]]:
    """Per active file and kind that has an open day: the earliest, and the place of the kind in ``kinds``."""
    key = (kinds, policy.current().pk, installation.zone())
    statement, params = once(_kept, key, lambda: _written(kinds), most=1)
    is_text, few = connection.vendor == "sqlite", 0 < len(kol_ids) <= FEW
    ids = _ids(kol_ids, few=few)
    values = [ids if param is IDS else param for param in params]
    for kind, kol_id, day in _rows(statement, values, few=few):
        yield (UUID(kol_id), date.fromisoformat(day), kind) if is_text else (kol_id, day, kind)


def _ids(kol_ids: Collection[UUID], *, few: bool) -> Any:
    """As one text where they are many: each kind compares with them, so they stand there thirty times."""
    if connection.vendor == "sqlite":
        return json.dumps([pk.hex for pk in kol_ids])
    return list(kol_ids) if few else array(kol_ids)


def _rows(statement: str, values: list[Any], *, few: bool) -> list[tuple]:
    if few:
        return prepared.rows_of(statement, values)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _listed() -> Any:
    """Files among the ids. For an array PostgreSQL looks each up; a set of unknown size it would join."""
    if connection.vendor == "postgresql":
        ids = RawSQL("%s::uuid[]", (IDS,))
        return Func(
            F("pk"), ids, template="%(expressions)s", arg_joiner=" = ANY ", output_field=BooleanField()
        )
    return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", (IDS,)))


def _written(kinds: Kinds) -> tuple[str, tuple[Any, ...]]:
    files = Kol.objects.active().filter(_listed())
    parts: list[str] = []
    params: list[Any] = []
    for place, (_kind, source) in enumerate(kinds):
        try:
            sql, of_source = source(files).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place}, days.* FROM ({sql}) AS days")  # noqa: S608 - as the ORM wrote it
        params += of_source
    every = " UNION ALL ".join(parts)
    statement = (
        f"WITH due (kind, kol, day) AS ({every}) "  # noqa: S608
        "SELECT kind, kol, MIN(day) FROM due WHERE day IS NOT NULL GROUP BY kind, kol"
    )
    return statement, tuple(params)
