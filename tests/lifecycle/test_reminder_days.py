"""Reminders fall on working days: every kind, over weekends, festivals and made-up days (DOMAIN 5.4)."""

from datetime import date, datetime, timedelta

import pytest

from kol_crm.core import clock
from kol_crm.core.actor import Actor
from kol_crm.core.notice_rules import NONE_SAID, mailed_at, morning_of
from lifecycle.models import ExclusivityNotice, Review, ReviewNotice
from lifecycle.services import exclusivity_reminder, reminder
from tests.factories import CHINA, make_kol
from tests.lifecycle.factories import make_exclusivity

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
FIRST, LAST = date(2026, 1, 1), date(2027, 3, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "before", "on"),
    [
        ((2026, 9, 21), 3, (2026, 9, 18)),  # Monday: three days before is Friday
        ((2026, 9, 23), 3, (2026, 9, 20)),  # a Sunday on which one works
        ((2026, 9, 27), 0, (2026, 9, 24)),  # Mid-Autumn until Sunday
        ((2026, 10, 5), 0, (2026, 9, 30)),  # in the National Day holidays
        ((2026, 10, 10), 0, (2026, 10, 10)),  # a Saturday on which one works
        ((2026, 11, 29), 0, (2026, 11, 27)),
        ((2026, 9, 26), -7, (2026, 9, 30)),  # the manager, a week after
    ],
)
def test_a_reminder_of_a_review_falls_on_the_working_day_before(operator, manager, due, before, on):
    kol = make_kol(operator, at=datetime(2026, 8, 3, 12, tzinfo=CHINA))
    review = Review.objects.awaiting().get(kol=kol)
    Review.objects.filter(pk=review.pk).update(due_on=date(*due))
    reminder.plan(Actor.job(datetime(2026, 8, 3, 12, tzinfo=CHINA)), FIRST, LAST)
    told = {row.key.split(":")[3]: row.on for row in ReviewNotice.objects.all()}
    assert told[str(before)] == date(*on)


@pytest.mark.django_db
@pytest.mark.parametrize("due", [(2026, 9, 26), (2026, 10, 5), (2026, 11, 1), (2026, 12, 6)])
def test_no_reminder_of_an_exclusivity_falls_on_a_free_day(operator, kol, due):
    make_exclusivity(
        kol, starts_on=date(2026, 7, 1), ends_on=date(*due), at=datetime(2026, 7, 1, 12, tzinfo=CHINA)
    )
    asked = [date(*due) - timedelta(days=n) for n in (60, 30, 7)]
    for day in asked:
        at = datetime(day.year, day.month, day.day, 7, tzinfo=CHINA)
        exclusivity_reminder.plan(Actor.job(at), day - reminder.LONGEST_BREAK, day)
    told = sorted(row.on for row in ExclusivityNotice.objects.all())
    assert told == [clock.working_day_before(day) for day in asked]
    assert told != asked


def test_mails_to_staff_go_on_working_days_alone_unless_one_says_otherwise():
    free = [day for day in YEAR if not clock.is_working_day(day)]
    assert len(free) > 100
    for day in YEAR:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)
        at_once = mailed_at(noon, "Asia/Shanghai", NONE_SAID, "CN")
        assert clock.is_working_day(at_once.astimezone(CHINA).date())
        assert (morning_of(day, "Asia/Shanghai", NONE_SAID, "CN") is None) == (day in free)
