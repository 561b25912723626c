"""Merging by page and API: side by side, preview, undo, where the old address leads (RELIABILITY 3)."""

import json

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Disclosure, uuid7
from profiles.models import Kol, Merge
from profiles.services import kol as files
from profiles.services import merge, touch
from tests.factories import NOW, make_kol
from tests.permissions.asking import state
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13812345678"}
MAIL = {"channel": "mail", "value": "siyu@163.com"}


@pytest.fixture
def one(operator):
    return make_kol(operator, "Lin Xia", city="Suzhou", family="two sons", contacts=[PHONE])


@pytest.fixture
def other(operator):
    return make_kol(operator, "Lin X.", city="Wuxi", family="a dog", contacts=[MAIL], character="calm")


@pytest.fixture
def merged(operator, one, other):
    return merge.merge(Actor(operator, "page", NOW), one.pk, other.pk, {})


def url(one, other) -> str:
    return reverse("profiles:kol-merge", args=[one.pk, other.pk])


def versions(one, other) -> dict:
    return {"version_mine": one.version, "version_theirs": other.version}


def test_both_files_stand_side_by_side_with_what_would_become_of_them(operator, as_user, one, other):
    answer = as_user(operator).get(url(one, other))
    asked = {question["name"] for question in answer.context["questions"]}
    assert asked == {"name", "city", "family"}
    text = answer.content.decode()
    for words in ("Suzhou", "Wuxi", "138****5678", "si****@163.com", "calm"):
        assert words in text
    assert "13812345678" not in text


def test_another_answer_shows_another_outcome_and_writes_nothing(operator, as_user, one, other):
    before = state()
    answer = as_user(operator).post(url(one, other), {"preview": "1", "city": "merged", "family": "both"})
    text = answer.content.decode()
    assert (answer.status_code, state()) == (200, before)
    assert "Wuxi" in text
    assert "two sons<br>a dog" in text
    assert "<html" not in text


def test_the_page_merges_and_its_toast_undoes(operator, as_user, one, other):
    browser = as_user(operator)
    answer = browser.post(url(one, other), versions(one, other) | {"city": "merged"}, follow=True)
    row = Merge.objects.get()
    undo = reverse("profiles:merge-undo", args=[row.pk])
    assert answer.redirect_chain == [(reverse("profiles:kol-detail", args=[one.pk]), 302)]
    assert undo in answer.content.decode()
    assert (Kol.objects.get(pk=one.pk).city, row.choices) == ("Wuxi", {"city": "merged"})
    answer = browser.post(undo)
    assert answer["Location"] == reverse("profiles:kol-detail", args=[other.pk])
    assert Kol.objects.get(pk=one.pk).city == "Suzhou"
    assert browser.get(answer["Location"]).status_code == 200


def test_a_stale_page_merges_nothing(operator, actor, as_user, one, other):
    files.edit(actor, other, {"city": "Nanjing"}, None)
    before = state()
    for sent in (versions(one, other), {}):
        answer = as_user(operator).post(url(one, other), sent)
        assert (answer.status_code, state()) == (409, before)
        assert "Nanjing" in answer.content.decode()


def test_two_owners_are_asked_for_at_their_place(manager, colleague, as_user, one):
    theirs = make_kol(colleague, "Lin X.")
    before = state()
    answer = as_user(manager).post(url(one, theirs), versions(one, theirs))
    assert (answer.status_code, state()) == (422, before)
    assert [q["name"] for q in answer.context["questions"] if q["errors"]] == ["owner"]


def test_the_old_address_leads_to_the_survivor(operator, stranger, as_user, merged):
    browser = as_user(operator)
    for name in ("kol-detail", "kol-history", "kol-edit"):
        old, new = (reverse(f"profiles:{name}", args=[kol]) for kol in (merged.merged_id, merged.survivor_id))
        answer = browser.get(old)
        assert (answer.status_code, answer["Location"]) == (302, new)
        assert as_user(stranger).get(old).status_code == 404


@pytest.mark.parametrize("debug", [False, True])
def test_what_is_sent_to_the_old_address_is_not_written_and_says_where_to_go(
    operator, as_user, merged, settings, debug
):
    """On a development installation too, where other addresses that are not there have our page."""
    settings.DEBUG = debug
    browser, before = as_user(operator), state()
    path = reverse("profiles:kol-quiet", args=[merged.merged_id])
    answer = browser.post(path, {"quiet_cause": "mourning", "version": 1})
    assert (answer.status_code, answer.templates[0].name, state()) == (409, "core/moved.html", before)
    assert f"/kols/{merged.survivor_id}/quiet/" in answer.content.decode()
    assert browser.get(path).status_code == 302
    assert browser.get(reverse("profiles:kol-quiet", args=[uuid7()])).status_code == 404


def test_an_incomplete_form_sent_to_the_old_address_says_so(operator, as_user, merged):
    before = state()
    answer = as_user(operator).post(reverse("profiles:kol-edit", args=[merged.merged_id]), {"city": "Ningbo"})
    assert (answer.status_code, state()) == (409, before)
    assert "Ningbo" in answer.content.decode()


