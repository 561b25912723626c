"""The place where gates stand, with checks of the test's own (DOMAIN 5.3)."""

from datetime import date

import pytest

from kol_crm.core import policy
from kol_crm.core.errors import Refused
from lifecycle import gates
from lifecycle.gates import CheckKind, Finding
from lifecycle.models import Move
from lifecycle.services import stage
from profiles.models import Kol, Stage

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def stand(monkeypatch):
    """``stand(passed=False, use="mandatory")`` puts a check before the step into initial alone."""
    for holder, name in ((gates.kinds, "_providers"), (gates, "_settings"), (policy, "_declared")):
        monkeypatch.setattr(holder, name, {**getattr(holder, name)})

    def register(*, passed, use="mandatory", key="followers"):
        found = Finding(passed, 5120, 6000, "880 short")
        kind = CheckKind("Own followers", lambda _asked, _values: found, {Stage.INITIAL: use})
        gates.register(key, kind)

    return register


def refused(actor, kol, **values):
    version = Kol.objects.get(pk=kol.pk).version
    with pytest.raises(Refused) as refusal:
        stage.move(actor.again(), kol, Stage.INITIAL, **values)
    row = Kol.objects.get(pk=kol.pk)
    assert (row.stage, row.version) == (Stage.INTRODUCTION, version)
    assert not Move.objects.exists()
    assert refusal.value.code == "gate_shut"
    return refusal.value.details["needs"]


@pytest.mark.parametrize("passed", [False, None])
def test_a_shut_gate_needs_a_reason_and_a_manager(actor, kol, manager, stand, passed):
    """Unknown is not passed."""
    stand(passed=passed)
    assert refused(actor, kol) == "manager"
    assert refused(actor, kol, why="Camp ran late") == "manager"
    assert refused(actor.again(user=manager), kol) == "reason"
    assert refused(actor.again(user=manager), kol, why="  ") == "reason"

    move = stage.move(actor.again(user=manager), kol, Stage.INITIAL, why="Camp ran late")

    assert Kol.objects.get(pk=kol.pk).stage == Stage.INITIAL
    move.refresh_from_db()
    assert (move.user, move.why) == (manager, "Camp ran late")
    assert move.gate == [
        {
            "key": "followers",
            "label": "Own followers",
            "passed": passed,
            "value": 5120,
            "limit": 6000,
            "evidence": "880 short",
            "mandatory": True,
            "parts": [],
            "unit": "",
        }
    ]


@pytest.mark.parametrize("passed", [False, None])
def test_an_advisory_check_is_passed_by_the_operator_with_a_reason(actor, kol, stand, passed):
    stand(passed=passed, use="advisory")
    assert refused(actor, kol) == "reason"
    stage.move(actor, kol, Stage.INITIAL, why="Coaching begins on Monday")
    assert Kol.objects.get(pk=kol.pk).stage == Stage.INITIAL


def test_the_system_is_no_manager(actor, kol, stand):
    stand(passed=False)
    assert refused(actor.again(user=None, door="job"), kol, why="by night") == "manager"


def test_a_gate_that_passes_asks_nothing_and_is_kept_with_the_move(actor, kol, stand):
    stand(passed=True)
    move = stage.move(actor, kol, Stage.INITIAL)
    assert [check["passed"] for check in move.gate] == [True]


def test_without_checks_the_move_passes(actor, kol, stand):
    assert stage.move(actor, kol, Stage.INITIAL).gate == []


def test_a_check_that_has_nothing_to_ask_of_a_file_is_not_there(kol, stand):
    stand(passed=False)
    gates.register("none", CheckKind("Nothing", lambda *_: None, {Stage.INITIAL: "mandatory"}))
    assert [check.key for check in stage.gate(kol, Stage.INITIAL, DAY)] == ["followers"]


def test_what_does_not_pass_stands_first(kol, stand):
    stand(passed=True, key="a")
    stand(passed=None, key="b")
    stand(passed=False, key="c")
    assert [(check.key, check.state) for check in stage.gate(kol, Stage.INITIAL, DAY)] == [
        ("b", "unknown"),
        ("c", "failed"),
        ("a", "passed"),
    ]


def test_a_gate_stands_before_steps_forward_only(actor, kol, stand):
    """Stepping back into initial, departing and winning back meet none."""
    stage.move(actor, kol, Stage.INITIAL)
    stage.move(actor.again(), kol, Stage.MID_TERM)
    stand(passed=False)
    assert stage.move(actor.again(), kol, Stage.INITIAL).gate == []
    assert stage.move(actor.again(), kol, Stage.DEPARTED, cause="other").gate == []
    assert stage.move(actor.again(), kol, Stage.INTRODUCTION).gate == []


def test_undo_passes_no_gate(actor, kol, stand):
    stage.move(actor, kol, Stage.INITIAL)
    back = stage.move(actor.again(), kol, Stage.INTRODUCTION)
    stand(passed=False)
    stage.undo(actor.again(), back)
    assert Kol.objects.get(pk=kol.pk).stage == Stage.INITIAL
