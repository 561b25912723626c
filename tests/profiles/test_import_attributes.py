"""Attributes in the import: matched, checked at their cell, written, undone (issue 3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from kol_crm.core.said import worded
from profiles.models import Attribute, AttributeValue, Kol
from profiles.rules.attribute import as_text
from profiles.services import attribute, imports
from profiles.services import kol as verbs
from tests.factories import NOW, field, make_kol
from tests.profiles.importing import actor, counts, do, run, undo

pytestmark = pytest.mark.django_db
METALS = [{"name_en": "Gold", "name_zh": "金"}, {"name_en": "Iron", "name_zh": "铁"}]


@pytest.fixture(autouse=True)
def asked(admin):
    made = {}
    for key, kind, english, chinese in (
        ("shoe", "number", "Shoe size", "鞋码"),
        ("signed", "date", "Signed on", "签约日期"),
        ("plan", "choice", "Plan", "套餐"),
        ("vegan", "yes_no", "Vegan", "素食"),
        ("page", "link", "Press page", "媒体页"),
        ("motto", "text", "Motto", "格言"),
    ):
        values = {"key": key, "kind": kind, "name_en": english, "name_zh": chinese}
        values |= {"choices": METALS} if kind == "choice" else {}
        made[key] = attribute.create(Actor(admin, "page", NOW), values)
    return made


def held(name):
    kol = Kol.objects.get(name=name)
    return {key: as_text(value) for key, value in attribute.values_of([kol.pk])[kol.pk].items()}


ENGLISH = "Name,Shoe size,Signed on,PLAN,Vegan,Press page,Motto\nA,41.5,5 May 2022,Gold,yes,https://a.example,Slow\n"
CHINESE = "姓名,鞋码,签约日期,套餐,素食,媒体页,格言\nA,41.5,2022年5月5日,金,是,https://a.example,Slow\n"
FIELDS = (
    "name,attr_shoe,attr_signed,attr_plan,attr_vegan,attr_page,attr_motto\n"
    "A,41.5,2022-05-05,gold,yes,https://a.example,Slow\n"
)
FULL = {
    "shoe": "41.5",
    "signed": "2022-05-05",
    "plan": "gold",
    "vegan": "yes",
    "page": "https://a.example",
    "motto": "Slow",
}


@pytest.mark.parametrize("table", [ENGLISH, CHINESE, FIELDS], ids=["English", "Chinese", "exported"])
def test_columns_are_known_by_the_names_in_either_language_and_by_the_field(bring, table):
    imported = bring(table)
    assert [column["target"] for column in imported.columns][1:] == [f"attr_{key}" for key in FULL]
    run(imported)
    assert held("A") == FULL
    change = Change.objects.get(field="attr_shoe")
    assert (change.before, change.after, change.change_set.door) == (None, "41.5", "import")
    assert counts(run(bring(table))) == {"unchanged": 1}


def test_the_name_that_an_admin_chose_wins_over_what_a_heading_may_mean(bring, admin):
    values = {"key": "hobby", "kind": "text", "name_en": "Hobby", "name_zh": "爱好"}
    attribute.create(Actor(admin, "page", NOW), values)
    run(bring("name,hobby\nA,chess\n"))
    assert held("A") == {"hobby": "chess"}
    assert Kol.objects.get().likes == []


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("Shoe size", "wide", "This is not a number."),
        ("Signed on", "soon", "This is not a day."),
        ("Signed on", "03/04/2022", "This is not a day."),
        ("Plan", "Silver", "This is none of the choices."),
        ("Vegan", "perhaps", "Yes or no is expected."),
        ("Press page", "javascript:alert(1)", "A link begins with http:// or https://."),
        ("Motto", "x" * 501, "At most 500 characters."),
    ],
)
def test_what_is_not_of_its_kind_is_an_error_at_its_cell_and_mended_there(
    bring, operator, heading, cell, why
):
    imported = bring(f"Name,{heading},City\nA,{cell},杭州\n")
    row = imported.rows.get()
    [problem] = row.problems
    assert (problem["column"], problem["index"], worded(problem["why"])) == (heading, 1, why)
    good = {"Shoe size": "40", "Signed on": "2022-05-05", "Plan": "铁", "Vegan": "否"}
    mend = good.get(heading, "https://a.example")
    assert not AttributeValue.objects.exists()
    imported = imports.mend(actor(operator), imported, {row.number: {1: mend}}, [])
    run(do(imported))
    assert len(held("A")) == 1


@pytest.mark.parametrize(
    ("cell", "text"), [("1.2万", "12000"), ("1,5", "1.5"), ("0", "0"), ("-", None), ("", None)]
)
def test_numbers_are_read_as_people_write_them(bring, cell, text):
    run(bring(f'Name,Shoe size\nA,"{cell}"\n'))
    assert held("A").get("shoe") == text


@pytest.mark.parametrize(
    ("cell", "text"), [("无", "no"), ("否", "no"), ("0", "no"), ("1", "yes"), ("-", None)]
)
def test_no_is_not_unknown(bring, cell, text):
    run(bring(f"Name,Vegan\nA,{cell}\n"))
    assert held("A").get("vegan") == text


def test_a_filled_attribute_stays_unless_the_table_wins(bring, operator):
    make_kol(operator, "A", attr_shoe="38", attr_vegan=False)
    table = "Name,Shoe size,Vegan,Motto\nA,40,no,Slow\n"
    imported = run(bring(table, owner=operator))
    assert held("A") == {"shoe": "38", "vegan": "no", "motto": "Slow"}
    assert imported.rows.get().problems == [{"fact": "attr_shoe", "kept": "38", "said": "40"}]
    run(bring(table, owner=operator, overwrite=True))
    assert held("A")["shoe"] == "40"


def test_a_choice_no_longer_given_stays_where_it_stands_and_comes_nowhere_else(bring, operator, admin, asked):
    make_kol(operator, "A", attr_plan="gold")
    make_kol(operator, "B")
    attribute.edit(Actor(admin, "page", NOW), asked["plan"], {"choices": METALS[1:]}, None)
    imported = run(bring("Name,Plan,City\nA,gold,杭州\nB,gold,杭州\n", owner=operator))
    problems = {row.name: [worded(problem["why"]) for problem in row.problems] for row in imported.rows.all()}
    assert problems == {"A": [], "B": ["This choice is no longer given."]}
    assert (held("A"), held("B")) == ({"plan": "gold"}, {})


def test_a_retired_attribute_is_no_column_and_no_meaning(bring, admin, operator, asked):
    attribute.retire(Actor(admin, "page", NOW), asked["motto"])
    imported = bring("Name,Motto\nA,Slow\n")
    assert imported.columns[1]["target"] == ""
    with pytest.raises(ValidationError) as refusal:
        imports.choose(actor(operator), imported, {"by_hand": {1: "attr_motto"}})
    assert list(refusal.value.message_dict) == ["columns"]
    assert not Kol.objects.exists()


def test_a_column_is_mapped_to_an_attribute_by_hand(bring):
    imported = bring("Name,EU\nA,41\n", by_hand={1: "attr_shoe"})
    run(imported)
    assert held("A") == {"shoe": "41"}


def test_the_page_offers_them_and_shows_their_words(bring, as_user, operator):
    imported = bring("Name,EU,Shoe size\nA,1,wide\n")
    browser = as_user(operator)
    page = browser.get(f"/imports/{imported.pk}/?columns=1").content.decode()
    assert '<optgroup label="Attributes">' in page
    assert '<option value="attr_shoe" selected>Shoe size</option>' in page
    imported = bring("Name,Shoe size\nA,40\n")
    page = browser.get(f"/imports/{imported.pk}/").content.decode()
    assert '<span class="meta">Shoe size</span> <span>40</span>' in page


def test_a_client_maps_a_column_to_an_attribute(bring, api, operator):
    imported = bring("Name,EU\nA,41\n")
    path = f"/api/v1/imports/{imported.pk}/"
    answer = api(operator).patch(path, {"columns": {"1": "attr_shoe"}}, format="json")
    assert answer.status_code == 200
    assert answer.json()["columns"][1]["target"] == "attr_shoe"
    refused = api(operator).patch(
        f"/api/v1/imports/{bring('Name,EU').pk}/", {"columns": {"1": "attr_no"}}, format="json"
    )
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["columns"])


# Undo


def later(user):
    return Actor(user, "page", NOW + timedelta(hours=1))


def test_undo_takes_attributes_back_where_they_stand_as_they_were_written(bring, operator, admin, asked):
    for name in "ABC":
        make_kol(operator, name, attr_shoe="38")
    table = "Name,Shoe size,Motto,Plan\nA,40,Slow,Gold\nB,40,Slow,Gold\nC,40,Slow,Gold\n"
    imported = run(bring(table, owner=operator, overwrite=True))
    verbs.edit(later(operator), Kol.objects.get(name="B"), {"attr_motto": "Fast"}, None)
    imported = undo(imported)
    assert held("A") == held("C") == {"shoe": "38"}
    assert held("B") == {"shoe": "38", "motto": "Fast"}
    left = {row.name: (row.undo, row.left) for row in imported.rows.all()}
    assert left == {"A": ("back", []), "B": ("left", ["attr_motto"]), "C": ("back", [])}
    assert set(Attribute.objects.values_list("retired_at", flat=True)) == {None}


def test_undo_takes_off_the_imports_tags_and_leaves_those_given_since(bring, operator):
    kol = make_kol(operator, "A", tags=["Old"])
    imported = run(bring("Name,Team tag\nA,new;other\n", owner=operator))
    assert {tag.name for tag in kol.tags.all()} == {"Old", "new", "other"}
    verbs.edit(later(operator), Kol.objects.get(pk=kol.pk), {}, None, tags=["Old", "new", "Since"])
    imported = undo(imported)
    assert {tag.name for tag in kol.tags.all()} == {"Old", "Since"}
    assert imported.rows.get().undo == "back"


def test_undo_puts_the_fields_back_with_their_strengths_and_leaves_a_list_changed_since(bring, operator):
    first = make_kol(operator, "A", fields=[(field("running"), 5), (field("tea"), 2)])
    empty, since = make_kol(operator, "B"), make_kol(operator, "C")
    table = "Name,Category\nA,Cooking\nB,Cooking\nC,Cooking\n"
    imported = run(bring(table, owner=operator, overwrite=True))
    assert [row.field.slug for row in first.kol_fields.all()] == ["cooking"]
    verbs.edit(later(operator), Kol.objects.get(pk=since.pk), {}, None, fields=[(field("cooking"), 4)])
    imported = undo(imported)
    assert [(row.field.slug, row.strength) for row in first.kol_fields.all()] == [("running", 5), ("tea", 2)]
    first.refresh_from_db()
    assert first.main_field == field("running")
    assert not empty.kol_fields.exists()
    assert [(row.field.slug, row.strength) for row in since.kol_fields.all()] == [("cooking", 4)]
    assert {row.name: row.left for row in imported.rows.all()} == {"A": [], "B": [], "C": ["fields"]}
