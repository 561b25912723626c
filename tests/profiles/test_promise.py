"""Promises (DOMAIN 3.9): both directions, kept or broken, ours that are late before everything else."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from kol_crm import today
from kol_crm.core.errors import Refused
from lifecycle.models import Review
from profiles.models import Kol, Promise
from profiles.note_due import PROMISES
from profiles.services import promise
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_kol_at

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def made(actor, kol, what="A book", due_on=DAY, by="us"):
    return promise.add(actor.again(), kol, {"what": what, "due_on": due_on, "by": by})


def test_a_promise_is_ours_unless_said_otherwise_and_open(actor, kol):
    row = promise.add(actor, kol, {"what": "A book", "due_on": DAY})
    assert (row.by, row.state, row.author) == ("us", "open", actor.user)
    assert Kol.objects.get().next_due_kind == "promise"


def test_a_broken_promise_is_made_good(actor, kol):
    row = made(actor, kol)
    with pytest.raises(ValidationError) as refusal:
        promise.break_(actor.again(), row, " ")
    assert list(refusal.value.message_dict) == ["make_good"]
    assert Promise.objects.get().state == "open"
    broken = promise.break_(actor.again(), row, "A better book")
    assert (broken.state, broken.make_good, broken.settled_at) == ("broken", "A better book", actor.at)


def test_a_kept_promise_cannot_be_broken_until_it_is_opened_again(actor, kol):
    row = made(actor, kol)
    promise.keep(actor.again(), row)
    with pytest.raises(Refused):
        promise.break_(actor.again(), row, "x")
    assert Promise.objects.get().state == "kept"
    assert promise.reopen(actor.again(), row).settled_at is None


def test_our_overdue_promises_come_first_in_the_queue(actor, operator, kol):
    """Before a review that is later still, and before theirs."""
    make_kol_at(operator, "initial", "李", since=date(2026, 11, 2), review_due=date(2026, 11, 10))
    made(actor, kol, "theirs", date(2026, 11, 1), by="kol")
    made(actor, kol, "today", DAY)
    made(actor, kol, "late", date(2026, 11, 20))
    made(actor, kol, "later", date(2026, 11, 21))
    assert Review.objects.filter(due_on__lt=DAY).exists()
    rows = today.load(operator, DAY).rows
    assert [row.why for row in rows[:3]] == [
        "We promised: late",
        "We promised: later",
        "They promised: theirs",
    ]
    assert [row.kind for row in rows[:4]] == ["promise", "promise", "promise", "review"]
    assert [row.first for row in rows[:4]] == [True, True, False, False]
    assert rows[0].action_url.endswith("/kept/")


def test_the_queue_is_cut_after_what_comes_first(actor, operator, kol):
    made(actor, kol, "theirs", date(2026, 11, 1), by="kol")
    made(actor, kol, "late", date(2026, 11, 20))
    found = PROMISES.load(operator, DAY, DAY, 1)
    assert [row.why for row in found] == ["We promised: late"]


def test_rows_are_of_own_awake_files_and_can_be_put_off(actor, operator, colleague, kol):
    row = made(actor, kol)
    assert PROMISES.waiting(operator, DAY).count() == 1
    assert PROMISES.waiting(operator, DAY, [str(row.pk)]).count() == 0
    assert PROMISES.waiting(colleague, DAY).count() == 0
    Kol.objects.update(archived_at=NOW)
    assert PROMISES.load(operator, DAY, DAY, 9) == []


def test_twenty_promises_cost_today_as_many_queries_as_two(actor, operator, django_assert_max_num_queries):
    kols = [make_kol(operator, f"王{n}") for n in range(20)]
    for kol in kols:
        made(actor, kol)
    with django_assert_max_num_queries(1):
        assert len(PROMISES.load(operator, DAY, DAY, 50)) == 20


def test_next_due_goes_on_to_the_next_open_promise(actor, kol):
    first, _second = made(actor, kol), made(actor, kol, due_on=DAY + timedelta(days=1))
    promise.keep(actor.again(), first)
    assert Kol.objects.get().next_due == DAY + timedelta(days=1)
