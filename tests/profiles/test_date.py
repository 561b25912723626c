"""Important dates and life events (DOMAIN 3.11, 7.2): any part unknown, by the sun or by the moon."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from profiles import note_words
from profiles.models import ImportantDate, Kol, LifeEvent
from profiles.note_due import DATES, EVENTS
from profiles.services import date as dates
from profiles.services import event, nightly

pytestmark = pytest.mark.django_db
DAY, WEEK = date(2026, 11, 23), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("given", "next_on"),
    [
        ({"month": 11, "day": 25}, date(2026, 11, 25)),
        ({"month": 11, "day": 23}, date(2026, 11, 23)),
        ({"month": 11, "day": 22, "year": 2010}, date(2027, 11, 22)),
        ({"month": 2, "day": 29}, date(2027, 2, 28)),
        ({"calendar": "lunar", "month": 10, "day": 15}, date(2026, 11, 23)),
        ({"calendar": "lunar", "month": 8, "day": 15}, date(2027, 9, 15)),
        ({"month": 11}, None),
        ({"year": 2027}, None),
        ({}, None),
        ({"yearly": False, "year": 2026, "month": 12, "day": 1}, date(2026, 12, 1)),
        ({"yearly": False, "year": 2026, "month": 11, "day": 1}, None),
        ({"yearly": False, "month": 12, "day": 1}, None),
    ],
)
def test_the_next_day_is_stored_as_far_as_it_can_be_known(actor, kol, given, next_on):
    assert dates.add(actor, kol, {"what": "Wedding day", **given}).next_on == next_on


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("month", {"day": 3}),
        ("day", {"month": 4, "day": 31}),
        ("day", {"calendar": "lunar", "month": 4, "day": 31}),
        ("month", {"month": 13}),
        ("year", {"year": 1900}),
        ("leap", {"month": 4, "leap": True}),
        ("what", {"what": ""}),
    ],
)
def test_an_impossible_day_is_refused_at_its_field(actor, kol, field, given):
    for verb in (dates.add, event.add):
        with pytest.raises(ValidationError) as refusal:
            verb(actor, kol, {"what": "x", **given})
        assert field in refusal.value.message_dict
    assert not ImportantDate.objects.exists()
    assert not LifeEvent.objects.exists()


def test_the_day_is_the_kols_own(actor, kol):
    """In Los Angeles it is still the 22nd."""
    Kol.objects.update(zone="America/Los_Angeles")
    kol.refresh_from_db()
    assert dates.add(actor, kol, {"what": "x", "month": 11, "day": 22}).next_on == date(2026, 11, 22)


def test_a_date_attended_to_leaves_today_until_it_comes_round_again(actor, operator, kol):
    row = dates.add(actor, kol, {"what": "Wedding day", "month": 11, "day": 25})
    assert [due.why for due in DATES.load(operator, DAY, WEEK, 9)] == ["Wedding day, 25\u00a0Nov"]
    seen = dates.attend(actor.again(), row)
    assert (seen.seen_for, DATES.load(operator, DAY, WEEK, 9)) == (date(2026, 11, 25), [])
    with pytest.raises(Refused):
        dates.attend(actor.again(), row)
    assert len(DATES.load(operator, DAY, date(2027, 12, 1), 9)) == 0
    nightly.dates(Actor.job(datetime(2026, 11, 26, 2, tzinfo=UTC)))
    row.refresh_from_db()
    assert row.next_on == date(2027, 11, 25)
    assert len(DATES.load(operator, DAY, date(2027, 12, 1), 9)) == 1


def test_the_night_moves_nothing_that_has_not_passed_there(actor, kol):
    Kol.objects.update(zone="America/Los_Angeles")
    row = dates.add(actor, Kol.objects.get(), {"what": "x", "month": 11, "day": 25})
    nightly.dates(Actor.job(datetime(2026, 11, 26, 2, tzinfo=UTC)))  # the evening of the 25th there
    row.refresh_from_db()
    assert row.next_on == date(2026, 11, 25)


def test_nobody_is_reminded_of_dates_under_a_quiet_mark(actor, operator, kol):
    dates.add(actor, kol, {"what": "x", "month": 11, "day": 25})
    event.add(actor.again(), kol, {"what": "x", "month": 11, "day": 25})
    Kol.objects.update(quiet_cause="mourning")
    assert DATES.load(operator, DAY, WEEK, 9) == EVENTS.load(operator, DAY, WEEK, 9) == []


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"month": 3}, date(2027, 3, 1)),
        ({"month": 11}, date(2026, 11, 1)),
        ({"month": 3, "year": 2028}, date(2028, 3, 1)),
        ({"month": 10, "day": 5}, date(2027, 10, 5)),
        ({"year": 2027}, None),
        ({"calendar": "lunar", "month": 11}, date(2026, 12, 9)),
    ],
)
def test_an_event_is_due_on_the_first_day_on_which_it_may_come(actor, kol, given, first):
    assert event.add(actor, kol, {"what": "Baby due", **given}).next_on == first


def test_a_baby_due_in_march_is_a_gift_idea_on_today_until_attended_to(actor, operator, kol):
    values = {"what": "Baby due", "gift_idea": "A stroller", "year": 2027, "month": 3}
    row = event.add(actor, kol, values)
    march = date(2027, 3, 1)
    due = EVENTS.load(operator, DAY, march, 9)
    assert [(one.why, one.due) for one in due] == [("Baby due, Mar 2027; gift idea: A stroller", march)]
    event.attend(actor.again(), row)
    assert EVENTS.load(operator, DAY, march, 9) == []
    event.reopen(actor.again(), row)
    assert len(EVENTS.load(operator, DAY, march, 9)) == 1


def test_days_in_words():
    row = ImportantDate(calendar="lunar", month=8, day=15)
    assert note_words.when(row) == "Lunar 八月十五"
    with translation.override("zh-hans"):
        assert note_words.when(ImportantDate(year=2027, month=3)) == "2027年3月"
