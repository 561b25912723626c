"""Small tables that are taken in whole: monthly demand, and the feed of own users (DOMAIN 4.1, 4.6).

A text table or a workbook, by the readers of imports. The first row names the columns, in English or
Chinese, in any order. The verbs take all rows or none; what is wrong, with a cell or by a rule of the verb,
is told at its cell, as a spreadsheet names it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import installation
from kol_crm.core.text import fold
from profiles.importing.opening import open_table
from profiles.importing.reading import InMemory, UnreadableTable
from profiles.models import Field

LIMIT = 5 * 1024 * 1024
MOST_ROWS = 5000
WITH_YUAN_SIGN = ("CNY", "JPY")


def _text(cell: str) -> str:
    return cell


def _whole(cell: str) -> int:
    try:
        return int(cell.replace(",", "").replace(" ", ""))
    except ValueError as error:
        raise ValidationError(_("Give a whole number.")) from error


def _decimal(cell: str) -> Decimal | None:
    if not cell:
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation as error:
        raise ValidationError(_("This is not a figure.")) from error
    if not number.is_finite():
        raise ValidationError(_("This is not a figure."))
    return number


def amount(cell: str, currency: str = "") -> Decimal:
    """Of ``currency``, else of the installation's. ``¥`` stands with yuan and yen only."""
    bare = cell.replace(",", "")
    if (currency.strip().upper() or installation.currency()) in WITH_YUAN_SIGN:
        bare = bare.replace("¥", "")
    try:
        number = Decimal(bare.strip())
    except InvalidOperation as error:
        raise ValidationError(_("Enter a number.")) from error
    if not number.is_finite():
        raise ValidationError(_("Enter a number."))
    return number


def _month(cell: str) -> date:
    words = cell.replace("/", "-").replace("年", "-").replace("月", "").split("-")
    try:
        return date(int(words[0]), int(words[1]), 1)
    except (ValueError, IndexError) as error:
        raise ValidationError(_("Give the month as 2026-11.")) from error


def _named_fields() -> dict[str, Field]:
    found = {}
    for field in Field.objects.all():
        found |= {fold(name): field for name in (field.slug, field.name_en, field.name_zh)}
    return found


@dataclass(frozen=True)
class Column:
    """``names`` are the headings that mean it; ``read`` turns a cell into a value, by what stands in the
    column ``beside`` where one is named.
    """

    key: str
    names: tuple[str, ...]
    read: Callable[..., Any] = _text
    required: bool = False
    beside: str = ""


FIELD = Column("field", ("field", "领域", "领域名称"), required=True)
DEMANDS = (
    FIELD,
    Column("month", ("month", "月份", "月"), _month, required=True),
    Column("users", ("users", "active users", "活跃用户", "用户数"), _whole, required=True),
    Column("source", ("source", "来源")),
)
FEED = (
    Column("external_id", ("id", "user id", "external id", "用户id", "编号"), required=True),
    FIELD,
    Column("output", ("output", "items", "内容数", "产出"), _whole, required=True),
    Column("quality", ("quality", "quality per item", "质量", "单篇质量"), _decimal),
    Column("activity", ("activity", "活跃度"), _whole),
    Column("influence", ("influence", "影响力"), _whole),
    Column("handle", ("handle", "账号")),
    Column("name", ("name", "名称", "昵称")),
)


@dataclass(frozen=True)
class Read:
    """The rows of a table, where each stands in it, and in which column of the file each key."""

    rows: list[dict[str, Any]]
    numbers: list[int]
    places: Mapping[str, tuple[str, str]]  # key -> letter, heading
    problems: Mapping[str, list[str]]

    def told(self, key: str, messages: list[str]) -> list[str]:
        """``rows.0.users`` → “C4, 用户数: …”; what is about no row, as it stands."""
        head, _dot, rest = key.partition(".")
        place, _dot, column = rest.partition(".")
        if head != "rows" or not place.isdecimal():
            return messages
        number = self.numbers[int(place)]
        letter, heading = self.places.get(column, ("", column))
        cell = f"{letter}{number}" if letter else _("row %(row)d") % {"row": number}
        told = {"cell": cell, "column": heading}
        return [_("%(cell)s, %(column)s: %(words)s") % {**told, "words": one} for one in messages]


