"""Attributes as columns of the list and in the bulk edit (issue 3, Attributes; DOMAIN 1.3, 3.12)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import lists, saved_views, wording
from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Work
from profiles.models import Attribute, AttributeValue, Kol
from profiles.services import attribute, bulk, bulk_work
from profiles.services import kol as files
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol
from tests.forms import Page

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
URL = reverse("profiles:kol-bulk")
METALS = [{"name_en": "Gold", "name_zh": "金"}, {"name_en": "Iron", "name_zh": "铁"}]


@pytest.fixture
def asked(admin):
    """One attribute of each kind, by its key."""
    kinds = {
        "shoe": "number",
        "signed": "date",
        "plan": "choice",
        "vegan": "yes_no",
        "motto": "text",
        "page": "link",
    }
    return {
        key: attribute.create(
            Actor(admin, "page", NOW),
            {"key": key, "kind": kind, "name_en": key.title(), "name_zh": f"字段{key}"}
            | ({"choices": METALS} if kind == "choice" else {}),
        )
        for key, kind in kinds.items()
    }


FULL = {
    "attr_shoe": "1234.5",
    "attr_signed": "2026-03-01",
    "attr_plan": "gold",
    "attr_vegan": True,
    "attr_motto": "Slow <b> smooth",
    "attr_page": "https://a.example/x/",
}
SHOWN = "columns=kol,attr_shoe,attr_signed,attr_plan,attr_vegan,attr_motto,attr_page"


def held(kol):
    return attribute.values_of([kol.pk])[kol.pk]


# Columns


def test_attributes_are_columns_in_the_readers_words(operator, as_user, asked):
    make_kol(operator, name="A", **FULL)
    make_kol(operator, name="B")
    page = as_user(operator).get(f"/kols/?{SHOWN}").content.decode()
    day = wording.day_words(date(2026, 3, 1), "year", NOW.date(), "en")
    for words in ("1,234.5", day, "Gold", ">yes", "Slow &lt;b&gt; smooth", 'href="https://a.example/x/"'):
        assert words in page, words
    assert ">a.example/x</a>" in page
    heads = [head["label"] for head in lists.read(KOLS, QueryDict(SHOWN), operator, NOW).heads]
    assert heads == ["KOL", "Shoe", "Signed", "Plan", "Vegan", "Motto", "Page"]


def test_columns_stand_in_the_order_chosen_and_are_not_sorted_by(operator, asked):
    make_kol(operator, name="A", **FULL)
    read = lists.read(KOLS, QueryDict("columns=kol,attr_plan,stage,attr_shoe"), operator, NOW)
    assert [head["key"] for head in read.heads] == ["kol", "attr_plan", "stage", "attr_shoe"]
    assert [head["url"] is None for head in read.heads] == [False, True, False, True]
    assert "sort" in lists.read(KOLS, QueryDict("sort=attr_shoe"), operator, NOW).problems


def test_all_attributes_of_a_page_are_one_query(operator, as_user, asked):
    client = as_user(operator)

    def queries(columns, rows):
        for _number in range(rows):
            make_kol(operator, **FULL)
        client.get(f"/kols/?{columns}")
        with CaptureQueriesContext(connection) as found:
            client.get(f"/kols/?{columns}")
        return len([q for q in found if "profiles_attributevalue" in q["sql"]]), len(found)

    assert queries("columns=kol,stage", 2)[0] == 0
    few = queries(SHOWN, 0)
    assert few[0] == 1
    assert queries(SHOWN, 8) == few


def test_the_picker_offers_them_and_a_view_keeps_them(operator, actor, as_user, asked):
    page = as_user(operator).get(reverse("views:columns"), {"list": "kols"}).content.decode()
    assert 'value="attr_shoe"' in page
    view = saved_views.create(actor, "kols", {"name": "Shoes", "query": "columns=kol,attr_shoe,stage"})
    read = lists.read(KOLS, QueryDict(f"view={view.pk}"), operator, NOW)
    assert [column.key for column in read.display.columns] == ["kol", "attr_shoe", "stage"]


def test_a_view_outlives_an_attribute_that_is_retired(operator, actor, admin, as_user, asked):
    view = saved_views.create(actor, "kols", {"name": "Shoes", "query": "columns=kol,attr_shoe,stage"})
    make_kol(operator, name="still here")
    attribute.retire(Actor(admin, "page", NOW), asked["shoe"])
    page = as_user(operator).get(f"/kols/?view={view.pk}").content.decode()
    assert "still here" in page
    assert "There is no such column" not in page


# Bulk edit


def test_attributes_become_what_each_edit_makes_of_them(operator, asked):
    kols = [
        make_kol(operator, name="A", **FULL),
        make_kol(operator, name="B", attr_shoe="38"),
        make_kol(operator, name="C"),
    ]
    facts = {"attr_shoe": "38", "attr_plan": "iron", "attr_vegan": False, "attr_motto": None, "city": "杭州"}
    actor = Actor(operator, "page", LATER)

    def state():
        of_kol = dict(Kol.objects.values_list("pk", "name"))
        return {
            "values": sorted(
                map(
                    str,
                    AttributeValue.objects.values_list(
                        "kol__name", "attribute__key", "text", "number", "flag"
                    ),
                )
            ),
            "versions": list(Kol.objects.order_by("name").values_list("name", "version", "city")),
            "changes": sorted(
                repr((of_kol[one.root], one.field, one.before, one.after))
                for one in Change.objects.filter(at=LATER)
            ),
        }

    mark = transaction.savepoint()
    for kol in kols:
        files.edit(actor, kol, facts, None)
    singly = state()
    transaction.savepoint_rollback(mark)
    changes = bulk.Changes(facts=facts)
    bulk.check(actor, changes)
    bulk.apply(actor, bulk.allowed(actor, [kol.pk for kol in kols], changes), changes)
    assert len(singly["changes"]) == 12
    assert state() == singly


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"attr_shoe": "wide"}, "attr_shoe"),
        ({"attr_signed": "soon"}, "attr_signed"),
        ({"attr_plan": "silver"}, "attr_plan"),
        ({"attr_page": "javascript:alert(1)"}, "attr_page"),
        ({"attr_none": "x"}, "attr_none"),
    ],
)
def test_what_no_file_could_take_is_refused_at_the_attribute(operator, actor, asked, facts, key):
    kol = make_kol(operator, **FULL)
    with pytest.raises(ValidationError) as refusal:
        bulk_work.start(actor, bulk.Changes(facts={**facts, "city": "x"}), ids=[kol.pk])
    assert list(refusal.value.message_dict) == [key]
    assert not Work.objects.exists()


def test_what_is_retired_or_required_is_refused(operator, actor, admin, asked):
    kol = make_kol(operator, **FULL)
    above = Actor(admin, "page", NOW)
    attribute.retire(above, asked["motto"])
    attribute.edit(above, asked["shoe"], {"required": True}, None)
    attribute.edit(above, asked["plan"], {"choices": METALS[1:]}, None)
    for facts in ({"attr_motto": "x"}, {"attr_shoe": None}, {"attr_plan": "gold"}):
        with pytest.raises(ValidationError) as refusal:
            bulk_work.start(actor, bulk.Changes(facts=facts), ids=[kol.pk])
        assert list(refusal.value.message_dict) == list(facts)
    assert not Work.objects.exists()


def test_the_panel_asks_with_the_widget_of_each_kind(operator, as_user, asked):
    kol = make_kol(operator)
    page = as_user(operator).post(URL, {"kol": [kol.pk]}).content.decode()
    assert 'type="number" name="attr_shoe"' in page
    assert 'type="date" name="attr_signed"' in page
    assert 'type="url" name="attr_page"' in page
    assert '<select name="attr_plan"' in page
    assert 'name="clear" value="attr_shoe"' in page
    assert 'name="clear" value="attr_plan"' not in page


def test_the_page_sets_empties_and_undoes_attributes(operator, as_user, asked):
    browser = as_user(operator)
    one, other = make_kol(operator, "A", **FULL), make_kol(operator, "B", attr_plan="iron", attr_vegan=False)
    before = held(one), held(other)
    data = {"start": "1", "ids": f"{one.pk},{other.pk}", "strength": "3", "attr_signed": "2026-05-05"}
    data |= {"attr_plan": "-", "attr_vegan": "true", "clear": ["attr_shoe"]}
    assert browser.post(URL, data).status_code == 200
    works.run_one(Work.objects.get())
    assert (held(one)["vegan"], str(held(one)["signed"]), "plan" in held(one), "shoe" in held(one)) == (
        True,
        "2026-05-05",
        False,
        False,
    )
    assert held(other) == {"vegan": True, "signed": held(one)["signed"]}
    browser.post(reverse("profiles:bulk-undo", args=[Work.objects.get().pk]))
    works.run_waiting()
    assert (held(one), held(other)) == before


def test_attributes_changed_since_are_left_and_listed(operator, actor, admin, asked):
    kols = [make_kol(operator, name, attr_plan="gold", attr_shoe="38") for name in "AB"]
    changes = bulk.Changes(facts={"attr_shoe": "40", "attr_plan": "iron"})
    work = bulk_work.start(actor, changes, ids=[kol.pk for kol in kols])
    works.run_one(work)
    files.edit(Actor(operator, "page", LATER), kols[0], {"attr_shoe": "41"}, None)
    attribute.edit(Actor(admin, "page", NOW), asked["plan"], {"choices": METALS[1:]}, None)
    undone = bulk_work.undo(actor.again(), Work.objects.get(pk=work.pk))
    works.run_one(undone)
    undone.refresh_from_db()
    left = dict(undone.counts["left_fields"])
    assert undone.state == "done"
    assert left == {str(kols[0].pk): ["attr_plan", "attr_shoe"], str(kols[1].pk): ["attr_plan"]}
    assert [str(held(kol)["shoe"].normalize()) for kol in kols] == ["41", "38"]


def test_an_error_stands_at_its_input_and_what_was_typed_stays(operator, as_user, asked):
    kol = make_kol(operator)
    sent = {"start": "1", "ids": str(kol.pk), "strength": "3", "attr_shoe": "wide", "attr_page": "nonsense"}
    answer = as_user(operator).post(URL, sent)
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert {"attr_shoe", "attr_page"} == set(page.invalid)
    assert 'value="wide"' in answer.content.decode()
    assert not Work.objects.exists()


def test_a_client_edits_attributes_of_many_files(operator, api, asked):
    kol = make_kol(operator)
    client, path = api(operator), "/api/v1/kols/bulk-edit/"
    body = {"ids": [str(kol.pk)], "changes": {"attributes": {"shoe": 40, "vegan": True, "plan": "金"}}}
    assert client.post(path, body, format="json").status_code == 202
    works.run_waiting()
    assert {key: str(value) for key, value in held(kol).items()} == {
        "shoe": "40.0000",
        "plan": "gold",
        "vegan": "True",
    }
    body["changes"] = {"attributes": {"shoe": "wide"}}
    refused = client.post(path, body, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["attr_shoe"])
    assert Attribute.objects.count() == 6
