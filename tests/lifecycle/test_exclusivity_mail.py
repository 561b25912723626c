"""The end of an exclusivity in the morning mail, 60, 30 and 7 days before (DOMAIN 5.6)."""

from datetime import datetime, timedelta

import pytest

from kol_crm.core import dispatcher
from kol_crm.core.actor import Actor
from lifecycle.models import ExclusivityNotice
from lifecycle.services import exclusivity, exclusivity_reminder, morning
from tests.factories import CHINA, NOW
from tests.lifecycle.factories import make_exclusivity
from tests.lifecycle.refusing import by
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 11, 23, 8, 5, tzinfo=CHINA)
DAY = EIGHT.date()


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


def tick(now) -> None:
    morning.plan(Actor.job(now))
    dispatcher.dispatch(lambda: now)


def test_one_line_in_the_owners_morning_mail(operator, kol, sink):
    make_exclusivity(kol, ends_on=DAY + timedelta(days=30), at=NOW - timedelta(days=40))
    tick(EIGHT)
    tick(EIGHT + timedelta(minutes=1))
    (mail,) = sink.arrived
    text = mail.get_payload(decode=True).decode()
    assert "1 exclusivity ending" in mail["Subject"]
    assert [line for line in text.splitlines() if "exclusivity ends" in line] == [
        f"{kol.name}: exclusivity ends 23\xa0Dec (Running shoes)"
    ]
    assert ExclusivityNotice.objects.get().send is not None


@pytest.mark.parametrize("left", [61, 59, 29, 8])
def test_on_other_days_nothing_is_said(operator, kol, left):
    make_exclusivity(kol, ends_on=DAY + timedelta(days=left))
    assert exclusivity_reminder.plan(Actor.job(EIGHT), DAY, DAY) == 0


def test_one_entered_in_the_weekend_that_its_reminder_falls_into_is_said_all_the_same(operator, kol):
    saturday = datetime(2026, 11, 21, 8, 5, tzinfo=CHINA)
    make_exclusivity(kol, ends_on=saturday.date() + timedelta(days=8), at=saturday)  # Sunday a week later
    morning.plan(Actor.job(saturday))
    [notice] = ExclusivityNotice.objects.all()
    assert (notice.on, notice.user) == (saturday.date() - timedelta(days=1), operator)


def test_what_was_renewed_or_ended_meanwhile_is_not_said(operator, kol, sink):
    renewed = make_exclusivity(kol, ends_on=DAY + timedelta(days=7))
    ended = make_exclusivity(kol, ends_on=DAY + timedelta(days=30))
    assert exclusivity_reminder.plan(Actor.job(EIGHT), DAY, DAY) == 2
    exclusivity.renew(by(operator), renewed, DAY + timedelta(days=400), {"evidence": "x"})
    exclusivity.end(by(operator), ended, "By mutual consent.")
    assert ExclusivityNotice.objects.to_gather(operator, DAY, {operator.pk}) == []
    assert exclusivity_reminder.plan(Actor.job(EIGHT), DAY, DAY) == 0
