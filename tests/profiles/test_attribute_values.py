"""What a form, a table or a client sends, as the value of an attribute (DOMAIN 1.3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from profiles.rules.attribute import as_text, parse, plain

SIZES = [
    {"key": "s", "name_en": "Small", "name_zh": "小"},
    {"key": "l", "name_en": "Large", "name_zh": "大", "retired": True},
]
READ = [
    ("text", " tea ", "tea"),
    ("text", "  ", None),
    ("text", None, None),
    ("number", "38", Decimal(38)),
    ("number", "1,234.5", Decimal("1234.5")),
    ("number", 38.5, Decimal("38.5")),
    ("number", "0.00004", Decimal(0)),
    ("date", "2026-03-01", date(2026, 3, 1)),
    ("date", "2026/3/1", date(2026, 3, 1)),
    ("date", "2026年3月1日", date(2026, 3, 1)),
    ("choice", "s", "s"),
    ("choice", "small", "s"),
    ("choice", "小", "s"),
    ("choice", "大", "l"),
    ("link", "https://mail.example/a", "https://mail.example/a"),
    ("yes_no", "yes", True),
    ("yes_no", "是", True),
    ("yes_no", "FALSE", False),
    ("yes_no", "否", False),
    ("yes_no", False, False),
]
REFUSED = [
    ("text", 5),
    ("text", "x" * 501),
    ("number", "many"),
    ("number", "NaN"),
    ("number", "Infinity"),
    ("number", "1e15"),
    ("number", True),
    ("date", "2026-02-30"),
    ("date", "soon"),
    ("choice", "medium"),
    ("choice", ["s"]),
    ("link", "javascript:alert(1)"),
    ("link", "mail.example"),
    ("link", 5),
    ("yes_no", "perhaps"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ)
def test_what_people_write_is_read(kind, raw, value):
    assert parse(kind, raw, SIZES) == value


@pytest.mark.parametrize(("kind", "raw"), REFUSED)
def test_what_is_of_another_kind_is_refused(kind, raw):
    with pytest.raises(ValidationError):
        parse(kind, raw, SIZES)


@pytest.mark.parametrize(("kind", "raw", "value"), [row for row in READ if row[2] is not None])
def test_a_cell_of_a_table_comes_back_as_the_same_value(kind, raw, value):
    assert parse(kind, as_text(value), SIZES) == value
    assert parse(kind, plain(value), SIZES) == value
