"""Attributes: fields that an admin adds without code, facts of the file like any other (DOMAIN 1.3, 3.12)."""

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change
from profiles import attributes, changes
from profiles.models import Attribute, AttributeValue, Kol
from profiles.services import attribute as verbs
from profiles.services import kol as kols
from profiles.services import restoring
from tests.factories import NOW, make_kol
from tests.profiles.attributes import KINDS, given, held, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chief(admin):
    return Actor(admin, "page", NOW)


@pytest.fixture
def everything(chief) -> dict[str, Attribute]:
    return {key: make(chief, key, kind) for key, (kind, _value) in KINDS.items()}


# Which there are


def test_a_key_is_made_once_and_a_choice_gets_its_own(chief):
    row = make(chief, "shirt", "choice")
    assert row.choices == [
        {"key": "small", "name_en": "Small", "name_zh": "小", "retired": False},
        {"key": "large", "name_en": "Large", "name_zh": "大", "retired": False},
    ]
    with pytest.raises(ValidationError) as refused:
        make(chief, "shirt")
    assert "key" in refused.value.message_dict


@pytest.mark.parametrize("choices", [[], [{"name_en": " "}], [{"name_en": "a"}, {"name_en": "A"}]])
def test_a_choice_needs_choices_that_can_be_told_apart(chief, choices):
    with pytest.raises(ValidationError) as refused:
        make(chief, "shirt", "choice", choices=choices)
    assert list(refused.value.message_dict) == ["choices"]
    assert not Attribute.objects.exists()


def test_the_kind_is_fixed_once_a_file_holds_a_value(chief, actor, kol):
    row = make(chief, "shoe", "text")
    row = verbs.edit(chief.again(), row, {"kind": "number"}, row.version)
    kols.edit(actor.again(), kol, {"attr_shoe": "42"}, None)
    with pytest.raises(ValidationError) as refused:
        verbs.edit(chief.again(), row, {"kind": "text"}, row.version)
    assert list(refused.value.message_dict) == ["kind"]
    assert Attribute.objects.get().kind == "number"


def test_a_choice_that_is_renamed_keeps_its_rows(chief, actor, kol):
    row = make(chief, "shirt", "choice")
    kols.edit(actor.again(), kol, {"attr_shirt": "large"}, None)
    renamed = [{**one, "name_en": f"{one['name_en']} size"} for one in row.choices]
    verbs.edit(chief.again(), row, {"choices": renamed}, row.version)
    assert held(kol) == {"shirt": "large"}
    assert attributes.words(Attribute.objects.get(), "large") == "Large size"


def test_a_choice_that_is_taken_out_stays_where_it_is_and_is_given_to_nobody_else(
    chief, actor, kol, operator
):
    row, other = make(chief, "shirt", "choice"), make_kol(operator, name="Other")
    kols.edit(actor.again(), kol, {"attr_shirt": "large"}, None)
    row = verbs.edit(chief.again(), row, {"choices": row.choices[:1]}, row.version)
    assert [key for key, _name in row.offered()] == ["small"]
    assert attributes.words(row, "large") == "Large"
    kols.edit(actor.again(), kol, {"attr_shirt": "large", "city": "Suzhou"}, None)
    with pytest.raises(ValidationError) as refused:
        kols.edit(actor.again(), other, {"attr_shirt": "large"}, None)
    assert list(refused.value.message_dict) == ["attr_shirt"]


def test_retired_it_is_no_longer_asked_for_and_its_values_stay(chief, actor, kol):
    row = make(chief, "motto")
    kols.edit(actor.again(), kol, {"attr_motto": "slow"}, None)
    row = verbs.retire(chief.again(), row)
    assert (verbs.standing(), held(kol)) == ([], {})
    with pytest.raises(ValidationError):
        kols.edit(actor.again(), kol, {"attr_motto": "fast"}, None)
    verbs.take_up(chief.again(), row)
    assert held(kol) == {"motto": "slow"}


def test_an_attribute_is_edited_on_a_version(chief):
    row = make(chief, "motto")
    verbs.edit(chief.again(), row, {"name_en": "First"}, row.version)
    with pytest.raises(Conflict):
        verbs.edit(chief.again(), row, {"name_en": "Second"}, row.version)


# Values


