"""Levels (DOMAIN 3.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from profiles.rules import metric as m
from profiles.rules.flow import Figure
from profiles.rules.level import LevelPolicy, largest_fresh, level_of, level_on

ON = date(2026, 11, 23)


def stock(metric, value, age=0):
    day = ON - timedelta(days=age)
    return Figure(metric, Decimal(value), day, day)


@pytest.mark.parametrize(
    ("followers", "level"),
    [
        (0, ""), (999, ""), (1_000, "nano"), (9_999, "nano"), (10_000, "micro"), (99_999, "micro"),
        (100_000, "mid"), (499_999, "mid"), (500_000, "macro"), (1_999_999, "macro"), (2_000_000, "mega"),
    ],
)  # fmt: skip
def test_a_level_is_reached_at_its_threshold(followers, level):
    result = level_of(Decimal(followers), None)
    assert (result.level, result.base) == (level, level)
    assert result.missing == ("rate",)


@pytest.mark.parametrize(
    ("followers", "per_post", "level"),
    [
        # 5 % and more: one up
        (10_000, "500", "mid"),
        (10_000, "499.99", "micro"),
        (1_000, "50", "micro"),
        (100_000, "5000", "macro"),
        (500_000, "25000", "mega"),
        # under 0.5 %: one down
        (10_000, "50", "micro"),
        (10_000, "49.99", "nano"),
        (100_000, "0", "micro"),
        (500_000, "2499", "mid"),
        # mega stays mega, nano has nothing below it, none stays none
        (2_000_000, "200000", "mega"),
        (2_000_000, "0", "mega"),
        (1_000, "0", "nano"),
        (999, "900", ""),
        (0, "10", ""),
    ],
)
def test_lively_fans_lift_a_level_and_silent_ones_lower_it(followers, per_post, level):
    assert level_of(Decimal(followers), Decimal(per_post)).level == level


def test_without_fresh_followers_the_level_is_unknown_not_none():
    result = level_of(None, Decimal(100))
    assert (result.level, result.base, result.missing) == (None, None, (m.FOLLOWERS,))


def test_the_parts_show_followers_rate_and_step():
    parts = level_of(Decimal(10_000), Decimal(500)).parts
    assert [(part.key, part.value, part.points) for part in parts] == [
        (m.FOLLOWERS, Decimal(10_000), None),
        ("rate", Decimal("0.05"), 1),
    ]
    assert parts[0].note == "micro"


def test_the_largest_fresh_account_decides_with_its_own_interactions():
    figures = {
        "own": [stock(m.FOLLOWERS, 9_000), stock(m.INTERACTIONS_AVG, 4_000)],
        "weibo": [stock(m.FOLLOWERS, 120_000, 35), stock(m.INTERACTIONS_AVG, 1_000, 20)],
        "douyin": [stock(m.FOLLOWERS, 3_000_000, 36), stock(m.INTERACTIONS_AVG, 1)],
    }
    assert largest_fresh(figures, ON) == ("weibo", Decimal(120_000))
    assert level_on(figures, ON).level == "mid"
    del figures["weibo"]
    assert level_on(figures, ON).level == "micro"
    del figures["own"]
    assert level_on(figures, ON).level is None


def test_thresholds_and_rates_are_policy():
    policy = LevelPolicy((10, 20, 30, 40, 50), up_from=Decimal("0.5"), down_below=Decimal("0.1"))
    assert level_of(Decimal(20), Decimal(9), policy).level == "micro"
    assert level_of(Decimal(20), Decimal(10), policy).level == "mid"
    assert level_of(Decimal(20), Decimal(1), policy).level == "nano"
