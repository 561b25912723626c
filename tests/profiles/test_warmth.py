"""Warmth, worked by hand from DOMAIN 3.10."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from profiles.rules.warmth import Exchange, warmth
from profiles.services import touch
from profiles.warmth import warmth_of
from tests.factories import NOW

DAY = date(2026, 11, 23)


def us(days, answered=None, minutes=None):
    reply = None if minutes is None else timedelta(minutes=minutes)
    return Exchange(DAY - timedelta(days=days), ours=True, answered=answered, reply=reply)


def kol(days):
    return Exchange(DAY - timedelta(days=days), ours=False)


@pytest.mark.parametrize(
    ("touches", "value"),
    [
        ([], None),
        ([kol(1), kol(2)], None),
        ([us(1), us(2), us(3)], "one_sided"),
        ([us(1, True), us(2, True), us(3, True), us(4, True), us(5, True), kol(6)], "one_sided"),
        ([us(1), us(2), us(3), us(4), kol(5), us(6)], "warm"),
        ([us(1, False), us(2), kol(14)], "warm"),
        ([us(1, False), us(2), kol(15)], "cooling"),
        ([us(1, False), us(2), kol(28)], "cooling"),
        ([us(1, False), us(2), kol(29)], "cold"),
    ],
)
def test_the_verdict_by_who_began_the_last_five_and_the_last_exchange(touches, value):
    assert warmth(touches, 14, DAY).value == value


def test_the_parts_say_what_it_was_made_of():
    found = warmth([us(1, True, 40), us(3, True, 60), kol(9), us(20)], 14, DAY)
    assert {part.key: part.value for part in found.parts} == {
        "touches": 4,
        "last_exchange": 1,
        "theirs": 1,
        "reply": 50,
    }
    assert (found.last_exchange, found.theirs, found.of) == (DAY - timedelta(days=1), 1, 4)


def test_without_an_interval_nothing_is_warm():
    assert warmth([kol(1), kol(2), kol(3)], None, DAY).value == "cold"


@pytest.mark.django_db
def test_a_touch_of_ours_that_they_came_back_to_counts_as_answered(actor, kol, time_machine):
    time_machine.move_to(NOW)
    for began, hours in (("us", 50), ("us", 30), ("kol", 28)):
        at = NOW - timedelta(hours=hours)
        touch.log(actor.again(), kol, channel="phone", began=began, at=at)
    found = warmth_of(kol, 14)
    assert (found.value, found.reply, found.theirs) == ("warm", timedelta(hours=2), 1)
    assert found.last_exchange == timezone.localdate(NOW - timedelta(hours=28))


@pytest.mark.django_db
def test_the_api_gives_the_verdict_with_its_parts(actor, kol, api, stranger):
    answer = api(actor.user).get(f"/api/v1/kols/{kol.pk}/warmth/").json()
    assert (answer["value"], answer["parts"][0]["value"]) == (None, 0)
    assert api(stranger).get(f"/api/v1/kols/{kol.pk}/warmth/").status_code == 404
