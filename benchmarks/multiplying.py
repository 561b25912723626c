"""More files out of those that are there, made inside the database: the same people again under new ids.

Ten thousand a second instead of one: what costs is reading names, and those of the copies are read already.
Ids and days of making move by weeks, so that copies do not stand side by side; handles get a mark of the
copy. Contacts are not copied: each is sealed for its file.
"""

from collections.abc import Callable, Sequence

from django.db import connection, models

from profiles.models import Account, Kol

COPIED_ID = "encode(set_byte(uuid_send({0}), 1, get_byte(uuid_send({0}), 1) # {1}), 'hex')::uuid"
# What of a copy must not be as in the original, by column.
CHANGED: dict[tuple[type[models.Model], str], Callable[[int], str]] = {
    (Kol, "handle"): lambda copy: f"handle || 'x{copy}'",
    (Kol, "search"): lambda copy: f"replace(search, handle, handle || 'x{copy}')",
    (Kol, "created_at"): lambda copy: f"created_at - interval '{7 * copy} days'",
    (Account, "handle"): lambda copy: f"handle || 'x{copy}'",
    (Account, "handle_folded"): lambda copy: f"handle_folded || 'x{copy}'",
    (Account, "external_id"): lambda copy: f"external_id || 'x{copy}'",
}


def multiply(tables: Sequence[type[models.Model]], copies: int, say: Callable[[str], None]) -> None:
    """Add ``copies`` of all rows of these tables, of which some point at one another."""
    with connection.cursor() as cursor:
        for model in tables:
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"CREATE TEMPORARY TABLE originals AS SELECT * FROM {name}")
            fields = model._meta.concrete_fields
            columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
            for copy in range(1, copies + 1):
                values = ", ".join(_value(model, field, copy, tables) for field in fields)
                cursor.execute(f"INSERT INTO {name} ({columns}) SELECT {values} FROM originals")
            cursor.execute("DROP TABLE originals")
            say(f"{model.__name__} copied")


def _value(
    model: type[models.Model], field: models.Field, copy: int, tables: Sequence[type[models.Model]]
) -> str:
    column = connection.ops.quote_name(str(field.column))
    if change := CHANGED.get((model, field.name)):
        return change(copy)
    if field.primary_key or field.related_model in tables:
        return COPIED_ID.format(column, copy)
    return column
