"""Notices by mail: at once through the outbox, or in the one mail of the morning (RELIABILITY 1)."""

from datetime import datetime, timedelta

import pytest

from kol_crm.core import dispatcher, morning, notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Absence, Notice, NoticeSettings, Send
from tests.factories import CHINA
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=CHINA)  # a Monday
NEXT_EIGHT = datetime(2026, 11, 24, 8, tzinfo=CHINA)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    def tell(rows, _user):
        return {
            row.pk: notices.Told(f"said {row.data['n']}", "/kols/")
            for row in rows
            if not row.data.get("gone")
        }

    usual = frozenset({"in_app", "morning"})
    kind = notices.NoticeKind("Said", "bell", tell, usual)
    monkeypatch.setitem(notices.kinds._providers, "said", kind)


def tell(by, users, at=NOON, **data) -> None:
    notices.notify(Actor(by, "page", at), users, "said", data={"n": 1, **data}, key=data.get("key"))


def tick(now) -> None:
    morning.plan(Actor.job(now), now.astimezone(CHINA).date())
    dispatcher.dispatch(lambda: now)


def choose(user, *channels, **more) -> None:
    NoticeSettings.objects.create(user=user, channels={"said": list(channels)}, **more)


def test_at_once_is_one_mail_whose_row_stands_in_the_transaction_of_the_fact(operator, colleague, sink):
    choose(colleague, "in_app", "at_once")
    tell(operator, [colleague], key="said:1")
    tell(operator, [colleague], key="said:1")
    send = Send.objects.get()
    assert (send.kind, send.recipient, send.not_before) == ("notice", colleague, NOON)
    tick(NOON)
    tick(NOON)
    (mail,) = sink.arrived
    assert (mail["To"], mail["Subject"]) == ("colleague@crm.example", "Operator said 1")
    assert "/kols/" in mail.get_payload()
    tick(NEXT_EIGHT)
    assert len(sink.arrived) == 1  # not in the morning as well


def test_at_night_it_waits_for_the_morning(operator, colleague, sink):
    choose(colleague, "at_once")
    tell(operator, [colleague], at=NOON + timedelta(hours=10))
    tick(NOON + timedelta(hours=10))
    assert sink.arrived == []
    tick(NEXT_EIGHT)
    assert len(sink.arrived) == 1


@pytest.mark.parametrize("what", ["read", "gone", "left"])
def test_what_was_read_or_may_not_be_seen_or_whose_reader_left_is_not_mailed(operator, colleague, sink, what):
    choose(colleague, "in_app", "at_once")
    tell(operator, [colleague], gone=what == "gone")
    if what == "read":
        notices.mark_read(Actor(colleague, "page", NOON))
    if what == "left":
        colleague.is_active = False
        colleague.save()
    tick(NOON)
    assert (sink.arrived, Send.objects.get().state) == ([], "skipped")


def test_the_morning_mail_gathers_what_nobody_has_read_and_links_it(operator, colleague, sink):
    for n in (1, 2, 3):
        tell(operator, [colleague], n=n)
    read = Notice.objects.order_by("at", "id").first()
    notices.mark_read(Actor(colleague, "page", NOON), [read.pk])
    tick(NOON)
    (mail,) = sink.arrived
    assert (mail["To"], mail["Subject"]) == ("colleague@crm.example", "2 notices")
    assert [line for line in mail.get_payload().splitlines() if "said" in line] == [
        "Operator said 2",
        "Operator said 3",
    ]
    send = Send.objects.get(key=f"morning:{colleague.pk}:2026-11-23")
    assert Notice.objects.filter(send=send).count() == 2


def test_what_comes_later_joins_the_next_morning(operator, colleague, sink):
    tell(operator, [colleague])
    tick(NOON)
    tell(operator, [colleague], n=2, at=NOON)
    tick(NOON + timedelta(hours=1))
    tick(NEXT_EIGHT - timedelta(minutes=1))
    assert len(sink.arrived) == 1
    tick(NEXT_EIGHT)
    assert [line for line in sink.arrived[1].get_payload().splitlines() if "said" in line] == [
        "Operator said 2"
    ]


def test_the_morning_comes_at_the_hour_one_chose_and_not_on_a_weekend(operator, colleague, sink):
    choose(colleague, "morning", morning_hour=10)
    saturday = datetime(2026, 11, 28, 12, tzinfo=CHINA)
    tell(operator, [colleague], at=saturday)
    for now in (saturday, saturday + timedelta(days=1), saturday + timedelta(days=1, hours=21, minutes=59)):
        tick(now)
    assert sink.arrived == []
    tick(datetime(2026, 11, 30, 10, tzinfo=CHINA))
    assert len(sink.arrived) == 1


def test_who_chose_no_mail_gets_none(operator, colleague, sink):
    choose(colleague, "in_app")
    tell(operator, [colleague])
    tick(NOON)
    tick(NEXT_EIGHT)
    assert (sink.arrived, Send.objects.count(), Notice.objects.get().shown) == ([], 0, True)


def test_notices_of_who_is_away_are_not_read_to_the_deputy(operator, colleague, manager, sink):
    day = NOON.date()
    Absence.objects.create(user=colleague, deputy=manager, starts_on=day, ends_on=day)
    tell(operator, [colleague])
    tick(NOON)
    assert [mail["To"] for mail in sink.arrived] == ["colleague@crm.example"]
