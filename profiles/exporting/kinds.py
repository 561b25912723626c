"""The kinds of cells: each says its value in Python, and the expression by which PostgreSQL writes the same.

Both stand side by side, and a test feeds them the same files and compares the bytes
(tests/profiles/test_export_database.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, LPad, NullIf, TruncDate
from django.utils.timezone import localdate

from kol_crm.core import policy
from kol_crm.core.defusing import defused
from profiles.models import AttributeValue, Calendar
from profiles.models.attribute import PREFIX
from profiles.models.words import Channel
from profiles.rules.attribute import as_text
from profiles.services.touch import INTERVALS
from profiles.views import cells
from profiles.views.cells import Reading

Row = Mapping[str, Any]
CellValue = str | int | float | list[str] | None
Asked = Expression | F
TEXT, NUMBER = CharField(), IntegerField()
SHARE = Decimal("0.0001")
BIRTH = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")


@dataclass(frozen=True)
class Kind:
    """``values`` are read with the row, ``needs`` by a query per piece.

    ``asked`` is the same of the file's own row, or ``brought`` the column of what is joined for ``needs``
    (exporting/database.py); without either a table with this cell is made in Python.
    """

    value: Callable[[Row, Reading], CellValue]
    values: tuple[str, ...] = ()
    needs: str = ""
    asked: Callable[[Reading], Asked] | None = None
    brought: str = ""
    is_plain: bool = False  # never empty, and nothing that a spreadsheet would run


class _Day(Func):
    """A day in ISO form, whatever the database is set to."""

    template, output_field = "to_char(%(expressions)s, 'YYYY-MM-DD')", TEXT


class _Share(Func):
    """A share with four places as Python writes a float."""

    rounded = "round((%(expressions)s)::numeric, 4)"
    template = (
        f"CASE WHEN {rounded} = trunc({rounded}) THEN trunc({rounded})::text || '.0' "
        f"ELSE trim_scale({rounded})::text END"
    )
    output_field = TEXT


class _Short(Func):
    """A decimal without the noughts behind it."""

    template, output_field = "trim_scale(%(expressions)s)::text", TEXT


def fact(name: str) -> Kind:
    return Kind(lambda row, _reading: row[name], (name,), asked=lambda _reading: F(name))


def number(name: str) -> Kind:
    return Kind(lambda row, _reading: row[name], (name,), asked=lambda _reading: F(name), is_plain=True)


def day(name: str) -> Kind:
    def value(row: Row, _reading: Reading) -> CellValue:
        return row[name] and row[name].isoformat()

    return Kind(value, (name,), asked=lambda _reading: _Day(name), is_plain=True)


def moment(name: str) -> Kind:
    """The day of a moment as the one who exports counts days."""

    def value(row: Row, _reading: Reading) -> CellValue:
        return row[name] and localdate(row[name]).isoformat()

    return Kind(value, (name,), asked=lambda _reading: _Day(TruncDate(name)), is_plain=True)


def label(name: str, words: type[TextChoices]) -> Kind:
    def value(row: Row, _reading: Reading) -> CellValue:
        return str(words(row[name]).label) if row[name] else None

    def asked(_reading: Reading) -> Asked:
        return _words(name, {word.value: str(word.label) for word in words})

    return Kind(value, (name,), asked=asked, is_plain=True)


def _words(name: str, words: Mapping[Any, Any]) -> Case:
    """What a value is called; nothing for one without a word."""
    named = [When(**{name: value}, then=Value(defused(word))) for value, word in words.items()]
    return Case(*named, default=None, output_field=TEXT)


def id_of() -> Kind:
    return Kind(lambda row, _reading: str(row["id"]), ("id",), asked=lambda _r: F("id"), is_plain=True)


def stage_days() -> Kind:
    def value(row: Row, reading: Reading) -> CellValue:
        return None if row["stage_since"] is None else (reading.day - row["stage_since"]).days

    def asked(reading: Reading) -> Asked:
        today = Cast(Value(reading.day), DateField())
        return Func(
            today, F("stage_since"), arg_joiner=" - ", template="(%(expressions)s)", output_field=NUMBER
        )

    return Kind(value, ("stage_since",), asked=asked, is_plain=True)


def owner() -> Kind:
    names = ("owner__display_name", "owner__username")
    return Kind(
        lambda row, _reading: row[names[0]] or row[names[1]],
        names,
        asked=lambda _reading: Coalesce(NullIf(F(names[0]), Value("")), F(names[1]), output_field=TEXT),
    )


def kol_type() -> Kind:
    return Kind(
        lambda row, reading: cells.named(row, "type", reading),
        ("type__name_en", "type__name_zh"),
        asked=lambda reading: F("type__name_zh" if reading.is_chinese else "type__name_en"),
    )


def language() -> Kind:
    return Kind(
        lambda row, _reading: cells.LANGUAGES.get(row["language"]),
        ("language",),
        asked=lambda _reading: _words(
            "language", {code: str(name) for code, name in cells.LANGUAGES.items()}
        ),
        is_plain=True,
    )


def interval() -> Kind:
    """The file's own, else that of its stage (DOMAIN 3.10)."""

    def asked(_reading: Reading) -> Asked:
        by_stage = policy.current().get(INTERVALS)
        named = [When(stage=stage, then=Value(days)) for stage, days in by_stage.items()]
        of_stage = Case(*named, default=None, output_field=NUMBER)
        return Coalesce(NullIf(F("touch_interval"), Value(0)), of_stage, output_field=NUMBER)

    return Kind(
        lambda row, _r: row["interval"], ("touch_interval", "stage"), "interval", asked, is_plain=True
    )


