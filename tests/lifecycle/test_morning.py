"""One morning mail per person, never one per KOL (DOMAIN 5.4; RELIABILITY 1)."""

from datetime import datetime, timedelta

import pytest

from kol_crm.core import dispatcher
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, Send
from lifecycle.models import Review, ReviewNotice
from lifecycle.services import morning
from lifecycle.services import review as reviews
from tests.factories import CHINA, make_kol
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
MADE = datetime(
    2026, 11, 9, 12, tzinfo=CHINA
)  # introduction: the first review is due 14 days later, on 23 November
EIGHT = datetime(2026, 11, 23, 8, tzinfo=CHINA)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


def tick(now) -> None:
    morning.plan(Actor.job(now))
    dispatcher.dispatch(lambda: now)


def test_the_reviews_of_a_day_are_one_mail_at_eight(operator, sink):
    for name in ("甲", "乙"):
        make_kol(operator, name, at=MADE)
    tick(EIGHT - timedelta(minutes=1))
    assert sink.arrived == []
    tick(EIGHT)
    tick(EIGHT + timedelta(minutes=1))
    (mail,) = sink.arrived
    text = mail.get_payload(decode=True).decode()
    assert (mail["To"], mail["Subject"]) == ("operator@crm.example", "2 reviews")
    assert [line.split(":")[0] for line in text.splitlines() if "review," in line] == ["甲", "乙"]
    assert Send.objects.get().key == f"morning:{operator.pk}:2026-11-23"


def test_eight_is_eight_where_the_person_is(operator, sink):
    operator.zone = "Europe/London"
    operator.save()
    make_kol(operator, at=MADE)
    tick(EIGHT)
    assert sink.arrived == []
    tick(EIGHT + timedelta(hours=8))
    assert len(sink.arrived) == 1


def test_a_notice_that_missed_the_mail_joins_the_next_morning(operator, sink):
    make_kol(operator, "甲", at=MADE)
    tick(EIGHT)
    make_kol(operator, "乙", at=MADE)
    tick(EIGHT + timedelta(hours=1))
    assert len(sink.arrived) == 1
    tick(EIGHT + timedelta(days=1))
    assert [mail["Subject"] for mail in sink.arrived] == ["1 review", "1 review"]


def test_a_review_that_was_done_meanwhile_is_not_in_the_mail(operator, sink):
    make_kol(operator, at=MADE)
    morning.plan(Actor.job(EIGHT))
    reviews.complete(Actor(operator, "page", EIGHT), Review.objects.get(), "stay")
    dispatcher.dispatch(lambda: EIGHT)
    assert (sink.arrived, Send.objects.get().state) == ([], "skipped")


def test_three_days_before_falls_on_the_working_day_before_a_weekend(operator, sink):
    make_kol(
        operator, at=MADE + timedelta(days=2)
    )  # due Wednesday 25 November: three days before is a Sunday
    friday = datetime(2026, 11, 20, 8, tzinfo=CHINA)
    tick(friday - timedelta(days=1))
    assert not ReviewNotice.objects.exists()
    tick(friday)
    assert len(sink.arrived) == 1


def test_somebody_who_left_gets_no_mail(operator, sink):
    make_kol(operator, at=MADE)
    morning.plan(Actor.job(EIGHT))
    operator.is_active = False
    operator.save()
    dispatcher.dispatch(lambda: EIGHT)
    assert (sink.arrived, Send.objects.get().outcome) == ([], "the person has left")


@pytest.fixture
def away(operator, colleague):
    """The operator is away on 23 and 24 November; the colleague stands in."""
    first = EIGHT.date()
    return Absence.objects.create(
        user=operator, deputy=colleague, starts_on=first, ends_on=first + timedelta(days=1)
    )


def test_the_mail_of_an_absent_one_goes_to_the_deputy_and_says_so(operator, colleague, away, sink):
    make_kol(operator, "甲", at=MADE)
    make_kol(colleague, "乙", at=MADE)
    tick(EIGHT)
    (mail,) = sink.arrived
    text = mail.get_payload(decode=True).decode()
    assert (mail["To"], mail["Subject"]) == ("colleague@crm.example", "2 reviews")
    assert text.count("in place of") == 1
    assert f"(in place of {operator})" in next(line for line in text.splitlines() if line.startswith("甲"))


def test_whoever_is_back_gets_the_mail_of_the_next_morning_again(operator, away, sink):
    make_kol(operator, "甲", at=MADE)  # due on 23 November
    make_kol(operator, "乙", at=MADE + timedelta(days=2))  # due on 25 November, the day of coming back
    tick(EIGHT)
    tick(EIGHT + timedelta(days=2))
    assert [mail["To"] for mail in sink.arrived] == ["colleague@crm.example", "operator@crm.example"]
    assert ReviewNotice.objects.filter(send=None).count() == 0


def test_a_deputy_is_told_only_of_files_in_sight(operator, stranger, away, sink):
    """A deputy who has left the team meanwhile sees none of the files, so there is no mail."""
    make_kol(operator, "甲", at=MADE)
    Absence.objects.update(deputy=stranger)
    tick(EIGHT)
    assert sink.arrived == []
    assert not Send.objects.exists()
