"""Twins by page and API: told while typing, 409 with a way to insist, the list of pairs (DOMAIN 2.2)."""

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Notice
from profiles import twin_notice
from profiles.models import Duplicate, Kol
from profiles.services import duplicate
from tests.factories import NOW, field, make_kol
from tests.permissions.asking import state
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db
NEW, HINTS, API = "/kols/new/", "/kols/new/twins/", "/api/v1/kols/"
PHONE = {"channel": "phone", "value": "13812345678"}
TYPED = {"contacts.new1.channel": "phone", "contacts.new1.value": "138 1234 5678"}


def test_what_is_typed_is_posted_and_answered_with_who_is_on_file(operator, as_user):
    kol = make_kol(operator, "Lin Xia", contacts=[PHONE])
    answer = as_user(operator).post(HINTS, TYPED)
    text = answer.content.decode()
    assert (answer.status_code, [one.kol for one in answer.context["told"].shown]) == (200, [kol])
    assert "Lin Xia" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    assert Kol.objects.count() == 1


def test_half_a_form_says_nothing_yet(operator, as_user):
    make_kol(operator, "Lin Xia", contacts=[PHONE])
    half = {"name": "", "birth_month": "x", "contacts.new1.channel": "phone", "contacts.new1.value": "138"}
    answer = as_user(operator).post(HINTS, half)
    assert (answer.status_code, answer.content.decode().strip()) == (200, "")


def test_a_name_typed_with_its_field_finds_the_other_script(operator, as_user):
    kol = make_kol(operator, "王思雨", fields=[(field("tea"), 3)])
    typed = {"name": "wang siyu", "fields.new1.field": "tea", "fields.new1.strength": "3"}
    told = as_user(operator).post(HINTS, typed).context["told"]
    assert [one.kol for one in told.shown] == [kol]
    assert not as_user(operator).post(HINTS, {"name": "wang siyu"}).context["told"]


def test_of_a_file_elsewhere_the_page_shows_no_name_and_no_id(operator, stranger, as_user):
    kol = make_kol(stranger, "Secret Name", contacts=[PHONE])
    text = as_user(operator).post(HINTS, TYPED).content.decode()
    assert "Already on file with team West, ask Stranger" in text
    assert "Secret" not in text
    assert str(kol.pk) not in text


def test_the_page_asks_before_it_creates_and_keeps_what_was_typed(operator, as_user):
    make_kol(operator, "Lin Xia", contacts=[PHONE])
    browser = as_user(operator)
    data = sent_by(browser.get(NEW), "kol-form") | TYPED | {"name": "Chen"}
    before = state()
    answer = browser.post(NEW, data)
    assert (answer.status_code, state()) == (409, before)
    again = sent_by(answer, "kol-form")
    assert (again["name"], again["contacts.new1.value"]) == ("Chen", "138 1234 5678")
    assert 'name="insist"' in answer.content.decode()
    assert browser.post(NEW, again | {"insist": "on"}).status_code == 302
    assert set(Kol.objects.values_list("name", flat=True)) == {"Lin Xia", "Chen"}
    assert Duplicate.objects.get().score == 80


def test_the_api_answers_409_with_the_twins_and_a_header_insists(operator, stranger, api):
    mine = make_kol(operator, "Lin Xia", contacts=[PHONE])
    make_kol(stranger, "Secret Name", contacts=[PHONE])
    body = {"name": "Chen", "contacts": [PHONE]}
    before = state()
    answer = api(operator).post(API, body)
    told = answer.json()
    assert (answer.status_code, told["code"], state()) == (409, "twins", before)
    assert [(one["id"], one["score"], one["owner"]) for one in told["twins"]] == [
        (str(mine.pk), 80, "operator")
    ]
    assert [(part["key"], part["value"], part["points"]) for part in told["twins"][0]["parts"]] == [
        ("phone", "138****5678", 80)
    ]
    assert told["unseen"] == ["already on file with team West, ask Stranger"]
    answer = api(operator).post(API, body, headers={"Insist-On-Twin": "true"})
    assert answer.status_code == 201


