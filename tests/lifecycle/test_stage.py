"""Moves as a full table, their undo, and what a move leaves behind (DOMAIN 5.1, 5.2)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from lifecycle.models import Cause, Move, Review, Stay
from lifecycle.services import review as reviews
from lifecycle.services import stage
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
S = Stage
MAY = {
    (S.INTRODUCTION, S.INITIAL),
    (S.INITIAL, S.MID_TERM),
    (S.MID_TERM, S.LATE),
    (S.INITIAL, S.INTRODUCTION),
    (S.MID_TERM, S.INITIAL),
    (S.LATE, S.MID_TERM),
    (S.INTRODUCTION, S.DEPARTED),
    (S.INITIAL, S.DEPARTED),
    (S.MID_TERM, S.DEPARTED),
    (S.LATE, S.DEPARTED),
    (S.DEPARTED, S.INTRODUCTION),
}
INTERVAL = {S.INTRODUCTION: 14, S.INITIAL: 30, S.MID_TERM: 60, S.LATE: 90}


def written(kol) -> tuple:
    """All that a move could have touched."""
    row = Kol.objects.get(pk=kol.pk)
    return (
        row.stage,
        row.stage_since,
        row.review_due,
        row.next_due,
        row.version,
        list(Move.objects.filter(kol=kol).values_list("pk")),
        list(Stay.objects.filter(kol=kol).order_by("pk").values_list("pk", "stage", "since", "until")),
        list(Review.objects.filter(kol=kol).values_list("pk", "stay", "due_on", "version")),
        Change.objects.filter(root=kol.pk).count(),
    )


def cause_of(to_stage) -> dict:
    return {"cause": Cause.REFUSED} if to_stage == S.DEPARTED else {}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_a_kol_moves_one_step_out_or_back_in_and_nowhere_else(actor, kol, before, after):
    at_stage(kol, before, since=date(2026, 9, 1))
    state = written(kol)
    if (before, after) not in MAY:
        with pytest.raises(Refused) as refusal:
            stage.move(actor, kol, after, **cause_of(after))
        assert refusal.value.code == "wrong_step"
        assert written(kol) == state
        return

    move = stage.move(actor, kol, after, why="because", **cause_of(after))

    kol.refresh_from_db()
    due = DAY + timedelta(days=INTERVAL[after]) if after in INTERVAL else None
    assert (move.from_stage, move.to_stage, move.user, move.why) == (before, after, actor.user, "because")
    assert (kol.stage, kol.stage_since, kol.review_due) == (after, DAY, due)
    stays = (
        Stay.objects.filter(kol=kol)
        .order_by("entered_by__at", "since")
        .values_list("stage", "since", "until")
    )
    assert sorted(stays, key=lambda stay: stay[2] or date.max)[-2:] == [
        (before, date(2026, 9, 1), DAY),
        (after, DAY, None),
    ]
    assert list(Review.objects.filter(kol=kol, done_at=None).values_list("stay__stage", "due_on")) == (
        [(after, due)] if due else []
    )


def test_an_unknown_stage_is_refused_at_its_field(actor, kol):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        stage.move(actor, kol, "retired")
    assert list(refusal.value.message_dict) == ["to_stage"]
    assert written(kol) == state


def test_a_new_file_stands_in_introduction_with_its_first_review_after_14_days(kol):
    stay = Stay.objects.get(kol=kol)
    kol.refresh_from_db()
    assert (stay.stage, stay.since, stay.until, stay.entered_by) == (S.INTRODUCTION, DAY, None, None)
    assert (kol.stage_since, kol.review_due) == (DAY, DAY + timedelta(days=14))
    assert Review.objects.get(kol=kol).stay == stay


def test_a_dormant_file_has_a_stay_but_no_review_until_it_wakes(actor, operator):
    """DOMAIN 3.14."""
    dormant = kol_verbs.create(actor, {"name": "无主", "owner": None, "team": operator.team})
    assert Stay.objects.get(kol=dormant).stage == S.INTRODUCTION
    assert not Review.objects.exists()

    stage.wake(actor, [dormant])
    stage.wake(actor, [dormant])

    dormant.refresh_from_db()
    assert [review.due_on for review in Review.objects.all()] == [DAY + timedelta(days=14)]
    assert dormant.review_due == DAY + timedelta(days=14)


def test_many_births_cost_as_many_queries_as_two(actor, operator):
    def births(count):
        kols = [
            Kol(name=f"K{number}", owner=operator, team=operator.team, created_at=actor.at)
            for number in range(count)
        ]
        return Kol.objects.bulk_create(kols)

    few, many = births(2), births(60)
    with CaptureQueriesContext(connection) as two:
        stage.begin(actor, few)
    with CaptureQueriesContext(connection) as sixty:
        stage.begin(actor, many)
    assert len(two) == len(sixty) == (11 if connection.vendor == "postgresql" else 5)  # two by COPY, aside
    assert Stay.objects.filter(stage=S.INTRODUCTION, until=None).count() == 62
    assert Review.objects.filter(done_at=None).count() == 62


def test_a_move_keeps_the_figures_of_the_day(actor, kol):
    kol_verbs.set_figures(kol.pk, level="mid", verdict="loyal", own_followers=26410, risk=40, bond=64)
    move = stage.move(actor, kol, S.INITIAL)
    move.refresh_from_db()
    assert {name: move.figures[name] for name in stage.FIGURES} == {
        "level": "mid",
        "verdict": "loyal",
        "own_followers": 26410,
        "risk": 40,
        "bond": 64,
    }


def test_a_move_is_in_the_history_of_the_field_and_raises_the_version(actor, kol):
    version = Kol.objects.get(pk=kol.pk).version
    stage.move(actor, kol, S.INITIAL)
    change = Change.objects.get(root=kol.pk, field="stage")
    assert (change.before, change.after, change.change_set.user, change.change_set.door) == (
        "introduction",
        "initial",
        actor.user,
        "page",
    )
    assert Kol.objects.get(pk=kol.pk).version == version + 1


def test_a_stale_version_moves_nothing(actor, kol):
    version = Kol.objects.get(pk=kol.pk).version
    kol_verbs.edit(actor.again(), kol, {"city": "Kunming"}, version)
    state = written(kol)
    with pytest.raises(Conflict) as conflict:
        stage.move(actor.again(), kol, S.INITIAL, version=version)
    assert conflict.value.changed == {"city"}
    assert written(kol) == state


@pytest.mark.parametrize("who", ["colleague", "stranger", "finance", "manager_elsewhere"])
def test_only_who_may_edit_the_file_moves_it(request, actor, kol, who):
    state = written(kol)
    with pytest.raises(PermissionDenied):
        stage.move(actor.again(user=request.getfixturevalue(who)), kol, S.INITIAL)
    assert written(kol) == state


@pytest.mark.parametrize("who", ["operator", "manager", "admin"])
def test_owner_manager_and_admin_move_it(request, actor, kol, who):
    stage.move(actor.again(user=request.getfixturevalue(who)), kol, S.INITIAL)
    assert Kol.objects.get(pk=kol.pk).stage == S.INITIAL


def test_an_archived_file_does_not_move(actor, kol, now):
    kol_verbs.archive(actor, kol, None)
    state = written(kol)
    with pytest.raises(PermissionDenied):
        stage.move(actor.again(), kol, S.INITIAL)
    with pytest.raises(Refused):
        stage.move(Actor.job(now), kol, S.INITIAL)
    assert written(kol) == state


# Departures


def test_a_departure_needs_a_cause_at_its_field(actor, kol):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        stage.move(actor, kol, S.DEPARTED, look_again_on=DAY)
    assert set(refusal.value.message_dict) == {"cause", "look_again_on"}
    assert written(kol) == state


def test_a_departure_keeps_goodbye_and_looks_again_after_180_days_unless_told(actor, kol):
    move = stage.move(actor, kol, S.DEPARTED, cause=Cause.COMPETITOR, goodbye=" Thanks for two years. ")
    assert (move.goodbye, move.look_again_on) == ("Thanks for two years.", DAY + timedelta(days=180))
    kol.refresh_from_db()
    assert (kol.review_due, kol.next_due_kind == "review") == (None, False)


def test_other_moves_have_no_cause(actor, kol):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        stage.move(actor, kol, S.INITIAL, cause=Cause.OTHER)
    assert list(refusal.value.message_dict) == ["cause"]
    assert written(kol) == state


def test_departing_by_breach_sets_the_quiet_mark_and_undo_takes_it_off(actor, kol):
    """DOMAIN 3.11."""
    move = stage.move(actor, kol, S.DEPARTED, cause=Cause.BREACH)
    assert Kol.objects.get(pk=kol.pk).quiet_cause == "breach"
    stage.undo(actor.again(), move)
    assert Kol.objects.get(pk=kol.pk).quiet_cause == ""


# Undo


@pytest.mark.parametrize(("before", "after"), sorted(MAY))
def test_undo_restores_stage_and_stage_since_whatever_the_order(actor, kol, before, after):
    at_stage(kol, before, since=date(2026, 9, 1), review_due=date(2026, 12, 24))
    state = written(kol)
    move = stage.move(actor, kol, after, **cause_of(after))

    undone = stage.undo(actor.again(at=actor.at + timedelta(minutes=1)), move)

    kol.refresh_from_db()
    assert (kol.stage, kol.stage_since) == (before, date(2026, 9, 1))
    assert kol.review_due == (date(2026, 12, 24) if before in INTERVAL else None)
    assert (undone.takes_back, undone.from_stage, undone.to_stage) == (move, after, before)
    assert (
        list(Stay.objects.filter(kol=kol).order_by("pk").values_list("pk", "stage", "since", "until"))
        == state[6]
    )
    assert not Move.objects.filter(kol=kol, pk__in=[move.pk, undone.pk]).standing().exists()
    review = Review.objects.filter(kol=kol, done_at=None).values_list("stay__stage", "due_on")
    assert list(review) == ([(before, date(2026, 12, 24))] if before in INTERVAL else [])


def test_undo_is_open_for_ten_minutes_to_the_second(actor, kol):
    first = stage.move(actor, kol, S.INITIAL)
    state = written(kol)
    late = actor.again(at=actor.at + timedelta(minutes=10, microseconds=1))
    with pytest.raises(Refused) as refusal:
        stage.undo(late, first)
    assert refusal.value.code == "too_late"
    assert written(kol) == state

    stage.undo(actor.again(at=actor.at + timedelta(minutes=10)), first)
    assert Kol.objects.get(pk=kol.pk).stage == S.INTRODUCTION


@pytest.mark.parametrize("who", ["manager", "admin", "colleague"])
def test_only_its_author_undoes_a_move(request, actor, kol, who):
    move = stage.move(actor, kol, S.INITIAL)
    state = written(kol)
    with pytest.raises(PermissionDenied):
        stage.undo(actor.again(user=request.getfixturevalue(who)), move)
    assert written(kol) == state


def test_a_later_move_hangs_on_the_earlier_until_it_is_undone(actor, kol):
    first = stage.move(actor, kol, S.INITIAL)
    second = stage.move(actor.again(at=actor.at + timedelta(minutes=1)), kol, S.MID_TERM)
    state = written(kol)
    soon = actor.again(at=actor.at + timedelta(minutes=2))
    with pytest.raises(Refused) as refusal:
        stage.undo(soon, first)
    assert refusal.value.code == "in_use"
    assert written(kol) == state

    stage.undo(soon, second)
    stage.undo(soon.again(at=actor.at + timedelta(minutes=3)), first)
    assert Kol.objects.get(pk=kol.pk).stage == S.INTRODUCTION
    assert Stay.objects.filter(kol=kol).count() == 1


def test_a_review_done_since_hangs_on_the_move(actor, kol):
    move = stage.move(actor, kol, S.INITIAL)
    reviews.complete(actor.again(), Review.objects.get(kol=kol), Review.Decision.STAY)
    state = written(kol)
    with pytest.raises(Refused) as refusal:
        stage.undo(actor.again(), move)
    assert refusal.value.code == "in_use"
    assert written(kol) == state


def test_a_move_is_undone_once_and_an_undoing_never(actor, kol):
    move = stage.move(actor, kol, S.INITIAL)
    undone = stage.undo(actor.again(), move)
    state = written(kol)
    for row in (move, undone):
        with pytest.raises(Refused) as refusal:
            stage.undo(actor.again(), row)
        assert refusal.value.code == "already_undone"
    assert written(kol) == state


def test_a_moved_file_can_be_moved_on_after_its_move_was_undone(actor, kol):
    stage.undo(actor.again(), stage.move(actor, kol, S.INITIAL))
    again = stage.move(actor.again(at=actor.at + timedelta(minutes=1)), kol, S.INITIAL)
    stage.undo(actor.again(at=actor.at + timedelta(minutes=2)), again)
    assert Kol.objects.get(pk=kol.pk).stage == S.INTRODUCTION
