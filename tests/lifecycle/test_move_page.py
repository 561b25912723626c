"""The gate's panel, moving and undoing through the page: who may, what is said where, what stands after."""

import json

import pytest

from kol_crm.core import policy
from lifecycle import gates
from lifecycle.gates import CheckKind, Finding
from lifecycle.models import Move
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/board/?owner=me"}


@pytest.fixture
def url(kol):
    return f"/kols/{kol.pk}/move/"


def body(kol, to_stage="initial", **values):
    return {"to_stage": to_stage, "version": Kol.objects.get(pk=kol.pk).version, **values}


def stands(kol, stage=Stage.INTRODUCTION, moves=0):
    return Kol.objects.get(pk=kol.pk).stage == stage and Move.objects.filter(kol=kol).count() == moves


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("operator", 200),
        ("manager", 200),
        ("admin", 200),
        ("colleague", 403),
        ("stranger", 404),
        ("finance", 404),
    ],
)
def test_who_may_not_edit_neither_sees_the_panel_nor_moves(request, as_user, kol, url, who, status):
    browser = as_user(request.getfixturevalue(who))
    assert browser.get(url, {"to": "initial"}).status_code == status
    answer = browser.post(url, body(kol), **HTMX)
    assert answer.status_code == status
    assert stands(kol, Stage.INITIAL, 1) if status == 200 else stands(kol)


def test_without_a_stage_the_panel_asks_for_one(as_user, operator, url):
    part = as_user(operator).get(url, **HTMX).content.decode()
    assert "?to=initial" in part
    assert "?to=departed" in part
    assert "?to=late" not in part
    assert as_user(operator).get(url, {"to": "retired"}).status_code == 404


def test_on_the_board_the_card_changes_its_column_and_undo_brings_it_back(as_user, operator, kol, url):
    browser = as_user(operator)
    answer = browser.post(url, body(kol), **HTMX)
    part, toast = answer.content.decode(), json.loads(answer["HX-Trigger"])["toast"]
    assert f'<div id="card-{kol.pk}" hx-swap-oob="delete">' in part
    assert 'hx-swap-oob="afterbegin:#well-initial"' in part
    assert 'id="head-introduction" hx-swap-oob="true"' in part
    assert toast["text"] == "王思雨 moved to Initial."

    answer = browser.post(toast["undo_url"], **HTMX)
    assert 'hx-swap-oob="afterbegin:#well-introduction"' in answer.content.decode()
    assert stands(kol, Stage.INTRODUCTION, 2)
    assert browser.post(toast["undo_url"], **HTMX).status_code == 409


def test_on_the_file_the_page_is_shown_again(as_user, operator, kol, url):
    here = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver/kols/{kol.pk}/"}
    answer = as_user(operator).post(url, body(kol), **here)
    assert answer["HX-Refresh"] == "true"


def test_on_the_page_of_the_move_it_leads_to_the_file(as_user, operator, kol, url):
    here = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver{url}?to=initial"}
    answer = as_user(operator).post(url, body(kol), **here)
    assert answer["HX-Redirect"] == f"/kols/{kol.pk}/"


def test_without_scripts_the_move_leads_to_the_file(as_user, operator, kol, url):
    answer = as_user(operator).post(url, body(kol))
    assert (answer.status_code, answer["Location"]) == (302, f"/kols/{kol.pk}/")


def test_a_departure_asks_for_its_cause_at_the_field_and_keeps_what_was_typed(as_user, operator, kol, url):
    answer = as_user(operator).post(
        url, body(kol, "departed", goodbye="Thanks for all", look_again_on="2020-01-01"), **HTMX
    )
    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == ["cause"]
    assert "Thanks for all" in answer.content.decode()
    answer = as_user(operator).post(
        url, body(kol, "departed", cause="other", look_again_on="2020-01-01"), **HTMX
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["look_again_on"])
    assert stands(kol)


def test_a_step_out_of_order_is_said_over_the_form(as_user, operator, kol, url):
    answer = as_user(operator).post(url, body(kol, "late"), **HTMX)
    assert answer.status_code == 409
    assert "It goes to" in answer.content.decode() or "it goes to" in answer.content.decode()
    assert stands(kol)


@pytest.mark.parametrize("version", ["", "x", "0"])
def test_without_a_version_nothing_moves(as_user, operator, kol, url, version):
    answer = as_user(operator).post(url, {"to_stage": "initial", "version": version}, **HTMX)
    assert answer.status_code == 422
    assert stands(kol)


def test_a_stale_panel_says_what_changed_keeps_what_was_typed_and_can_be_sent_again(
    as_user, actor, operator, kol, url
):
    typed = body(kol, why="Because of the camp")
    kol_verbs.edit(actor.again(), kol, {"city": "昆明"}, None)
    browser = as_user(operator)
    answer = browser.post(url, typed, **HTMX)
    part = answer.content.decode()
    assert answer.status_code == 409
    assert "city" in part
    assert "Because of the camp" in part
    assert stands(kol)

    fresh = answer.context["form"].data
    assert browser.post(url, fresh.dict(), **HTMX).status_code == 200
    assert stands(kol, Stage.INITIAL, 1)


def test_a_shut_gate_offers_the_move_to_a_manager_with_a_reason(
    monkeypatch, as_user, operator, manager, kol, url
):
    found = Finding(False, 5120, 6000, "880 short")
    for holder, name in ((gates.kinds, "_providers"), (gates, "_settings"), (policy, "_declared")):
        monkeypatch.setattr(holder, name, {**getattr(holder, name)})
    kind = CheckKind("Own followers", lambda _asked, _values: found, {Stage.INITIAL: "mandatory"})
    gates.register("f", kind)
    panel = as_user(operator).get(url, {"to": "initial"}, **HTMX).content.decode()
    assert "880 short" in panel
    assert "5,120 of 6,000" in panel
    assert 'type="submit"' not in panel
    assert as_user(operator).post(url, body(kol, why="please"), **HTMX).status_code == 409

    answer = as_user(manager).post(url, body(kol), **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (409, ["why"])
    assert stands(kol)
    assert as_user(manager).post(url, body(kol, why="Camp ran late"), **HTMX).status_code == 200
    assert stands(kol, Stage.INITIAL, 1)


@pytest.mark.parametrize(("who", "status"), [("colleague", 403), ("manager", 403), ("stranger", 404)])
def test_only_the_author_undoes(request, as_user, operator, kol, url, who, status):
    as_user(operator).post(url, body(kol), **HTMX)
    undo = f"/moves/{Move.objects.get().pk}/undo/"
    assert as_user(request.getfixturevalue(who)).post(undo, **HTMX).status_code == status
    assert as_user(operator).get(undo).status_code == 405
    assert stands(kol, Stage.INITIAL, 1)
