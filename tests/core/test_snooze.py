"""Putting rows of Today off (DOMAIN 8.1)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core import snooze
from kol_crm.core.models import Change, Snooze

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)  # a Monday


def test_a_row_put_off_is_hidden_until_its_day_and_for_this_user_only(actor, colleague):
    snooze.put_off(actor, "touch:1", date(2026, 11, 26), DAY)
    assert snooze.hidden(actor.user, date(2026, 11, 25)) == {"touch:1"}
    assert snooze.hidden(actor.user, date(2026, 11, 26)) == frozenset()
    assert snooze.hidden(colleague, DAY) == frozenset()


def test_putting_off_again_moves_the_day(actor):
    snooze.put_off(actor, "touch:1", date(2026, 11, 24), DAY)
    snooze.put_off(actor.again(), "touch:1", date(2026, 11, 30), DAY)
    row = Snooze.objects.get()
    assert row.until == date(2026, 11, 30)
    last = Change.objects.filter(root=row.pk).latest("id")
    assert (last.field, last.before, last.after) == ("until", "2026-11-24", "2026-11-30")


def test_taking_back_shows_the_row_again(actor):
    snooze.put_off(actor, "touch:1", date(2026, 11, 24), DAY)
    assert snooze.take_back(actor, "touch:1") is True
    assert snooze.hidden(actor.user, DAY) == frozenset()
    assert snooze.take_back(actor, "touch:1") is False


@pytest.mark.parametrize("until", [DAY, DAY - timedelta(days=1), DAY + timedelta(days=367)])
def test_the_day_lies_ahead_and_within_a_year(actor, until):
    with pytest.raises(ValidationError) as refusal:
        snooze.put_off(actor, "touch:1", until, DAY)
    assert list(refusal.value.error_dict) == ["until"]
    assert not Snooze.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("1", date(2026, 11, 24)),
        ("3", date(2026, 11, 26)),
        ("monday", date(2026, 11, 30)),
        ("2026-12-24", date(2026, 12, 24)),
    ],
)
def test_choices_of_a_monday(choice, expected):
    assert snooze.day_for(choice, DAY) == expected


@pytest.mark.parametrize("offset", range(6))
def test_monday_is_the_next_one_whatever_day_it_is(offset):
    assert snooze.day_for("monday", date(2026, 11, 17) + timedelta(days=offset)) == DAY


@pytest.mark.parametrize("choice", ["", "soon", "1x", "2026-13-01"])
def test_what_is_no_day_is_refused(choice):
    with pytest.raises(ValidationError) as refusal:
        snooze.day_for(choice, DAY)
    assert list(refusal.value.error_dict) == ["until"]
