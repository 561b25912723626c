"""Next due is asked once a verb, however many of its steps move a date (DOMAIN 3.13)."""

import contextlib

import pytest

from profiles.services import next_due
from tests.factories import make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """The ids that the sources were asked about, one entry a time."""
    heard = []
    earliest = next_due.earliest
    monkeypatch.setattr(next_due, "earliest", lambda ids: heard.append(list(ids)) or earliest(ids))
    return heard


def test_a_new_file_asks_once(operator, asked):
    kol = make_kol(operator, touch_interval=30)
    assert asked == [[kol.pk]]


def test_blocks_within_one_another_ask_together_at_the_outer_ones_end(operator, asked):
    kol = make_kol(operator)
    asked.clear()
    with next_due.asked_once():
        with next_due.asked_once():
            next_due.refresh([kol.pk])
        next_due.refresh([kol.pk])
        assert asked == []
    assert asked == [[kol.pk]]


def test_a_verb_that_fails_asks_nothing_and_leaves_the_next_one_alone(operator, asked):
    kol = make_kol(operator)
    asked.clear()
    with contextlib.suppress(LookupError), next_due.asked_once():
        next_due.refresh([kol.pk])
        raise LookupError
    assert asked == []
    next_due.refresh([kol.pk])
    assert asked == [[kol.pk]]
