"""Figures held against a limit, worked by hand (DOMAIN 5.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lifecycle.rules.gate import followers, held, now, rate
from profiles.rules import metric as m
from profiles.rules.flow import DEFAULT, Figure

ON = date(2026, 11, 23)
LIMIT = Decimal(5_000)


def stock(days_ago, value):
    day = ON - timedelta(days=days_ago)
    return Figure(m.FOLLOWERS, Decimal(value), day, day)


def flows(posts, interactions, *, days_ago=0, days=90):
    end = ON - timedelta(days=days_ago)
    start = end - timedelta(days=days - 1)
    return [
        Figure(m.POSTS, Decimal(posts), start, end),
        Figure(m.INTERACTIONS, Decimal(interactions), start, end),
    ]


@pytest.mark.parametrize(("value", "passed"), [(4_999, False), (5_000, True), (5_001, True)])
def test_today_the_newest_fresh_followers_count(value, passed):
    found = now([stock(40, 9_000), stock(3, value)], followers, LIMIT, ON, DEFAULT)
    assert (found.passed, found.value, found.on) == (passed, value, ON - timedelta(days=3))


def test_missing_and_stale_followers_are_unknown():
    assert now([], followers, LIMIT, ON, DEFAULT).passed is None
    old = now([stock(36, 9_000)], followers, LIMIT, ON, DEFAULT)
    assert (old.passed, old.value, old.stale) == (None, None, ON - timedelta(days=36))


def test_the_rate_is_interactions_per_post_by_followers():
    """12 posts with 720 interactions are 60 a post; of 6,000 followers that is 1 %."""
    figures = [stock(0, 6_000), *flows(12, 720)]
    assert now(figures, rate, Decimal("0.01"), ON, DEFAULT).passed is True
    found = now([stock(0, 6_000), *flows(12, 719)], rate, Decimal("0.01"), ON, DEFAULT)
    assert (found.passed, found.value) == (False, Decimal(719) / 12 / 6_000)


@pytest.mark.parametrize(
    "figures", [[stock(0, 6_000)], [stock(0, 0), *flows(9, 9)], [stock(0, 9), *flows(0, 0)]]
)
def test_a_rate_without_posts_or_followers_is_unknown(figures):
    found = now(figures, rate, Decimal("0.01"), ON, DEFAULT)
    assert (found.passed, found.value) == (None, None)


def hold(figures, measure=followers, limit=LIMIT):
    return held(figures, measure, limit, ON, DEFAULT, days=60, longest_gap=14)


EVERY_FORTNIGHT = [stock(days, 6_000) for days in (3, 17, 31, 45)]


def test_held_means_every_snapshot_of_the_last_60_days():
    found = hold(EVERY_FORTNIGHT)
    assert (found.passed, found.snapshots, found.gap) == (True, 4, None)
    found = hold([*EVERY_FORTNIGHT, stock(20, 4_999)])
    assert (found.passed, found.value, found.on) == (False, 4_999, ON - timedelta(days=20))
    assert hold([*EVERY_FORTNIGHT, stock(60, 1)]).passed is True  # the 61st day


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ((3, 17, 31, 46), (46, 31)),
        ((15, 29, 43, 57), (15, 0)),
        ((3, 17, 31, 44), (59, 44)),
    ],
)
def test_a_gap_over_14_days_is_unknown_at_the_ends_too(days, gap):
    found = hold([stock(day, 6_000) for day in days])
    assert found.passed is None
    assert found.gap == tuple(ON - timedelta(days=one) for one in gap)


def test_below_the_limit_is_below_it_whatever_is_missing():
    assert hold([stock(3, 4_000)]).passed is False


def test_no_snapshot_is_unknown():
    assert (hold([]).passed, hold([]).snapshots) == (None, 0)


def test_the_rate_is_measured_at_each_snapshot_over_the_90_days_before_it():
    figures = [*EVERY_FORTNIGHT]
    for day in (3, 17, 31, 45):
        figures += flows(12, 840, days_ago=day)  # 70 a post
    found = hold(figures, rate, Decimal("0.01"))
    assert (found.passed, found.value) == (True, Decimal(840) / 12 / 6_000)
    found = hold([*figures, stock(40, 6_000)], rate, Decimal("0.01"))
    assert (found.passed, found.unmeasured) == (None, 1)  # nothing lies inside the 90 days before the 40th
    assert hold([*figures, stock(3, 9_000)], rate, Decimal("0.01")).passed is False


def test_whole_months_do_not_fill_the_90_days_of_other_days():
    """Two whole months are less than 80 % of them (3.4): unknown, not passed."""
    figures = [*EVERY_FORTNIGHT]
    for month in range(6):
        figures += flows(4, 280, days_ago=month * 30, days=30)
    found = hold(figures, rate, Decimal("0.01"))
    assert (found.passed, found.unmeasured) == (None, 4)