class Wrong(Exception):
    """Nothing was taken in; ``lines`` say why, a line each."""

    def __init__(self, lines: list[str]):
        super().__init__("; ".join(lines[:3]))
        self.lines = lines


def take(name: str, content: bytes, columns: tuple[Column, ...], verb: Callable[[list], Any]) -> Any:
    """What ``verb`` makes of the rows. Raises ``Wrong``; nothing is written then."""
    try:
        read_ = read(name, content, columns)
    except ValidationError as error:
        raise Wrong([words for messages in error.message_dict.values() for words in messages]) from error
    problems = dict(read_.problems)
    if not problems:
        try:
            return verb(read_.rows)
        except ValidationError as error:
            problems = error.message_dict
            if len(read_.rows) == 1:  # of one row the verbs name the column alone
                alone = {key for key in problems if key in read_.places}
                problems = {f"rows.0.{key}" if key in alone else key: w for key, w in problems.items()}
    raise Wrong([line for key, messages in problems.items() for line in read_.told(key, messages)])


def read(name: str, content: bytes, columns: tuple[Column, ...]) -> Read:
    """The rows of the table. Raises ``ValidationError`` keyed ``file`` where it is none."""
    if len(content) > LIMIT:
        raise ValidationError({"file": _("The file is too large: at most 5 MB.")})
    try:
        table = open_table(InMemory(name, content))
        records = [(number, cells) for number, cells in table.records() if any(map(str.strip, cells))]
    except UnreadableTable as error:
        raise ValidationError({"file": str(error)}) from error
    if len(records) < 2:
        raise ValidationError({"file": _("The table has no rows.")})
    if len(records) > MOST_ROWS + 1:
        raise ValidationError({"file": _("At most %(most)d rows at once.") % {"most": MOST_ROWS}})
    heads = records[0][1]
    places = _places(heads, columns)
    fields, problems, rows = _named_fields(), {}, []
    for number, (_row_number, cells) in enumerate(records[1:]):
        row, wrong = _row(cells, places, fields)
        rows.append(row)
        problems |= {f"rows.{number}.{key}": words for key, words in wrong.items()}
    named = {column.key: (_letter(place), heads[place].strip()) for place, column in places.items()}
    return Read(rows, [number for number, _cells in records[1:]], named, problems)


def _letter(place: int) -> str:
    """A, B … Z, AA: as a spreadsheet names its columns."""
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _places(heads: list[str], columns: tuple[Column, ...]) -> dict[int, Column]:
    meant = {fold(name): column for column in columns for name in column.names}
    places = {place: meant[fold(head)] for place, head in enumerate(heads) if fold(head) in meant}
    known = {column.key for column in places.values()}
    missing = [column.names[0] for column in columns if column.required and column.key not in known]
    if missing:
        words = _("The first row does not name: %(names)s.") % {"names": ", ".join(missing)}
        raise ValidationError({"file": words})
    return places


def _row(
    cells: list[str], places: Mapping[int, Column], fields: Mapping[str, Field]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    row: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    texts = {
        column.key: cells[place].strip() if place < len(cells) else "" for place, column in places.items()
    }
    for column in places.values():
        cell = texts[column.key]
        if not cell and column.required:
            wrong[column.key] = [_("This field is required.")]
        elif column.key == FIELD.key:
            row["field"] = fields.get(fold(cell))
            if row["field"] is None:
                wrong["field"] = [_("There is no such field: %(name)s.") % {"name": cell[:60]}]
        elif cell or column.read is _decimal:
            try:
                more = [texts.get(column.beside, "")] if column.beside else []
                row[column.key] = column.read(cell, *more)
            except ValidationError as error:
                wrong[column.key] = error.messages
    return row, wrong