def test_a_stale_editor_is_offered_the_survivor_with_what_was_typed(operator, actor, as_user, one, other):
    browser = as_user(operator)
    path = reverse("profiles:kol-edit", args=[other.pk])
    data = sent_by(browser.get(path), "kol-form") | {"good_at": "Long takes", "city": "Hangzhou"}
    merge.merge(actor, one.pk, other.pk, {})
    before = state()
    answer = browser.post(path, data)
    assert (answer.status_code, state()) == (409, before)
    assert answer.context["kol"].pk == one.pk
    again = sent_by(answer, "kol-form")
    assert again["good_at"] == "Long takes"
    assert {clash.name for clash in answer.context["editor"].clashes} >= {"city"}
    target = reverse("profiles:kol-edit", args=[one.pk])
    assert target in answer.content.decode()
    assert browser.post(target, again | {"city": "Hangzhou", "name": "Lin Xia"}).status_code == 302
    kol = Kol.objects.get(pk=one.pk)
    assert (kol.good_at, kol.city, kol.contacts.count()) == ("Long takes", "Hangzhou", 2)


def test_a_touch_sent_to_the_merged_file_says_so_and_keeps_what_was_typed(operator, as_user, merged):
    path = reverse("profiles:touch-log", args=[merged.merged_id])
    before = state()
    answer = as_user(operator).post(path, {"channel": "phone", "began": "us"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Reswap"], state()) == (409, "none", before)
    assert "another file" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    answer = as_user(operator).post(path, {"channel": "phone", "began": "us"})
    assert answer.status_code == 409
    assert str(merged.survivor_id) in answer.content.decode()


def test_the_survivor_tells_both_histories(operator, actor, as_user, one, other):
    files.edit(actor.again(), other, {"city": "Nanjing"}, None)
    merge.merge(actor.again(), one.pk, other.pk, {})
    text = as_user(operator).get(reverse("profiles:kol-history", args=[one.pk])).content.decode()
    assert "Nanjing" in text
    assert reverse("profiles:merge-detail", args=[Merge.objects.get().pk]) in text
    text = as_user(operator).get(reverse("profiles:kol-timeline", args=[one.pk])).content.decode()
    assert "Merged with Lin X." in text


def test_what_stayed_is_listed_on_the_merges_page(operator, actor, as_user, merged):
    kol = Kol.objects.get(pk=merged.survivor_id)
    later = actor.again()
    files.edit(later, kol, {"city": "Hangzhou"}, None)
    touch.log(later.again(), kol, channel="phone", began="us", text="later")
    detail = reverse("profiles:merge-detail", args=[merged.pk])
    assert "Make two files again" in as_user(operator).get(detail).content.decode()
    answer = as_user(operator).post(reverse("profiles:merge-undo", args=[merged.pk]))
    assert answer["Location"] == detail
    text = as_user(operator).get(detail).content.decode()
    for words in ("Hangzhou", "new since", "Undone"):
        assert words in text


def test_the_api_merges_previews_and_unmerges(operator, api, one, other):
    client = api(operator)
    body = {"survivor": str(one.pk), "merged": str(other.pk), "choices": {"city": "merged"}}
    before = state()
    answer = client.post("/api/v1/merges/preview/", body)
    assert (answer.status_code, state()) == (200, before)
    assert answer.json()["outcome"]["facts"]["city"] == "Wuxi"
    assert {asked["name"]: asked["answer"] for asked in answer.json()["questions"]} == {
        "name": "survivor",
        "city": "merged",
        "family": "survivor",
    }
    stale = body | {"merged_version": 9}
    assert client.post("/api/v1/merges/", stale).status_code == 412
    answer = client.post("/api/v1/merges/", body)
    assert answer.status_code == 201
    pk = answer.json()["id"]
    old = f"/api/v1/kols/{other.pk}/"
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/kols/{one.pk}/")
    answer = client.patch(old, {"city": "x"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"], answer.json()["survivor"]) == (
        409,
        "merged",
        str(one.pk),
    )
    answer = client.post(f"/api/v1/merges/{pk}/unmerge/")
    assert (answer.status_code, answer.json()["left"]) == (200, [])
    assert client.get(old).status_code == 200
    assert client.post(f"/api/v1/merges/{pk}/unmerge/").json()["code"] == "already_undone"


def test_the_api_refuses_at_the_field(operator, stranger, api, one):
    theirs = make_kol(stranger, "Secret")
    body = {"survivor": str(one.pk), "merged": str(theirs.pk)}
    answer = api(operator).post("/api/v1/merges/", body)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"merged"})
    mine = make_kol(operator, "Lin X.", city="Wuxi")
    body = {"survivor": str(one.pk), "merged": str(mine.pk), "choices": {"city": "both"}}
    answer = api(operator).post("/api/v1/merges/", body)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"city"})


def test_merging_shows_no_contact_in_clear_and_needs_no_disclosure(operator, as_user, one, other):
    as_user(operator).post(url(one, other), versions(one, other))
    assert Disclosure.objects.count() == 0
