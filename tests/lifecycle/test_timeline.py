"""Moves and reviews in the story of a file, and the stages above it (UI, screen 3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle.models import Review, Stay
from lifecycle.services import review as reviews
from lifecycle.services import stage
from profiles import changes, timeline
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.factories import make_rule, make_violation

pytestmark = pytest.mark.django_db


def told(kol, kind):
    return [(entry.title, entry.note, entry.body, entry.who) for entry in timeline.read(kol, kind).entries]


def test_a_move_is_told_with_its_reason_and_an_undone_one_is_not(kol, actor):
    move = stage.move(actor, kol, "initial", why="Ready")
    assert told(kol, "move") == [("Introduction → Initial", "", "Ready", actor.user)]
    stage.undo(actor.again(), move)
    assert told(kol, "move") == []


def test_what_a_story_of_its_own_tells_is_not_told_again_as_changes(kol, actor):
    """DOMAIN 3.12: the history has every change all the same."""
    before = len(timeline.read(kol, "change").entries)
    make_violation(kol, make_rule())
    assert len(timeline.read(kol, "change").entries) == before
    assert timeline.counts(kol)["change"] == before
    assert [entry.kind for entry in timeline.read(kol, limit=1).entries] == ["conduct"]
    assert changes.of_history(kol).filter(model="lifecycle.violation").exists()


def test_a_departure_is_told_with_its_cause_and_goodbye_and_from_introduction_as_not_won(kol, actor):
    cause = {"cause": "competitor", "why": "Signed elsewhere", "goodbye": "Good luck!"}
    left = stage.move(actor, kol, "departed", **cause)
    words = "Signed elsewhere\nGood luck!"
    assert told(kol, "move") == [
        ("Introduction → Departed", "not won: Left for a competitor", words, actor.user)
    ]
    stage.undo(actor.again(), left)
    stage.move(actor.again(), kol, "initial")
    stage.move(actor.again(), kol, "departed", **cause)
    assert ("Initial → Departed", "Left for a competitor", words, actor.user) in told(kol, "move")


def test_a_review_is_told_once_it_is_done(kol, actor):
    review = Review.objects.get(kol=kol)
    assert told(kol, "review") == []
    reviews.complete(actor, review, Review.Decision.STAY, "Steady")
    [(title, note, body, who)] = told(kol, "review")
    assert (title, note.startswith("Stay · was due"), body, who) == ("Review", True, "Steady", actor.user)


def test_the_stages_say_how_long_each_took(kol, operator, actor, as_user):
    stage.move(actor, kol, "initial")
    Stay.objects.filter(kol=kol, stage="introduction").update(
        since=date(2026, 11, 11), until=date(2026, 11, 23)
    )
    answer = as_user(operator).get(reverse("lifecycle:stepper", args=[kol.pk]))
    first, second, third, last = answer.context["steps"]
    assert (first["state"], first["days"]) == ("past", 12)
    assert second["state"] == "now"
    assert [(step["state"], step["days"]) for step in (third, last)] == [("later", None)] * 2
    assert [step["stage"] for step in answer.context["steps"] if step["move_url"]] == [
        "introduction",
        "mid_term",
    ]


def test_a_departed_kol_stands_in_no_stage_and_keeps_the_days_of_those_before(kol, operator, actor, as_user):
    stage.move(actor, kol, "departed", cause="inactive")
    steps = as_user(operator).get(reverse("lifecycle:stepper", args=[kol.pk])).context["steps"]
    assert [step["state"] for step in steps] == ["past", "later", "later", "later"]


def test_a_colleague_sees_the_stages_without_a_way_to_move(kol, colleague, stranger, as_user):
    page = as_user(colleague).get(reverse("lifecycle:stepper", args=[kol.pk])).content.decode()
    assert reverse("lifecycle:move", args=[kol.pk]) not in page
    assert as_user(stranger).get(reverse("lifecycle:stepper", args=[kol.pk])).status_code == 404


def test_moves_and_touches_stand_in_one_order(kol, actor):
    stage.move(Actor(actor.user, "page", NOW + timedelta(minutes=1)), kol, "initial")
    assert [entry.kind for entry in timeline.read(Kol.objects.get()).entries] == ["move", "change"]


def test_a_move_is_not_told_twice(kol, actor):
    stage.move(actor, kol, "initial")
    assert [entry.title for entry in timeline.read(kol, "change").entries] == ["File created"]
