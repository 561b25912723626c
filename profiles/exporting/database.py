"""A piece of the table as CSV that PostgreSQL writes: a file costs Python the copy of a line (PERFORMANCE).

Each column says what it is in ``exporting/kinds.py``, for here and for Python; what hangs on the files is
joined once a piece. Which files may be seen is asked as everywhere.
"""

from collections.abc import Callable, Sequence
from datetime import date

from django.db import connection, models
from django.db.models import QuerySet

from kol_crm.core import copying
from kol_crm.core.defusing import defused_in_sql
from profiles.exporting.columns import TableColumn
from profiles.importing.cells import SEPARATORS
from profiles.models import Account, ContactPoint, Field, Kol, KolField, KolTag, Platform, Tag
from profiles.models.words import Channel
from profiles.views.cells import Reading

DASHED = 36  # characters of an id, with which each line begins
STATEMENT = """
WITH wanted AS MATERIALIZED (
    SELECT id, place FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (id, place)
)
SELECT {cells}
FROM wanted JOIN ({files}) AS files ({names}) ON files.id = wanted.id {joins}
ORDER BY wanted.place
"""
CONTACTS = """
    SELECT kol_id, {words} FROM (
        SELECT kol_id, channel, masked FROM wanted JOIN {points} AS one ON kol_id = wanted.id
        WHERE dead_since IS NULL AND NOT guardian ORDER BY kol_id, preferred DESC, one.position, one.id
    ) AS sorted GROUP BY kol_id
"""
OWN = "SELECT kol_id, external_id, handle FROM {accounts} WHERE platform = '{own}'"  # a file has one at most
NAMES = """
    SELECT kol_id, string_agg(word, '; ') AS words FROM (
        SELECT kol_id, {name} AS word
        FROM wanted JOIN {links} AS one ON kol_id = wanted.id JOIN {named} AS named ON named.id = {link}
        ORDER BY kol_id, {order}
    ) AS sorted GROUP BY kol_id
"""


def may(columns: Sequence[TableColumn]) -> bool:
    """Whether the database can write a table of these columns."""
    known = all(column.kind.asked or column.kind.needs in JOINS for column in columns)
    return known and connection.vendor == "postgresql"


def lines(files: QuerySet[Kol], ids: bytes, columns: Sequence[TableColumn], day: date) -> list[bytes]:
    """A line, without its end, for each of the packed ``ids`` that is among ``files``, in their order.

    The first of the ``columns`` is the id of the file. Contacts are masked.
    """
    reading = Reading(day)
    asked = {f"c{place}": one.kind.asked(reading) for place, one in enumerate(columns) if one.kind.asked}
    told = files.order_by().annotate(**asked).values_list("pk", *asked)
    sql, params = told.query.get_compiler(connection=connection).as_sql()
    needs = dict.fromkeys(one.kind.needs for one in columns if not one.kind.asked)
    statement = STATEMENT.format(
        cells=", ".join(_cell(place, one) for place, one in enumerate(columns)),
        files=sql,
        names=", ".join(["id", *asked]),
        joins=" ".join(
            f"LEFT JOIN ({JOINS[one](reading)}) AS {one} ON {one}.kol_id = wanted.id" for one in needs
        ),
    )
    hexed = ids.hex()
    wanted = ",".join([hexed[place : place + 32] for place in range(0, len(hexed), 32)])
    return [line[:-1] for line in copying.lines(statement, [f"{{{wanted}}}", *params], "FORMAT csv")]


def ids_of(lines: Sequence[bytes]) -> bytes:
    """The packed ids of the files that these lines tell of."""
    return bytes.fromhex(b"".join([line[:DASHED] for line in lines]).decode().replace("-", ""))


def _cell(place: int, column: TableColumn) -> str:
    kind = column.kind
    cell = f"files.c{place}" if kind.asked else f"{kind.needs}.{kind.brought}"
    if kind.is_plain:
        return cell
    return f"NULLIF({defused_in_sql(cell)}, '')"  # an empty text would be written as two quotes


def _quoted(word: str) -> str:
    """As ``importing.cells.quoted``: a word that holds a sign between words stands in quotes."""
    quoted = f"""'"' || replace({word}, '"', '""') || '"'"""
    holds = " OR ".join(
        f"{word} LIKE '{pattern}'" for pattern in ['"%%', *(f"%%{sign}%%" for sign in SEPARATORS)]
    )
    return f"CASE WHEN {holds} THEN {quoted} ELSE {word} END"


def _contacts(_reading: Reading) -> str:
    """Living contact points as their masks; a guardian's is not the KOL's, and stays on the file."""
    written = {channel: (_quoted("masked"), "; ") for channel in Channel.values}
    written[Channel.ADDRESS] = ("masked", " ::: ")
    words = ", ".join(
        f"string_agg({word}, '{between}') FILTER (WHERE channel = '{channel}') AS {channel}"
        for channel, (word, between) in written.items()
    )
    return CONTACTS.format(words=words, points=_table(ContactPoint))


def _own(_reading: Reading) -> str:
    return OWN.format(accounts=_table(Account), own=Platform.OWN)


def _fields(reading: Reading) -> str:
    return NAMES.format(
        name=_quoted("name_zh" if reading.is_chinese else "name_en"),
        order="strength DESC, one.position, one.id",
        links=_table(KolField),
        named=_table(Field),
        link="field_id",
    )


def _tags(_reading: Reading) -> str:
    return NAMES.format(
        name=_quoted("name"), order="folded", links=_table(KolTag), named=_table(Tag), link="tag_id"
    )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


# What is joined to the files; the needs that a column may have here, whose ``brought`` is a column of it.
JOINS: dict[str, Callable[[Reading], str]] = {
    "contacts": _contacts,
    "own": _own,
    "fields": _fields,
    "tags": _tags,
}
