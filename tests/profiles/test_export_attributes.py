"""Attributes in exports, and back (issue 3): every kind, in both languages."""

import pytest
from django.utils import translation

from kol_crm.core.actor import Actor
from profiles.models import Kol, Outcome
from profiles.services import kol as verbs
from tests.factories import NOW, make_kol
from tests.profiles.exporting import objects, rows, taken
from tests.profiles.test_export_files import bring, counted, edited
from tests.profiles.test_import_attributes import FULL, asked, held

pytestmark = pytest.mark.django_db
__all__ = ["asked"]
ALL = "sort=name&columns=kol," + ",".join(f"attr_{key}" for key in FULL)


@pytest.fixture(autouse=True)
def full(operator) -> Kol:
    kol = make_kol(operator, "A")
    make_kol(operator, "B")
    verbs.edit(Actor(operator, "page", NOW), kol, {f"attr_{key}": value for key, value in FULL.items()}, None)
    return kol


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_attributes_are_columns_that_come_back_untouched(operator, language, kind):
    with translation.override(language):
        imported = bring(operator, taken(operator, ALL, kind), f"kols.{kind}")
    told = {column["target"] for column in imported.columns}
    assert {f"attr_{key}" for key in FULL} <= told
    assert counted(imported) == {Outcome.UNCHANGED: 2}
    assert held("A") == FULL


def test_cells_say_what_the_importer_reads(operator):
    first, second = rows(taken(operator, ALL))
    assert (first["Shoe size"], first["Signed on"], first["Vegan"]) == ("41.5", "2022-05-05", "yes")
    assert {second[heading] for heading in ("Shoe size", "Signed on", "Plan", "Vegan", "Motto")} == {""}
    assert objects(taken(operator, ALL, "json"))[0]["attr_plan"] == "gold"


def test_one_edited_attribute_changes_exactly_that(operator):
    imported = bring(operator, edited(taken(operator, ALL), "Shoe size", "42"))
    assert counted(imported) == {Outcome.UPDATED: 1, Outcome.UNCHANGED: 1}
    assert held("A") == FULL | {"shoe": "42"}