def test_a_file_holds_a_value_of_each_kind(everything, actor, kol):
    saved = kols.edit(actor, kol, given(), 1)
    assert saved.version == 2
    assert held(kol) == {key: value for key, (_kind, value) in KINDS.items()}


def test_a_new_file_takes_them_too(everything, operator):
    kol = make_kol(operator, **given())
    assert held(kol) == {key: value for key, (_kind, value) in KINDS.items()}
    assert kol.version == 1


def test_values_are_part_of_the_version(everything, actor, kol):
    kols.edit(actor.again(), kol, {"attr_shoe": "42"}, 1)
    with pytest.raises(Conflict) as conflict:
        kols.edit(actor.again(), kol, {"attr_shoe": "43"}, 1)
    assert conflict.value.changed == {"attr_shoe"}
    assert held(kol) == {"shoe": Decimal(42)}


def test_an_equal_value_changes_nothing(everything, actor, kol):
    kols.edit(actor.again(), kol, {"attr_shoe": "42"}, 1)
    kols.edit(actor.again(), kol, {"attr_shoe": "42.0"}, None)
    assert Kol.objects.get(pk=kol.pk).version == 2
    assert Change.objects.filter(field="attr_shoe").count() == 1


def test_nothing_clears_a_value(everything, actor, kol):
    kols.edit(actor.again(), kol, given(), None)
    kols.edit(actor.again(), kol, dict.fromkeys(given(), ""), None)
    assert held(kol) == {}
    assert AttributeValue.objects.count() == 0


def test_a_bad_value_or_an_unknown_attribute_writes_nothing_of_the_whole_save(everything, actor, kol):
    for bad in ({"attr_shoe": "many"}, {"attr_nothing": "x"}):
        with pytest.raises(ValidationError) as refused:
            kols.edit(actor.again(), kol, {"city": "Suzhou", "attr_motto": "slow", **bad}, 1)
        assert list(refused.value.message_dict) == list(bad)
    kol.refresh_from_db()
    assert (kol.city, kol.version, held(kol)) == ("", 1, {})


def test_the_history_tells_each_in_words_and_restores_it(everything, actor, kol):
    kols.edit(actor.again(), kol, {"attr_shirt": "small"}, None)
    saved = kols.edit(actor.again(), kol, {"attr_shirt": "large", "attr_studio": True}, None)
    last = Change.objects.filter(root=kol.pk, change_set=Change.objects.latest("id").change_set)
    told = {line.label: (line.before, line.after) for line in changes.lines(last)}
    assert told == {"Shirt": ("Small", "Large"), "Studio": ("–", "yes")}
    change = last.get(field="attr_shirt")
    assert restoring.restorable(change)
    restoring.restore(actor.again(), kol, change, saved.version)
    assert held(kol)["shirt"] == "small"


def test_what_is_required_is_asked_of_people_and_not_of_tables(chief, operator):
    make(chief, "motto", required=True)
    with pytest.raises(ValidationError) as refused:
        make_kol(operator)
    assert list(refused.value.message_dict) == ["attr_motto"]
    assert not Kol.objects.exists()
    kol = make_kol(operator, door="import")
    kols.edit(Actor(operator, "page", NOW), kol, {"attr_motto": "slow"}, None)
    with pytest.raises(ValidationError):
        kols.edit(Actor(operator, "page", NOW), kol, {"attr_motto": ""}, None)


def test_many_files_are_written_in_as_many_statements_as_two(everything, actor, operator):
    counts = []
    for many in (2, 12):
        entries = [
            (make_kol(operator, name=f"K{many}{n}"), {"shoe": n + 1, "motto": "x"}) for n in range(many)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert len(verbs.put_many(actor.again(), entries)) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_table_comes_back_as_it_went(everything, actor, kol, operator):
    kols.edit(actor.again(), kol, given(), None)
    row = {
        one.key: attributes.cell(one, value)
        for one, value in ((everything[key], value) for key, value in held(kol).items())
    }
    assert {attributes.header(one) for one in verbs.standing()} == set(given())
    assert verbs.put_many(actor.again(), [(kol, row)]) == set()
    other = make_kol(operator, name="Other")
    verbs.put_many(actor.again(), [(other, row)])
    assert held(other) == held(kol)