def test_an_account_on_file_is_refused_at_its_field_with_the_file_that_has_it(operator, as_user, api):
    kol = make_kol(operator, "Lin Xia", accounts=[{"platform": "weibo", "handle": "siyu"}])
    typed = {"name": "Chen", "birth_calendar": "solar", "owner": operator.pk}
    typed |= {"accounts.new1.platform": "weibo", "accounts.new1.handle": "Siyu"}
    answer = as_user(operator).post(NEW, typed)
    assert answer.status_code == 422
    assert answer.context["editor"].accounts.forms[0].errors.keys() == {"handle"}
    assert [one.kol for one in answer.context["told"].shown] == [kol]
    assert 'name="insist"' not in answer.content.decode()
    body = {"name": "Chen", "accounts": [{"platform": "weibo", "handle": "Siyu"}]}
    assert api(operator).post(API, body).json()["twins"][0]["id"] == str(kol.pk)
    answer = api(operator).post(API, body, headers={"Insist-On-Twin": "true"})
    assert answer.json()["errors"].keys() == {"accounts.0.handle"}


def a_pair(operator) -> Duplicate:
    one = make_kol(operator, "Lin Xia", contacts=[PHONE])
    make_kol(operator, "Chen", contacts=[PHONE])
    duplicate.refresh(Actor.job(NOW), [one.pk])
    return Duplicate.objects.get()


def test_the_list_opens_on_what_is_to_look_at_and_says_why(operator, as_user):
    a_pair(operator)
    answer = as_user(operator).get("/duplicates/", follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [("/duplicates/?state=open", 302)]
    for words in ("Lin Xia", "Chen", "Same phone", "138****5678", "Not the same"):
        assert words in text


def test_a_colleague_sees_the_pair_and_decides_nothing(operator, colleague, as_user):
    pair = a_pair(operator)
    text = as_user(colleague).get("/duplicates/?state=open").content.decode()
    assert "Lin Xia" in text
    assert "not-the-same" not in text
    assert as_user(colleague).post(reverse("profiles:duplicate-put-aside", args=[pair.pk])).status_code == 403


def test_not_the_same_is_taken_back_and_stands_in_both_histories(operator, as_user):
    pair = a_pair(operator)
    browser = as_user(operator)
    answer = browser.post(reverse("profiles:duplicate-put-aside", args=[pair.pk]), follow=True)
    assert list(answer.context["listing"].rows) == []
    undo = reverse("profiles:duplicate-look-again", args=[pair.pk])
    assert undo in answer.content.decode()
    assert {row.root for row in Change.objects.filter(model="profiles.duplicate")} == {
        pair.first_id,
        pair.second_id,
    }
    assert "Not the same" in browser.get(f"/kols/{pair.first_id}/history/").content.decode()
    browser.post(undo)
    assert Duplicate.objects.get().state == "open"


def test_a_file_is_searched_for_on_demand(operator, as_user):
    one = make_kol(operator, "Lin Xia", contacts=[PHONE])
    url = reverse("profiles:kol-find-twins", args=[one.pk])
    assert as_user(operator).post(url)["Location"] == f"/kols/{one.pk}/"
    make_kol(operator, "Chen", contacts=[PHONE])
    answer = as_user(operator).post(url, follow=True)
    assert answer.redirect_chain[0][0] == f"/duplicates/?kol={one.pk}"
    assert [pair.score for pair in answer.context["listing"].rows] == [80]


def test_the_owner_elsewhere_is_told_once_and_no_id_leaves(operator, stranger, as_user, api):
    kol = make_kol(stranger, "Secret Name", contacts=[PHONE])
    browser = as_user(operator)
    for _time in range(2):
        answer = browser.post("/kols/new/twins/tell/", TYPED)
        assert answer.status_code == 204
        assert "told" in answer["HX-Trigger"]
        assert "Secret" not in answer["HX-Trigger"]
    [notice] = Notice.objects.all()
    assert (notice.user, notice.kind, notice.subject, notice.by) == (stranger, "twin", kol.pk, operator)
    told = twin_notice.TWIN.tell([notice], stranger)[notice.pk]
    assert "Secret Name" in told.text
    assert told.url == f"/kols/{kol.pk}/"
    assert twin_notice.TWIN.tell([notice], operator) == {}
    answer = api(operator).post("/api/v1/kols/tell-twins/", {"name": "Chen", "contacts": [PHONE]})
    assert answer.json() == {"told": ["already on file with team West, ask Stranger"]}
    assert Notice.objects.count() == 1


def test_of_a_file_without_owner_the_managers_over_it_are_told(operator, manager_elsewhere, as_user):
    kol = make_kol(manager_elsewhere, "Secret Name", contacts=[PHONE])
    Kol.objects.filter(pk=kol.pk).update(owner=None)
    as_user(operator).post("/kols/new/twins/tell/", TYPED)
    assert Notice.objects.get().user == manager_elsewhere