def due_for() -> Kind:
    def value(row: Row, reading: Reading) -> CellValue:
        return reading.kinds.get(row["next_due_kind"]) if row["next_due"] else None

    def asked(reading: Reading) -> Asked:
        named = [
            When(next_due_kind=kind, next_due__isnull=False, then=Value(defused(words)))
            for kind, words in reading.kinds.items()
        ]
        return Case(*named, default=None, output_field=TEXT)

    return Kind(value, ("next_due", "next_due_kind"), asked=asked, is_plain=True)


def share(name: str) -> Kind:
    """To four places, a half up: of the fifteen figures that a float is sure of, as PostgreSQL takes them."""

    def value(row: Row, _reading: Reading) -> CellValue:
        if row[name] is None:
            return None
        return float(Decimal(f"{row[name]:.15g}").quantize(SHARE, ROUND_HALF_UP)) + 0.0  # no -0.0

    return Kind(value, (name,), asked=lambda _reading: _Share(name), is_plain=True)


def birthday(calendar: Calendar) -> Kind:
    """As far as it is known: 1990-05-04, --05-04, 1990-05, 1990; a leap month is said behind it."""

    def value(row: Row, _reading: Reading) -> CellValue:
        if row["birth_calendar"] != calendar:
            return None
        year, month, day = row["birth_year"], row["birth_month"], row["birth_day"]
        leap = " (leap)" if row["birth_leap"] else ""
        if month and day:
            return f"{year or '-'}-{month:02}-{day:02}{leap}"
        if year and day is None:
            return f"{year}-{month:02}{leap}" if month else str(year)
        return None

    def asked(_reading: Reading) -> Asked:
        year, month, day = (Cast(name, TEXT) for name in ("birth_year", "birth_month", "birth_day"))
        two, noughts = Value(2), Value("0")
        leap = Case(When(birth_leap=True, then=Value(" (leap)")), default=Value(""), output_field=TEXT)
        month, day = LPad(month, two, noughts), LPad(day, two, noughts)
        dash = Value("-")
        whole = Concat(Coalesce(year, dash), dash, month, dash, day, leap, output_field=TEXT)
        year_known = Q(birth_calendar=calendar, birth_year__isnull=False, birth_day=None)
        day_known = Q(birth_calendar=calendar, birth_month__isnull=False, birth_day__isnull=False)
        with_month = Concat(year, dash, month, leap, output_field=TEXT)
        return Case(
            When(day_known, then=whole),
            When(year_known & Q(birth_month__isnull=False), then=with_month),
            When(year_known, then=year),
            default=None,
            output_field=TEXT,
        )

    return Kind(value, BIRTH, asked=asked)


def names(need: str) -> Kind:
    """Fields and tags."""
    return Kind(lambda row, _reading: row[need], needs=need, brought="words")


def own(place: int, brought: str) -> Kind:
    """Of the account on the own platform."""
    return Kind(lambda row, _r: row["own"][place] if row["own"] else None, needs="own", brought=brought)


def contacts(channel: Channel) -> Kind:
    return Kind(lambda row, _reading: row["contacts"].get(channel), needs="contacts", brought=channel)


def addresses() -> Kind:
    """Commas and semicolons are parts of addresses: several are joined as Google does it."""

    def value(row: Row, _reading: Reading) -> CellValue:
        found = row["contacts"].get(Channel.ADDRESS)
        return " ::: ".join(found) if found else None

    return Kind(value, needs="contacts", brought=Channel.ADDRESS)


def attribute(field: str) -> Kind:
    """What an admin asks of every file, as the importer reads it: one column of its value holds it."""

    def asked(_reading: Reading) -> Asked:
        yes_no = Case(
            When(flag=True, then=Value("yes")),
            When(flag=False, then=Value("no")),
            default=None,
            output_field=TEXT,
        )
        text = NullIf(F("text"), Value(""))
        told = Coalesce(text, _Short("number"), _Day("day"), yes_no, output_field=TEXT)
        of_file = AttributeValue.objects.filter(kol=OuterRef("pk"), attribute__key=field.removeprefix(PREFIX))
        return Subquery(of_file.values_list(told)[:1], output_field=TEXT)

    return Kind(lambda row, _reading: as_text(row[field]) or None, needs=field, asked=asked)
