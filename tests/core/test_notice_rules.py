"""Where a notice goes and when, as plain values (issue 7)."""

from datetime import date, datetime

import pytest

from kol_crm.core.notice_rules import (
    AT_ONCE,
    IN_APP,
    MORNING,
    NONE_SAID,
    ROBOT,
    Wishes,
    channels,
    mailed_at,
    morning_of,
)
from tests.factories import CHINA

USUAL = {IN_APP, MORNING}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, {IN_APP, MORNING}),
        ({"other": [ROBOT]}, {IN_APP, MORNING}),
        ({"said": []}, set()),
        ({"said": [MORNING]}, {MORNING}),
        ({"said": [IN_APP, ROBOT]}, {IN_APP, ROBOT}),
        ({"said": [MORNING, AT_ONCE]}, {AT_ONCE}),
        ({"said": ["pigeon"]}, set()),
    ],
)
def test_a_notice_goes_where_its_reader_chose_and_is_mailed_once(chosen, expected):
    assert channels("said", USUAL, Wishes(chosen)) == expected


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("told", "wishes", "expected"),
    [
        (at(23, 10), NONE_SAID, at(23, 10)),
        (at(23, 21), NONE_SAID, at(24, 8)),
        (at(24, 7, 59), NONE_SAID, at(24, 8)),
        (at(23, 22), Wishes({}, quiet_from=8, quiet_until=8), at(23, 22)),
        (at(28, 10), NONE_SAID, at(30, 8)),  # a Saturday
        (at(28, 10), Wishes({}, working_days=False), at(28, 10)),
        (at(27, 22), NONE_SAID, at(30, 8)),  # Friday night
        (at(27, 22), Wishes({}, working_days=False), at(28, 8)),
    ],
)
def test_a_mail_at_once_waits_for_the_end_of_quiet_and_for_a_working_day(told, wishes, expected):
    assert mailed_at(told, "Asia/Shanghai", wishes, "CN") == expected


def test_a_festival_is_no_day_for_mail_and_a_made_up_sunday_is_one():
    festival, made_up = date(2026, 10, 1), date(2026, 9, 20)
    assert morning_of(festival, "Asia/Shanghai", NONE_SAID, "CN") is None
    assert morning_of(made_up, "Asia/Shanghai", NONE_SAID, "CN") is not None
    assert morning_of(made_up, "Asia/Shanghai", NONE_SAID, "") is None  # no country: weekends alone


def test_the_morning_is_the_hour_that_one_says_where_one_is():
    london = morning_of(date(2026, 11, 23), "Europe/London", Wishes({}, morning_hour=7), "CN")
    assert london == at(23, 15)
