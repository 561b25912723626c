"""One failing item never stops a batch: each job counts what failed, and does the rest (RELIABILITY 1)."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from kol_crm.core import morning as mails
from kol_crm.core import tidying
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from lifecycle.services import morning, outreach_following, stop
from profiles.services import duplicate, nightly, standing, trash
from profiles.services import kol as files
from tests.factories import NOW, make_kol
from tests.lifecycle.test_morning import EIGHT, MADE

pytestmark = pytest.mark.django_db
LATER = Actor.job(NOW + timedelta(days=400))


class FailsOnce:
    """Stands in the place of what does the work of one item: the first is bad, the others are done."""

    def __init__(self, work):
        self.work, self.calls = work, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.calls == 1:
            raise ValueError("personal words")
        return self.work(*args, **kwargs)


@pytest.fixture
def bad_first(monkeypatch):
    def put(module, name: str) -> FailsOnce:
        once = FailsOnce(getattr(module, name))
        monkeypatch.setattr(module, name, once)
        return once

    return put


def one_failed(tally: Tally) -> None:
    assert tally.failed == 1
    assert "personal words" not in "".join(tally.errors), "the words of an error may be personal"
    assert tally.errors[0].endswith(": ValueError")


@pytest.fixture
def three(operator):
    return [make_kol(operator, name) for name in "甲乙丙"]


def test_what_fails_is_counted_without_its_words_and_the_rest_goes_on():
    tally = Tally()
    for n in range(3):
        with tally.sparing(f"row {n}"):
            if n == 0:
                raise ValueError("personal words")
            tally.done += 1
    assert (tally.done, tally.errors) == (2, ["row 0: ValueError"])
    one_failed(tally)


def test_a_database_that_is_away_ends_the_run():
    tally = Tally()
    with pytest.raises(OperationalError), tally.sparing("row"):
        raise OperationalError("gone")
    assert tally.failed == 0


def test_files_in_the_trash(three, operator, bad_first):
    for kol in three:
        files.archive(Actor(operator, "page", NOW), kol, None)
    bad_first(trash.history, "save")
    tally = trash.close(LATER)
    one_failed(tally)
    assert (tally.seen, tally.done) == (3, 2)


@pytest.mark.parametrize(
    ("module", "name", "job"),
    [
        (nightly.next_due, "refresh", nightly.due_dates),
        (standing, "_refresh_chunk", nightly.figures),
        (duplicate, "refresh", duplicate.nightly),
    ],
)
def test_chunks_of_files(three, bad_first, monkeypatch, module, name, job):
    for sized in (nightly, standing, duplicate):
        monkeypatch.setattr(sized, "CHUNK", 1)
    once = bad_first(module, name)
    one_failed(job(Actor.job(NOW)))
    assert once.calls == 3


def test_mornings(operator, colleague, bad_first):
    for user in (operator, colleague):
        make_kol(user, user.username, at=MADE)
    once = bad_first(mails, "gather")
    tally = morning.plan(Actor.job(EIGHT))
    one_failed(tally)
    assert (tally.seen, once.calls) == (2, 2)


def test_tidying(db, bad_first):
    once = bad_first(tidying.notices, "forget_old")
    swept = FailsOnce(tidying.stored.sweep)
    swept.calls = 1
    tidying.stored.sweep, kept = swept, tidying.stored.sweep
    try:
        one_failed(tidying.tidy(LATER))
    finally:
        tidying.stored.sweep = kept
    assert (once.calls, swept.calls) == (1, 2), "the files are swept all the same"


class Rows:
    """A queryset of these, whatever is asked of it."""

    def __init__(self, *rows):
        self.rows = rows

    def __getattr__(self, _name):
        return lambda *_args, **_more: self

    def __iter__(self):
        return iter(self.rows)

    def __getitem__(self, part):
        return self.rows[part]


def test_outreaches(bad_first, monkeypatch):
    monkeypatch.setattr(outreach_following.outreach, "BATCH", 1)
    monkeypatch.setattr(outreach_following.Outreach, "objects", Rows(1, 2, 3))
    monkeypatch.setattr(outreach_following.outreach, "set_next", lambda _ids: 1)
    once = bad_first(outreach_following.outreach, "set_next")
    tally = outreach_following.nightly(LATER)
    one_failed(tally)
    assert (once.calls, tally.done) == (3, 2)


def test_terms_of_stops(bad_first, monkeypatch):
    monkeypatch.setattr(stop.Stop, "objects", Rows((1, 1), (2, 2)))
    monkeypatch.setattr(Rows, "first", lambda _self: object(), raising=False)
    monkeypatch.setattr(stop.Kol, "objects", Rows())
    monkeypatch.setattr(stop, "_end", lambda *_args: None)
    once = bad_first(stop, "_end")
    tally = stop.end_terms(LATER)
    one_failed(tally)
    assert (once.calls, tally.done) == (2, 1)
