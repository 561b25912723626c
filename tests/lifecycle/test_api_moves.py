"""The stage of a file by API: move, gate, undo; and what is written about each stage (DOMAIN 5.1–5.3)."""

from datetime import date

import pytest

from kol_crm.core import policy
from lifecycle import stage_words
from lifecycle.models import Move
from profiles.models import Kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db


def url(kol) -> str:
    return f"/api/v1/kols/{kol.pk}/move/"


def test_a_move_goes_through_the_verb_of_the_board(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "initial", "why": "agreed"})
    assert (answer.status_code, answer.json()["version"], Kol.objects.get().stage) == (201, 2, "initial")


def test_a_jump_over_a_stage_is_a_409_and_writes_nothing(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "late"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_step")
    assert (Move.objects.count(), Kol.objects.get().stage) == (0, "introduction")


def test_a_departure_without_a_cause_is_refused_at_the_field(api, operator, kol):
    answer = api(operator).post(url(kol), {"to_stage": "departed"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cause"])
    assert not Move.objects.exists()


def test_refusals_come_in_their_order(api, operator, colleague, stranger, kol):
    assert api(stranger, "kols:read").post(url(kol), {}).status_code == 404
    assert api(operator, "kols:read").post(url(kol), {}).status_code == 403
    assert api(colleague).post(url(kol), {}).status_code == 403
    assert api(operator).post(url(kol), {"to_stage": "initial", "version": 9}).status_code == 412
    assert api(operator).post(url(kol), {}).status_code == 400
    assert not Move.objects.exists()


@pytest.mark.usefixtures("standing_gates")
def test_a_refused_move_is_a_409_that_lists_what_is_missing(api, operator, manager, kol):
    at_stage(kol, "initial", since=date(2026, 9, 1))
    answer = api(operator).post(url(kol), {"to_stage": "mid_term", "why": "I know them"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["needs"]) == (409, "gate_shut", "manager")
    checks = {check["key"]: check for check in told["checks"]}
    assert checks["own_followers"]["passed"] is None
    assert checks["own_followers"]["evidence"] == "No figure of followers here: enter one."
    assert (Move.objects.count(), Kol.objects.get().stage) == (0, "initial")
    answer = api(manager).post(url(kol), {"to_stage": "mid_term", "why": "Camp ran late"})
    assert (answer.status_code, Kol.objects.get().stage) == (201, "mid_term")


@pytest.mark.usefixtures("standing_gates")
def test_the_gate_is_read_before_the_move(api, operator, colleague, stranger, kol):
    gate = f"/api/v1/kols/{kol.pk}/gate/"
    told = api(colleague, "kols:read").get(gate).json()
    assert (told["from_stage"], told["to_stage"], told["needs"]) == ("introduction", "initial", "manager")
    assert [(check["key"], check["mandatory"]) for check in told["checks"]] == [
        ("plan_agreed", True),
        ("persona_designed", True),
        ("field_pace", False),
    ]
    assert api(operator).get(gate, {"to_stage": "departed"}).json()["checks"] == []
    assert api(operator).get(gate, {"to_stage": "x"}).status_code == 400
    assert api(operator).get(gate, {"stage": "initial"}).status_code == 400
    assert api(stranger).get(gate).status_code == 404
    at_stage(kol, "late", since=date(2026, 9, 1))
    assert api(operator).get(gate).json()["to_stage"] == ""


def test_a_move_is_undone_by_its_author(api, operator, manager, stranger, kol):
    row = api(operator).post(url(kol), {"to_stage": "initial"}).json()
    undo = f"/api/v1/moves/{row['id']}/undo/"
    assert api(stranger).post(undo).status_code == 404
    assert api(operator, "kols:read").post(undo).status_code == 403
    assert api(manager).post(undo).status_code == 403
    assert Kol.objects.get().stage == "initial"
    answer = api(operator).post(undo)
    assert (answer.status_code, answer.json()["to_stage"]) == (200, "introduction")
    assert Kol.objects.get().stage == "introduction"
    answer = api(operator).post(undo)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_undone")


@pytest.mark.usefixtures("standing_gates")
def test_stages_tell_their_words_and_gate_and_under_which_setting_each_is_changed(api, operator, actor):
    answer = api(operator, "kols:read").get("/api/v1/stages/").json()
    assert [stage["stage"] for stage in answer["stages"]] == ["introduction", "initial", "mid_term", "late"]
    assert answer["stages"][0]["gate"] == []
    late = api(operator).get("/api/v1/stages/late/").json()
    gate = {check["key"]: check for check in late["gate"]}
    assert gate["own_rate"] == {
        "key": "own_rate",
        "label": "Own interactions per post ÷ own followers",
        "use": "mandatory",
        "parameters": {"share": "0.01", "days": 60, "longest_gap": 14},
        "setting": "gate_late_own_rate",
    }
    assert gate["field_pace"]["use"] == "off"
    assert late["entry"] == "Steady followers and answers for 60 days."
    assert api(operator).get("/api/v1/stages/departed/").status_code == 404


def test_texts_are_kept_per_language_and_an_empty_one_is_told_in_the_other(actor):
    setting = stage_words.WORDS["late"]
    assert stage_words.words("late", policy.current(), "zh-hans").entry == "粉丝和互动稳定 60 天。"
    empty = {"entry": "", "exit": " ", "playbook": "只有中文"}
    told = {"en": {"entry": "Only English", "exit": "", "playbook": ""}, "zh-hans": empty}
    made = policy.change(actor, {setting.key: told}, "shorter")
    rules = policy.Policy(made)
    assert stage_words.words("late", rules, "zh-hans").entry == "Only English"
    assert stage_words.words("late", rules, "en").playbook == "只有中文"
    assert stage_words.words("late", rules, "en").exit == ""
    assert not stage_words.words("departed", rules)
