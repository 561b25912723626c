"""Reviews: interval, decision, what is kept, the next date (DOMAIN 5.4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core import policy
from kol_crm.core.errors import Conflict, Refused
from lifecycle.models import Review
from lifecycle.services import review as reviews
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from profiles.services import next_due
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
STAY = Review.Decision.STAY


@pytest.fixture
def review(kol):
    return Review.objects.get(kol=kol)


def written(kol):
    row = Kol.objects.get(pk=kol.pk)
    return row.review_due, row.next_due, list(Review.objects.filter(kol=kol).order_by("pk").values())


@pytest.mark.parametrize(
    ("stage", "days"), [("introduction", 14), ("initial", 30), ("mid_term", 60), ("late", 90)]
)
def test_the_next_review_opens_by_the_interval_of_the_stage(actor, kol, stage, days):
    at_stage(kol, stage, since=date(2026, 9, 1))
    reviews.complete(actor, Review.objects.get(kol=kol), STAY)
    kol.refresh_from_db()
    following = Review.objects.awaiting().get(kol=kol)
    assert following.due_on == kol.review_due == DAY + timedelta(days=days)
    assert following.stay.stage == stage


def test_a_manager_changes_the_intervals(actor, admin, review, kol):
    values = {"introduction": 7, "initial": 30, "mid_term": 60, "late": 90}
    policy.change(actor.again(user=admin), {"review_intervals": values})
    reviews.complete(actor, review, STAY)
    assert Review.objects.awaiting().get(kol=kol).due_on == DAY + timedelta(days=7)


@pytest.mark.parametrize(
    "values", [{"introduction": 7}, {**dict.fromkeys(Stage.values[:4], 30), "late": 0}, [14]]
)
def test_intervals_are_days_for_each_stage(actor, values):
    with pytest.raises(ValidationError):
        policy.change(actor, {"review_intervals": values})
    assert policy.current().number == 0


def test_a_done_review_keeps_decision_note_and_the_evidence_of_the_day(actor, review, kol):
    kol_verbs.set_figures(kol.pk, level="mid", verdict="loyal", own_followers=26410)
    done = reviews.complete(actor, review, Review.Decision.ADVANCE, " Ready. ", date(2026, 12, 24))
    kol_verbs.set_figures(kol.pk, own_followers=1)
    done.refresh_from_db()
    assert (done.decision, done.note, done.done_at, done.user) == ("advance", "Ready.", actor.at, actor.user)
    lines = {line["key"]: line for line in done.evidence["rows"]}
    assert lines["followers"]["text"] == "26.4K"
    assert lines["verdict"]["text"] == "Loyal"
    assert lines["stage"]["text"] == "0\u00a0d"
    assert Review.objects.awaiting().get(kol=kol).due_on == date(2026, 12, 24)
    assert Kol.objects.get(pk=kol.pk).stage == "introduction"  # a record, not yet the move


@pytest.mark.parametrize(
    ("decision", "next_on", "field"),
    [
        ("", None, "decision"),
        ("promote", None, "decision"),
        (STAY, DAY, "next_on"),
        (STAY, DAY + timedelta(days=367), "next_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_written(
    actor, review, kol, decision, next_on, field
):
    state = written(kol)
    with pytest.raises(ValidationError) as refusal:
        reviews.complete(actor, review, decision, next_on=next_on)
    assert list(refusal.value.message_dict) == [field]
    assert written(kol) == state


def test_a_stale_review_is_not_done(actor, review, kol):
    reviews.reschedule(actor, review, date(2026, 12, 1))
    state = written(kol)
    with pytest.raises(Conflict):
        reviews.complete(actor.again(), review, STAY, version=review.version)
    assert written(kol) == state


def test_a_review_is_done_once(actor, review, kol):
    reviews.complete(actor, review, STAY)
    state = written(kol)
    with pytest.raises(Refused) as refusal:
        reviews.complete(actor.again(), review, STAY)
    assert refusal.value.code == "already_done"
    with pytest.raises(Refused):
        reviews.reschedule(actor.again(), review, date(2026, 12, 1))
    assert written(kol) == state


@pytest.mark.parametrize("who", ["colleague", "stranger", "finance", "manager_elsewhere"])
def test_only_who_may_edit_the_file_reviews_it(request, actor, review, kol, who):
    state = written(kol)
    other = actor.again(user=request.getfixturevalue(who))
    with pytest.raises(PermissionDenied):
        reviews.complete(other, review, STAY)
    with pytest.raises(PermissionDenied):
        reviews.reschedule(other, review, date(2026, 12, 1))
    assert written(kol) == state


def test_a_redated_review_moves_the_next_due_date(actor, review, kol):
    reviews.reschedule(actor, review, date(2026, 11, 24))
    kol.refresh_from_db()
    assert (kol.review_due, kol.next_due, kol.next_due_kind) == (date(2026, 11, 24),) * 2 + ("review",)
    state = written(kol)
    for day in (DAY, DAY + timedelta(days=367)):
        with pytest.raises(ValidationError) as refusal:
            reviews.reschedule(actor.again(), review, day)
        assert list(refusal.value.message_dict) == ["due_on"]
    assert written(kol) == state


def test_archived_and_dormant_files_hand_in_no_date(actor, kol):
    assert next_due.earliest([kol.pk]) == {kol.pk: (DAY + timedelta(days=14), "touch")}
    kol_verbs.archive(actor, kol, None)
    assert next_due.earliest([kol.pk]) == {}
