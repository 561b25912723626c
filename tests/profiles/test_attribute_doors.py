"""Attributes by page and API: in place, in the form, in Settings (DOMAIN 1.3, 2.1)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core.actor import Actor
from profiles.models import Attribute, AttributeValue, Kol
from profiles.services import attribute as verbs
from profiles.services import kol as kols
from tests.factories import NOW
from tests.forms import Page
from tests.profiles.attributes import KINDS, held, make

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


def test_the_page_shows_them_and_edits_one_in_place(everything, as_user, operator, kol):
    browser = as_user(operator)
    path = reverse("profiles:kol-fact", args=[kol.pk, "attr_shirt"])
    assert path in browser.get(reverse("profiles:kol-detail", args=[kol.pk])).content.decode()
    form = Page(browser.get(f"{path}?edit=1").content.decode()).form_to(path)
    answer = browser.post(path, form | {"attr_shirt": "large"})
    assert answer.status_code == 200
    assert "Large" in answer.content.decode()
    assert held(kol) == {"shirt": "large"}


def test_a_stale_edit_in_place_shows_both(everything, as_user, operator, actor, kol):
    browser, path = as_user(operator), reverse("profiles:kol-fact", args=[kol.pk, "attr_motto"])
    form = Page(browser.get(f"{path}?edit=1").content.decode()).form_to(path)
    kols.edit(actor.again(), kol, {"attr_motto": "theirs"}, None)
    answer = browser.post(path, form | {"attr_motto": "mine"})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "mine" in said
    assert "theirs" in said
    assert held(kol) == {"motto": "theirs"}


def test_the_form_makes_and_edits_them(everything, as_user, operator):
    browser, path = as_user(operator), reverse("profiles:kol-create")
    form = Page(browser.get(path).content.decode()).form_to(path)
    sent = {
        "name": "New",
        "attr_shoe": "42.5",
        "attr_studio": "false",
        "attr_shirt": "small",
        "attr_signed": "2026-03-01",
    }
    assert browser.post(path, form | sent).status_code == 302
    kol = Kol.objects.get(name="New")
    assert held(kol) == {
        "shoe": Decimal("42.5"),
        "studio": False,
        "shirt": "small",
        "signed": date(2026, 3, 1),
    }
    path = reverse("profiles:kol-edit", args=[kol.pk])
    form = Page(browser.get(path).content.decode()).form_to(path)
    assert form["attr_shoe"] == "42.5"
    assert browser.post(path, form).status_code == 302
    assert Kol.objects.get(pk=kol.pk).version == 1, "saved as it was, nothing changes"
    assert browser.post(path, form | {"attr_shoe": "43", "attr_shirt": ""}).status_code == 302
    assert held(kol) == {"shoe": Decimal(43), "studio": False, "signed": date(2026, 3, 1)}


def test_both_doors_refuse_the_same_bad_value_at_the_same_field(everything, as_user, api, operator, kol):
    path, address = reverse("profiles:kol-edit", args=[kol.pk]), f"/api/v1/kols/{kol.pk}/"
    browser = as_user(operator)
    form = Page(browser.get(path).content.decode()).form_to(path)
    for key, bad in {"shoe": "many", "signed": "soon", "shirt": "medium", "shop": "javascript:x"}.items():
        answer = browser.post(path, form | {f"attr_{key}": bad})
        assert answer.status_code == 422
        assert f"attr_{key}" in Page(answer.content.decode()).invalid
        refused = api(operator).patch(address, {"attributes": {key: bad}}, headers={"If-Match": "*"})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [f"attr_{key}"])
    assert AttributeValue.objects.count() == 0


def test_the_api_reads_and_writes_them(everything, api, operator, kol):
    client, address = api(operator), f"/api/v1/kols/{kol.pk}/"
    body = {"attributes": {"shoe": "42.5", "studio": True, "signed": "2026-03-01", "shirt": "large"}}
    answer = client.patch(address, body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["attributes"] == body["attributes"]
    answer = client.patch(address, {"attributes": {"studio": None}}, headers={"If-Match": '"2"'})
    assert set(answer.json()["attributes"]) == {"shoe", "signed", "shirt"}
    answer = client.put(address, {"name": "x"}, headers={"If-Match": '"3"'})
    assert set(answer.json()["attributes"]) == {"shoe", "signed", "shirt"}
    answer = client.put(address, {"name": "x", "attributes": {"shoe": 40}}, headers={"If-Match": '"4"'})
    assert answer.json()["attributes"] == {"shoe": "40"}
    made = client.post("/api/v1/kols/", {"name": "y", "attributes": {"motto": "slow"}})
    assert made.json()["attributes"] == {"motto": "slow"}


def test_the_api_says_which_there_are(everything, api, operator):
    answer = api(operator).get("/api/v1/attributes/").json()
    assert {one["key"]: one["kind"] for one in answer} == {key: kind for key, (kind, _v) in KINDS.items()}


def test_an_admin_adds_renames_retires_and_takes_up_by_the_page(as_user, admin):
    browser, path = as_user(admin), reverse("profiles:attribute-create")
    sent = {"name_en": "Shirt size", "name_zh": "衣服尺码", "key": "", "kind": "choice", "group": "personal"}
    sent |= {"position": "0", "choice_key": ["", ""], "choice_name_en": ["S", "L"]}
    assert browser.post(path, sent | {"choice_name_zh": ["小", "大"]}).status_code == 302
    row = Attribute.objects.get()
    assert (row.key, [one["key"] for one in row.choices]) == ("shirt_size", ["s", "l"])
    path = reverse("profiles:attribute-edit", args=[row.pk])
    sent |= {"version": "1", "choice_key": ["s"], "choice_name_en": ["Small"], "choice_name_zh": ["小"]}
    assert browser.post(path, sent).status_code == 302
    row.refresh_from_db()
    assert [(one["key"], one["name_en"], one["retired"]) for one in row.choices] == [
        ("s", "Small", False),
        ("l", "L", True),
    ]
    browser.post(reverse("profiles:attribute-retire", args=[row.pk]))
    assert verbs.standing() == []
    browser.post(reverse("profiles:attribute-take-up", args=[row.pk]))
    assert verbs.standing() == [row]


def test_the_page_refuses_at_the_field_and_keeps_what_was_typed(as_user, admin):
    sent = {"name_en": "", "name_zh": "x", "key": "", "kind": "text", "group": "personal", "position": "0"}
    answer = as_user(admin).post(reverse("profiles:attribute-create"), sent)
    assert answer.status_code == 422
    assert "name_en" in Page(answer.content.decode()).invalid
    assert not Attribute.objects.exists()


def test_only_admins_change_what_a_file_asks_for(as_user, operator, manager, finance, chief):
    row = make(chief, "motto")
    for user in (operator, manager, finance):
        browser = as_user(user)
        for name, ids in (("list", []), ("create", []), ("edit", [row.pk])):
            assert browser.get(reverse(f"profiles:attribute-{name}", args=ids)).status_code == 403
        assert browser.post(reverse("profiles:attribute-retire", args=[row.pk])).status_code == 403
    assert verbs.standing() == [row]
