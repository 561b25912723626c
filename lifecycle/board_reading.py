"""The first cards of all columns in one statement, whose text is kept: nothing narrows most boards.

To put four queries together costs Django several times what asking them does (PERFORMANCE).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from kol_crm.core.memory import once
from lifecycle.board_cards import VALUES
from profiles.models import Kol

MOST_KEPT = 2000
OWN = tuple(name for name in VALUES if "__" not in name)
# Names that a file points at are joined once behind all columns: each join costs more to plan than to run.
JOINED = (
    "SELECT {shown}, u.username, u.display_name, f.name_en, f.name_zh "
    "FROM ({files}) k ({own}, owner_id, field_id) "
    "LEFT JOIN core_user u ON u.id = k.owner_id LEFT JOIN profiles_field f ON f.id = k.field_id"
)
READ = (*OWN, "owner__username", "owner__display_name", "main_field__name_en", "main_field__name_zh")
_kept: dict[tuple, tuple[str, list[Any]]] = {}


def first_rows(user, stages: Sequence[str], most: int) -> dict[str, list[dict[str, Any]]] | None:
    """Per stage the most urgent files that the reader sees, as plain values.

    None where the text would not hold: on SQLite, and for who stands in for others, which changes by day.
    """
    if connection.vendor != "postgresql" or user.sees_beyond:
        return None
    key = (*user.sight, tuple(stages), most)
    sql, params = once(_kept, key, lambda: _written(user, stages, most), MOST_KEPT)
    found: dict[str, list[dict[str, Any]]] = {stage: [] for stage in stages}
    if not sql:
        return found
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for values in cursor.fetchall():
            row = dict(zip(READ, values, strict=True))
            found[row["stage"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["review_due"] or date.max, row["id"]))
    return found


def _written(user, stages: Sequence[str], most: int) -> tuple[str, list[Any]]:
    """Unknown days come last, as PostgreSQL sorts and as the index of the board has them."""
    parts, params = [], []
    for stage in stages:
        files = Kol.objects.visible_to(user).filter(stage=stage).order_by("review_due", "pk")
        asked = files.values_list(*OWN, "owner_id", "main_field_id")[:most]
        try:
            sql, some = asked.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:  # who sees no files at all
            continue
        parts.append(f"({sql})")
        params += some
    files = " UNION ALL ".join(parts)
    shown, own = ", ".join(f"k.{name}" for name in OWN), ", ".join(OWN)
    return files and JOINED.format(shown=shown, own=own, files=files), params
