"""Names that the charts tell, as one text a kind, so that whoever drew a chart knows when it changed."""

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from kol_crm.core.models import User
from profiles.models import Field

OWNERS, FIELDS = "owner names", "field names"


class Owner(NamedTuple):
    key: int
    username: str
    display_name: str


class FieldNames(NamedTuple):
    key: str
    slug: str
    name_en: str
    name_zh: str


def told(owners: Collection[str], fields: Collection[str]) -> dict[str, str]:
    """The texts of these users and fields (keys as the counters write them): one statement, none without."""
    parts = [
        _part(OWNERS, User._meta.db_table, ("id", "username", "display_name"), owners, "bigint"),
        _part(FIELDS, Field._meta.db_table, ("id", "slug", "name_en", "name_zh"), fields, "uuid"),
    ]
    parts = [(sql, keys) for sql, keys in parts if keys]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _keys in parts), [one for _sql, keys in parts for one in keys]
        )
        return {kind: text for kind, text in cursor.fetchall() if text}


def _part(
    kind: str, table: str, columns: Iterable[str], keys: Collection[str], of: str
) -> tuple[str, list[str]]:
    shown = ", ".join(columns)
    if connection.vendor == "postgresql":
        row, among = f"json_agg(json_build_array({shown}))::text", f"= ANY(%s::{of}[])"
        params = [f"{{{','.join(keys)}}}"] if keys else []
    else:
        row = f"json_group_array(json_array({shown}))"
        among, params = f"IN ({', '.join(['%s'] * len(keys))})", list(keys)
    return f"SELECT '{kind}', {row} FROM {table} WHERE id {among}", params  # noqa: S608 - names of ours


def owners_in(text: str) -> list[Owner]:
    return [Owner(*row) for row in json.loads(text or "[]")]


def fields_in(text: str) -> dict[str, FieldNames]:
    """By the digits of their ids."""
    rows = (FieldNames(key.replace("-", ""), *names) for key, *names in json.loads(text or "[]"))
    return {row.key: row for row in rows}
