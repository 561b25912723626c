"""The order of candidates (DOMAIN 4.5), on cases worked by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kol_crm.core.score import Score
from lifecycle.rules import fit as fits
from lifecycle.rules import rank
from lifecycle.rules.fit import Criterion, Given
from lifecycle.rules.rank import Contender, Estimates
from profiles.rules import metric as m
from profiles.rules.flow import Figure

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ONE = {"only": Criterion(100, red_line=True)}
D = Decimal


def stock(metric, value, day=DAY) -> Figure:
    return Figure(metric, D(value), day, day)


def flow(metric, value, start=DAY - timedelta(days=89), end=DAY) -> Figure:
    return Figure(metric, D(value), start, end)


def fit_of(percent: int | None):
    """A fit of that many per cent; in steps of 20."""
    return fits.fit(ONE, [] if percent is None else [Given("a", "only", percent // 20)])


def contender(key, fit, figure, entered=0) -> Contender:
    return Contender(
        key, fit_of(fit), Score(None if figure is None else D(figure)), NOON + timedelta(days=entered)
    )


def keys(placed) -> list:
    return [one.key for one in placed]


def test_the_percentile_counts_those_below_and_half_of_the_other_equals():
    """1, 2, 2, 5: 0 ÷ 3; (1 + ½) ÷ 3 twice; 3 ÷ 3."""
    found = rank.percentiles({"a": D(1), "b": D(2), "c": D(2), "d": D(5)})
    assert found == {"a": 0, "b": 50, "c": 50, "d": 100}


def test_one_alone_stands_in_the_middle_and_a_missing_figure_at_nothing():
    assert rank.percentiles({"a": D(7), "b": None}) == {"a": 50, "b": 0}


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30))
def test_percentiles_lie_between_0_and_100_and_average_50(values):
    found = list(rank.percentiles(dict(enumerate(map(D, values)))).values())
    assert all(0 <= one <= 100 for one in found)
    assert sum(found) / len(found) == pytest.approx(50)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30))
def test_who_has_more_never_stands_lower(values):
    found = rank.percentiles(dict(enumerate(map(D, values))))
    for one, value in enumerate(values):
        assert all(found[one] >= found[other] for other, less in enumerate(values) if less <= value)


def test_the_rank_is_60_parts_fit_and_40_parts_percentile():
    """Fit 80 and best of two: 0.6 × 80 + 0.4 × 100 = 88; fit 100 and last: 60."""
    first, second = rank.rank([contender("b", 100, 1), contender("a", 80, 2)])
    assert (first.key, first.place, first.score.value) == ("a", 1, 88)
    assert (second.key, second.place, second.score.value) == ("b", 2, 60)
    assert [(part.key, part.points, part.weight) for part in first.score.parts] == [
        ("fit", 48, 60),
        ("figure", 40, 40),
    ]


def test_equal_scores_are_told_apart_by_fit_then_by_earlier_entry():
    """Half and half, of figures 1, 2, 2, 3: (60 + 50) ÷ 2 twice, (100 + 0) ÷ 2; the fit of 0 is a veto."""
    rows = [
        contender("figure", 0, 3),
        contender("fit", 100, 1),
        contender("late", 60, 2, entered=2),
        contender("early", 60, 2, entered=1),
    ]
    placed = rank.rank(rows, D("0.5"))
    assert placed[0].score.value == placed[1].score.value == D("55")
    assert [(one.key, one.score.value) for one in placed] == [
        ("early", 55),
        ("late", 55),
        ("fit", 50),
        ("figure", 50),
    ]


def test_at_equal_scores_the_better_fit_stands_first():
    level = rank.rank([contender("low", 40, None), contender("high", 80, None)], D(0))
    assert [(row.key, row.score.value) for row in level] == [("high", 0), ("low", 0)]


def test_without_fit_one_stands_below_the_ranked_and_a_veto_below_all():
    placed = rank.rank([contender("vetoed", 0, 9), contender("unrated", None, 9), contender("ranked", 20, 1)])
    assert [(one.key, one.state, one.place) for one in placed] == [
        ("ranked", "ranked", 1),
        ("unrated", "unrated", None),
        ("vetoed", "vetoed", None),
    ]
    assert placed[1].score.value is None
    assert placed[1].score.missing == ("fit",)


def test_a_missing_figure_counts_nothing_and_is_marked():
    [placed] = rank.rank([contender("a", 100, None)])
    assert placed.score.value == 60
    assert placed.score.missing == ("figure",)
    assert str(placed.score.parts[1].note) == "the figure is missing"


def test_acquisition_adds_followers_times_portability_over_fresh_accounts():
    """(100,000 + 20,000) × 30 % = 36,000; the stale account is left out."""
    stale = DAY - timedelta(days=36)
    accounts = {
        "douyin": [stock(m.FOLLOWERS, 100_000)],
        "weibo": [stock(m.FOLLOWERS, 20_000)],
        "zhihu": [stock(m.FOLLOWERS, 9_000_000, stale)],
    }
    found = rank.acquisition(accounts, DAY, Estimates(portability=30))
    assert found.value == 36_000
    assert [(part.key, part.value) for part in found.parts] == [
        ("followers", 120_000),
        ("portability", D("0.3")),
    ]


def test_an_accounts_own_portability_goes_before_the_files():
    """100,000 × 10 % + 20,000 × 30 % = 16,000."""
    accounts = {
        "douyin": [stock(m.FOLLOWERS, 100_000), stock(m.PORTABILITY, 10)],
        "weibo": [stock(m.FOLLOWERS, 20_000)],
    }
    assert rank.acquisition(accounts, DAY, Estimates(portability=30)).value == 16_000


@pytest.mark.parametrize(
    ("accounts", "estimates", "missing"),
    [
        ({}, Estimates(portability=30), ("followers",)),
        ({"x": [stock(m.FOLLOWERS, 10)]}, Estimates(), ("portability",)),
        ({"x": [stock(m.FOLLOWERS, 10, DAY - timedelta(days=36))]}, Estimates(portability=1), ("followers",)),
    ],
)
def test_acquisition_is_unknown_without_followers_or_portability(accounts, estimates, missing):
    found = rank.acquisition(accounts, DAY, estimates)
    assert found.value is None
    assert set(missing) <= set(found.missing)


def test_activation_takes_the_largest_fresh_account():
    """1,800 interactions on 30 posts are 60 a post; ÷ 2,000 followers = 0.03."""
    accounts = {
        "own": [stock(m.FOLLOWERS, 2_000), flow(m.POSTS, 30), flow(m.INTERACTIONS, 1_800)],
        "other": [stock(m.FOLLOWERS, 500), flow(m.POSTS, 10), flow(m.INTERACTIONS, 90_000)],
    }
    assert rank.activation(accounts, DAY, Estimates()).value == D("0.03")


def test_activation_of_nobodys_followers_is_missing():
    accounts = {"own": [stock(m.FOLLOWERS, 0), flow(m.POSTS, 30), flow(m.INTERACTIONS, 1_800)]}
    found = rank.activation(accounts, DAY, Estimates())
    assert (found.value, found.missing) == (None, ("followers",))


def test_conversion_is_the_share_of_returning_fans_else_the_estimate_times_20():
    """450 of 1,800 interactions are 25 %; an estimate of 4 is 80."""
    accounts = {"own": [flow(m.INTERACTIONS, 1_800), flow(m.RETURNING_INTERACTIONS, 450)]}
    assert rank.conversion(accounts, DAY, Estimates(loyalty=4)).value == 25
    assert rank.conversion({"own": [flow(m.INTERACTIONS, 1_800)]}, DAY, Estimates(loyalty=4)).value == 80
    assert rank.conversion({}, DAY, Estimates()).value is None


def test_followers_are_no_part_of_fit():
    """Ten times the followers move the figure, never the fit (DOMAIN 4.4)."""
    small, large = (
        rank.acquisition({"x": [stock(m.FOLLOWERS, number)]}, DAY, Estimates(portability=50))
        for number in (1_000, 10_000)
    )
    one, other = (Contender(key, fit_of(60), figure, NOON) for key, figure in (("s", small), ("l", large)))
    placed = {row.key: row for row in rank.rank([one, other])}
    assert placed["s"].contender.fit.score.value == placed["l"].contender.fit.score.value == 60
