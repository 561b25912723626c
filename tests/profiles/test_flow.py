"""Figures over a window of days (DOMAIN 3.4, 3.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from profiles.rules import metric as m
from profiles.rules.flow import (
    Figure,
    Flow,
    FlowPolicy,
    interactions_per_post,
    is_fresh,
    last_days,
    latest,
    latest_fresh,
    window_flow,
)

ON = date(2026, 11, 23)
START, END = date(2026, 8, 26), ON  # the last 90 days


def flow(metric, value, start, days, source="api"):
    first = START + timedelta(days=start)
    return Figure(metric, Decimal(value), first, first + timedelta(days=days - 1), source)


def stock(metric, value, day, source="api"):
    return Figure(metric, Decimal(value), day, day, source)


def days(number):
    return timedelta(days=number)


def test_the_last_90_days_end_with_the_day_itself():
    assert last_days(ON, 90) == (START, END)
    assert (END - START).days == 89


def test_flows_that_fill_the_window_are_added_up():
    figures = [flow(m.POSTS, 10, 0, 30), flow(m.POSTS, 20, 30, 30), flow(m.POSTS, 30, 60, 30)]
    assert window_flow(figures, m.POSTS, START, END) == Flow(Decimal(60), 90, tuple(figures))


@pytest.mark.parametrize(
    ("covered", "value"),
    [(90, Decimal(72)), (80, Decimal(81)), (72, Decimal(90)), (71, None)],
)
def test_flows_over_four_fifths_of_the_days_are_scaled_to_the_whole(covered, value):
    """72 × 90 ÷ covered days; 72 of 90 days are 80 %."""
    found = window_flow([flow(m.VIEWS, 72, 0, covered)], m.VIEWS, START, END)
    assert (found.value, found.covered_days) == (value, covered)
    assert found.missing == (() if value is not None else (m.VIEWS,))


def test_flows_that_reach_out_of_the_window_do_not_count():
    assert window_flow([flow(m.POSTS, 9, -1, 90)], m.POSTS, START, END).value is None
    assert window_flow([flow(m.POSTS, 9, 1, 90)], m.POSTS, START, END).value is None


def test_the_shortest_flows_are_taken_first_and_none_overlap():
    """The quarter is left out for the months; the month that a week lies in is left out for the week."""
    quarter = flow(m.VIEWS, 1000, 0, 90)
    months = [flow(m.VIEWS, 10, 0, 30), flow(m.VIEWS, 20, 30, 30), flow(m.VIEWS, 30, 60, 30)]
    assert window_flow([quarter, *months], m.VIEWS, START, END).value == 60

    week = flow(m.VIEWS, 7, 5, 7)
    found = window_flow([quarter, *months, week], m.VIEWS, START, END)
    assert found.parts == (week, months[1], months[2])
    assert (found.value, found.covered_days) == (None, 67)


def test_two_sources_for_the_same_days_are_not_added():
    figures = [flow(m.VIEWS, 50, 0, 90, "hand"), flow(m.VIEWS, 40, 0, 90, "api")]
    assert window_flow(figures, m.VIEWS, START, END).value == 40
    assert window_flow(reversed(figures), m.VIEWS, START, END).value == 40


def test_too_few_flows_give_way_to_the_difference_of_two_stocks():
    figures = [
        flow(m.GROWTH, 5, 0, 30),
        stock(m.FOLLOWERS, 1000, START - days(7)),
        stock(m.FOLLOWERS, 1400, START + days(40)),
        stock(m.FOLLOWERS, 1500, END - days(3)),
    ]
    found = window_flow(figures, m.GROWTH, START, END)
    assert (found.value, found.covered_days) == (Decimal(500), 93)
    assert found.parts == (figures[1], figures[3])


@pytest.mark.parametrize(
    ("first", "last", "value"),
    [
        (-7, 0, Decimal(20)),
        (7, 7, Decimal(20)),
        (0, -7, Decimal(20)),
        (-8, 0, None),
        (8, 0, None),
        (0, -8, None),
        (0, 8, None),
    ],
)
def test_each_stock_lies_within_seven_days_of_its_end(first, last, value):
    figures = [stock(m.POSTS_TOTAL, 100, START + days(first)), stock(m.POSTS_TOTAL, 120, END + days(last))]
    assert window_flow(figures, m.POSTS, START, END).value == value


def test_the_stock_nearest_to_an_end_counts_and_of_two_equally_near_the_later():
    figures = [
        stock(m.FOLLOWERS, 90, START - days(2)),
        stock(m.FOLLOWERS, 100, START + days(2)),
        stock(m.FOLLOWERS, 190, END - days(1)),
        stock(m.FOLLOWERS, 200, END),
    ]
    assert window_flow(figures, m.GROWTH, START, END).value == 100


def test_one_stock_near_both_ends_of_a_short_window_says_nothing():
    day = date(2026, 11, 20)
    assert window_flow([stock(m.FOLLOWERS, 100, day)], m.GROWTH, day - days(3), day + days(3)).value is None


def test_followers_may_be_lost_but_posts_cannot_be_unwritten():
    lost = [stock(m.FOLLOWERS, 200, START), stock(m.FOLLOWERS, 150, END)]
    deleted = [stock(m.POSTS_TOTAL, 200, START), stock(m.POSTS_TOTAL, 150, END)]
    assert window_flow(lost, m.GROWTH, START, END).value == -50
    assert window_flow(deleted, m.POSTS, START, END).value is None


def test_only_growth_and_posts_have_a_stock_behind_them():
    figures = [stock(m.FOLLOWERS, 100, START), stock(m.FOLLOWERS, 200, END)]
    assert window_flow(figures, m.INTERACTIONS, START, END).value is None


def test_nothing_known_is_unknown_and_a_zero_is_a_zero():
    assert window_flow([], m.POSTS, START, END) == Flow(None, 0, (), (m.POSTS,))
    assert window_flow([flow(m.POSTS, 0, 0, 90)], m.POSTS, START, END).value == 0


def test_interactions_per_post_divides_the_two_flows():
    figures = [flow(m.INTERACTIONS, 900, 0, 90), flow(m.POSTS, 12, 0, 90), stock(m.INTERACTIONS_AVG, 5, ON)]
    score = interactions_per_post(figures, ON)
    assert score.value == 75
    assert [(part.key, part.value) for part in score.parts] == [(m.INTERACTIONS, 900), (m.POSTS, 12)]
    assert score.missing == ()


def test_no_post_leaves_interactions_per_post_unknown():
    figures = [flow(m.INTERACTIONS, 0, 0, 90), flow(m.POSTS, 0, 0, 90), stock(m.INTERACTIONS_AVG, 5, ON)]
    score = interactions_per_post(figures, ON)
    assert (score.value, score.missing) == (None, (m.POSTS,))


def test_without_flows_the_latest_fresh_averages_count():
    """Likes 40 + comments 3; a flow of posts alone cannot be divided into."""
    figures = [
        flow(m.POSTS, 12, 0, 90),
        stock(m.LIKES_AVG, 10, ON - days(60)),
        stock(m.LIKES_AVG, 40, ON - days(30)),
        stock(m.COMMENTS_AVG, 3, ON - days(30)),
        stock(m.INTERACTIONS_AVG, 99, ON - days(31)),
    ]
    score = interactions_per_post(figures, ON)
    assert score.value == 43
    assert [part.key for part in score.parts] == [m.LIKES_AVG, m.COMMENTS_AVG]


def test_a_later_average_of_all_interactions_goes_before_likes_and_comments():
    figures = [
        stock(m.LIKES_AVG, 40, ON),
        stock(m.COMMENTS_AVG, 3, ON - days(30)),
        stock(m.INTERACTIONS_AVG, 99, ON - days(29)),
    ]
    assert interactions_per_post(figures, ON).value == 99


def test_likes_without_comments_are_no_interactions():
    score = interactions_per_post([stock(m.LIKES_AVG, 40, ON)], ON)
    assert (score.value, score.missing) == (None, (m.POSTS, m.INTERACTIONS))


@pytest.mark.parametrize(("age", "value"), [(100, 99), (101, None)])
def test_stale_averages_are_left_out(age, value):
    assert interactions_per_post([stock(m.INTERACTIONS_AVG, 99, ON - days(age))], ON).value == value


@pytest.mark.parametrize(
    ("metric", "limit"),
    [(m.FOLLOWERS, 35), (m.POSTS_TOTAL, 35), (m.POSTS, 100), (m.LIKES_AVG, 100), (m.FAKE_SHARE, 365)],
)
def test_a_figure_is_stale_from_the_day_after_its_limit(metric, limit):
    assert is_fresh(stock(metric, 1, ON - days(limit)), ON)
    assert not is_fresh(stock(metric, 1, ON - days(limit + 1)), ON)


def test_the_latest_figure_is_none_from_the_future():
    figures = [stock(m.FOLLOWERS, 1, ON - days(36)), stock(m.FOLLOWERS, 2, ON + days(1))]
    assert latest(figures, m.FOLLOWERS, ON) == figures[0]
    assert latest_fresh(figures, m.FOLLOWERS, ON) is None
    assert latest_fresh(figures, m.FOLLOWERS, ON + days(1)) == figures[1]


def test_the_numbers_are_policy():
    policy = FlowPolicy(coverage=Decimal("0.5"), stock_reach_days=10, fresh_flow_days=10)
    assert window_flow([flow(m.VIEWS, 50, 0, 45)], m.VIEWS, START, END, policy).value == 100
    far = [stock(m.FOLLOWERS, 1, START - days(10)), stock(m.FOLLOWERS, 4, END)]
    assert window_flow(far, m.GROWTH, START, END, policy).value == 3
    assert not is_fresh(stock(m.VIEWS, 1, ON - days(11)), ON, policy)
