"""A review ends in advance, stay, step back or depart, with the move in the same step (DOMAIN 5.4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core import policy
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from lifecycle import gates
from lifecycle.gates import CheckKind, Finding
from lifecycle.models import Move, Review, Stay
from lifecycle.services import review_end, stage
from profiles.models import Kol, Stage
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
D = Review.Decision


@pytest.fixture
def review(kol):
    at_stage(kol, "initial", since=date(2026, 10, 1))
    return Review.objects.get(kol=kol)


@pytest.fixture
def shut(monkeypatch):
    """``shut("mandatory")``: the gate before mid-term has a check that fails."""

    def register(use):
        for holder, name in ((gates.kinds, "_providers"), (gates, "_settings"), (policy, "_declared")):
            monkeypatch.setattr(holder, name, {**getattr(holder, name)})
        gates.register(
            "x", CheckKind("Own followers", lambda *_: Finding(False, 1, 2), {Stage.MID_TERM: use})
        )

    return register


def written(kol):
    row = Kol.objects.get(pk=kol.pk)
    return (
        (row.stage, row.review_due, row.version, row.next_due),
        list(Review.objects.filter(kol=kol).order_by("pk").values()),
        list(Stay.objects.filter(kol=kol).order_by("pk").values()),
        Move.objects.count(),
        Change.objects.filter(root=kol.pk).count(),
    )


@pytest.mark.parametrize(
    ("decision", "to_stage", "days"),
    [(D.ADVANCE, "mid_term", 60), (D.STAY, "initial", 30), (D.STEP_BACK, "introduction", 14)],
)
def test_the_kol_moves_with_the_decision_and_is_reviewed_by_the_interval_there(
    actor, kol, review, decision, to_stage, days
):
    ended = review_end.end(actor, review, decision, "Seen", why="because")
    kol.refresh_from_db()
    following = Review.objects.awaiting().get(kol=kol)
    assert (kol.stage, following.stay.stage) == (to_stage, to_stage)
    assert following.due_on == kol.review_due == DAY + timedelta(days=days)
    assert (ended.review.decision, ended.review.note) == (decision, "Seen")
    assert (ended.move is None) == (decision == D.STAY)
    if ended.move:
        assert (ended.move.why, ended.move.user) == ("because", actor.user)


def test_the_note_says_why_the_kol_moved_where_no_gate_is_shut(actor, review):
    assert review_end.end(actor, review, D.ADVANCE, "Fans follow").move.why == "Fans follow"


def test_the_next_date_that_was_chosen_holds_after_the_move_too(actor, kol, review):
    chosen = date(2026, 12, 24)
    review_end.end(actor, review, D.ADVANCE, next_on=chosen)
    kol.refresh_from_db()
    assert Review.objects.awaiting().get(kol=kol).due_on == kol.review_due == chosen
    assert kol.next_due == min(chosen, kol.touch_due)


def test_a_departure_asks_for_its_cause_and_leaves_no_review(actor, kol, review):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        review_end.end(actor, review, D.DEPART)
    assert list(refusal.value.message_dict) == ["cause"]
    with pytest.raises(ValidationError) as refusal:
        review_end.end(actor.again(), review, D.DEPART, cause="inactive", next_on=date(2026, 12, 24))
    assert list(refusal.value.message_dict) == ["next_on"]
    assert written(kol) == state
    ended = review_end.end(actor.again(), review, D.DEPART, cause="inactive", goodbye="Thanks")
    assert (ended.move.cause, ended.move.goodbye) == ("inactive", "Thanks")
    assert Kol.objects.get().stage == "departed"
    assert not Review.objects.awaiting().exists()


def test_staying_has_no_cause(actor, kol, review):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        review_end.end(actor, review, D.STAY, cause="other")
    assert list(refusal.value.message_dict) == ["cause"]
    assert written(kol) == state


def test_a_shut_gate_keeps_the_review_open_and_says_what_is_missing(actor, manager, kol, review, shut):
    shut("mandatory")
    state = written(kol)
    for who in (actor, actor.again(user=manager)):
        with pytest.raises(Refused) as refusal:
            review_end.end(who, review, D.ADVANCE, "Ready")
        assert (refusal.value.code, refusal.value.details["checks"][0]["key"]) == ("gate_shut", "x")
    assert written(kol) == state
    ended = review_end.end(actor.again(user=manager), review, D.ADVANCE, why="Camp ran late")
    assert ended.move.gate[0]["passed"] is False
    assert Kol.objects.get().stage == "mid_term"


def test_an_advisory_check_asks_the_operator_for_a_reason(actor, kol, review, shut):
    shut("advisory")
    state = written(kol)
    with pytest.raises(Refused) as refusal:
        review_end.end(actor, review, D.ADVANCE, "Ready")
    assert refusal.value.details["needs"] == "reason"
    assert written(kol) == state
    review_end.end(actor.again(), review, D.ADVANCE, why="Starts on Monday")
    assert Kol.objects.get().stage == "mid_term"


def test_who_may_not_edit_the_file_ends_nothing(actor, colleague, kol, review):
    state = written(kol)
    with pytest.raises(PermissionDenied):
        review_end.end(actor.again(user=colleague), review, D.ADVANCE)
    assert written(kol) == state


def test_the_move_of_a_review_is_undone_as_any_other(actor, kol, review):
    ended = review_end.end(actor, review, D.ADVANCE)
    stage.undo(actor.again(at=actor.at + timedelta(minutes=1)), ended.move)
    kol.refresh_from_db()
    assert (kol.stage, kol.stage_since) == ("initial", date(2026, 10, 1))
    assert Review.objects.get(done_at__isnull=False).decision == D.ADVANCE
    assert kol.review_due == DAY + timedelta(days=30)


def test_what_was_suggested_is_kept_with_the_review(actor, review):
    done = review_end.end(actor, review, D.STAY).review
    done.refresh_from_db()
    assert done.evidence["suggestion"] == {
        "decision": "stay",
        "reasons": ["The gate ahead asks nothing: it is yours to judge."],
    }
