"""Rows made by the thousand are what ``Model()`` makes; escapes of COPY (HOUSE, 5)."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models

from kol_crm.core import copying
from kol_crm.core.making import make
from kol_crm.core.models import Row
from profiles.models import Account, Channel, Kol

MODELS = [model for model in apps.get_models() if issubclass(model, Row)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_a_row_has_the_defaults_of_its_model(model):
    made, usual = vars(make(model)), vars(model())
    afresh = {
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.UUIDField | models.DateTimeField | models.DateField)
        and field.has_default()
    }
    assert made.keys() == usual.keys()
    assert vars(made.pop("_state")) == vars(usual.pop("_state"))
    for name in made.keys() - afresh:
        assert made[name] == usual[name], name
    assert made["id"] != usual["id"]


def test_no_two_rows_share_a_default():
    one, other = make(Kol), make(Kol)
    one.likes.append("tea")
    assert other.likes == []


def test_links_are_set_by_row_and_by_column():
    kol = make(Kol, name="王思雨")
    by_row, by_column = make(Account, kol=kol), make(Account, kol_id=kol.pk)
    assert by_row.kol is kol
    assert by_row.kol_id == by_column.kol_id == kol.pk
    assert make(Account, kol=None).kol is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "\\N"),
        (True, "t"),
        (False, "f"),
        (7, "7"),
        ("a\tb\\c\nd\re", "a\\tb\\\\c\\nd\\re"),
        ("\\N", "\\\\N"),
        (Decimal("1.5000"), "1.5000"),
        (datetime.date(2026, 11, 26), "2026-11-26"),
        (Channel.PHONE, "phone"),
        (uuid.UUID("00000000-0000-7000-8000-0000000000ff"), "000000000000700080000000000000ff"),
    ],
)
def test_values_are_written_as_copy_reads_them(value, written):
    """Alone, and in a column beside its like, another type and nothing."""
    field = Kol._meta.get_field("name")
    assert copying._written(field, [value]) == [written]
    assert copying._written(field, [value, value]) == [written, written]
    for other, told in (("plain", "plain"), ("a\tb", "a\\tb"), (8, "8"), (None, "\\N")):
        assert copying._written(field, [value, other]) == [written, told]
        assert list(copying._written(field, (other, value))) == [told, written]
