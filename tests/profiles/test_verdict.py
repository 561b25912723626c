"""Own platform against other channels (DOMAIN 3.7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from profiles.rules import metric as m
from profiles.rules.flow import Figure
from profiles.rules.side import Side, ToRefresh, side_of
from profiles.rules.verdict import DEFAULT, MedianOf, VerdictPolicy, bar_for, medians_of, verdict

ON = date(2026, 11, 23)
BAR = MedianOf(Decimal(100), "mid", 9)
NO_BAR = MedianOf(None, "", 0)


def fresh(posts, per_post):
    return Side("fresh", Decimal(posts), None if per_post is None else Decimal(per_post))


STRONG = fresh(12, 150)
WEAK = fresh(12, 50)
NONE, MISSING, STALE = Side("none"), Side("missing"), Side("stale")


def median_for(level, per_post_by_level, policy=DEFAULT):
    return bar_for(level, medians_of(per_post_by_level), policy)


def judged(own, other, own_bar=BAR, other_bar=BAR):
    found = verdict(own, other, own_bar, other_bar)
    return found.value, found.own_strong, found.other_strong


@pytest.mark.parametrize(
    ("own", "other", "value", "own_strong", "other_strong"),
    [
        (STRONG, STRONG, "thriving", True, True),
        (STRONG, WEAK, "loyal", True, False),
        (WEAK, STRONG, "drifting", False, True),
        (WEAK, WEAK, "fading", False, False),
        # fresh figures with 0 posts, or no account elsewhere, are weak
        (STRONG, fresh(0, None), "loyal", True, False),
        (fresh(0, None), STRONG, "drifting", False, True),
        (fresh(0, None), fresh(0, None), "fading", False, False),
        (STRONG, NONE, "loyal", True, False),
        (WEAK, NONE, "fading", False, False),
        # missing or stale is unknown, whatever the other side says
        (MISSING, STRONG, "unknown", None, True),
        (STALE, WEAK, "unknown", None, False),
        (STRONG, MISSING, "unknown", None, None),  # the own share of all posts cannot be told either
        (STRONG, STALE, "unknown", None, None),
        (WEAK, STALE, "unknown", False, None),
        (MISSING, NONE, "unknown", None, False),
        # no account on the own platform is a gap in the file
        (NONE, STRONG, "unknown", None, True),
    ],
)
def test_two_sides_make_a_verdict(own, other, value, own_strong, other_strong):
    assert judged(own, other) == (value, own_strong, other_strong)


@pytest.mark.parametrize(
    ("side", "strong"),
    [
        (fresh(6, 100), True),
        (fresh("5.9", 100), False),
        (fresh(5, 1000), False),
        (fresh(6, "99.99"), False),
        (fresh(5, None), False),  # too few posts settle it
        (fresh(6, None), None),
    ],
)
def test_strong_needs_six_posts_and_the_median(side, strong):
    assert verdict(side, NONE, BAR, BAR).own_strong is strong
    assert verdict(fresh(100, 1), side, BAR, BAR).other_strong is strong


@pytest.mark.parametrize(
    ("own_posts", "other_posts", "strong"), [(10, 40, True), (10, 41, False), (6, 0, True)]
)
def test_the_own_side_also_holds_a_fifth_of_all_posts(own_posts, other_posts, strong):
    found = verdict(fresh(own_posts, 100), fresh(other_posts, 100), BAR, BAR)
    assert found.own_strong is strong


def test_the_other_side_needs_no_share():
    assert judged(fresh(1000, 100), fresh(6, 100)) == ("thriving", True, True)


def test_each_side_is_held_against_its_own_median():
    own_bar, other_bar = MedianOf(Decimal(10), "mid", 5), MedianOf(Decimal(1000), "", 4)
    found = verdict(fresh(12, 20), fresh(12, 500), own_bar, other_bar)
    assert found.value == "loyal"
    assert [(p.key, p.value, p.limit, p.passed, p.note) for p in found.parts] == [
        ("own_posts", 12, 6, True, ""),
        ("own_per_post", 20, 10, True, "mid"),
        ("own_share", Decimal("0.5"), Decimal("0.2"), True, ""),
        ("other_posts", 12, 6, True, ""),
        ("other_per_post", 500, 1000, False, ""),
    ]


def test_an_unknown_verdict_names_what_to_refresh():
    named = (ToRefresh("other", "weibo", m.POSTS, "stale", date(2026, 7, 1)),)
    assert verdict(STRONG, Side("stale", refresh=named), BAR, BAR).refresh == named
    assert verdict(MISSING, WEAK, BAR, BAR).refresh == (ToRefresh("own", None, m.POSTS, "missing"),)
    assert verdict(STALE, WEAK, BAR, BAR).refresh == (ToRefresh("own", None, m.POSTS, "stale"),)
    assert verdict(NONE, WEAK, BAR, BAR).refresh == (ToRefresh("own", None, m.POSTS, "missing"),)
    assert verdict(fresh(6, None), NONE, BAR, BAR).refresh == (
        ToRefresh("own", None, m.INTERACTIONS, "missing"),
    )
    assert verdict(STRONG, NONE, NO_BAR, BAR).refresh == (ToRefresh("own", None, "median", "missing"),)
    assert verdict(STRONG, STRONG, BAR, BAR).refresh == ()


def test_a_known_verdict_still_names_a_stale_account():
    named = (ToRefresh("other", "weibo", m.POSTS, "stale", date(2026, 7, 1)),)
    other = Side("fresh", Decimal(12), Decimal(150), named)
    found = verdict(STRONG, other, BAR, BAR)
    assert (found.value, found.refresh) == ("thriving", named)


def test_figures_of_a_side_that_is_not_fresh_are_left_out():
    found = verdict(STRONG, Side("stale", Decimal(50), Decimal(500)), BAR, BAR)
    assert (found.value, found.other_strong) == ("unknown", None)
    assert [part.value for part in found.parts[3:]] == [None, None]


def values(*numbers):
    return [Decimal(number) for number in numbers]


def test_the_median_is_that_of_the_same_level_from_five_kols_on():
    by_level = {"mid": values(10, 20, 30, 40, 50), "macro": values(1000, 2000, 3000, 4000)}
    assert median_for("mid", by_level) == MedianOf(Decimal(30), "mid", 5)
    # of all nine: 10 20 30 40 50 1000 2000 3000 4000
    assert median_for("macro", by_level) == MedianOf(Decimal(50), "", 9)
    assert median_for("mega", by_level) == MedianOf(Decimal(50), "", 9)


def test_an_even_number_has_its_median_between_the_middle_two():
    assert median_for("mid", {"mid": values(10, 20, 30, 41, 50, 60)}).value == Decimal("35.5")


def test_no_level_is_treated_as_nano():
    by_level = {"": values(1, 2), "nano": values(3, 4, 5)}
    assert median_for("", by_level) == median_for("nano", by_level) == MedianOf(Decimal(3), "nano", 5)


def test_without_any_figure_there_is_no_median():
    assert median_for("mid", {}) == NO_BAR
    assert bar_for("mid", {}) == NO_BAR


def test_stored_medians_serve_as_well():
    stored = medians_of({"mid": values(10, 20, 30, 40, 50), "nano": values(7)})
    assert stored == {
        "": MedianOf(Decimal(25), "", 6),
        "mid": MedianOf(Decimal(30), "mid", 5),
        "nano": MedianOf(Decimal(7), "nano", 1),
    }
    assert bar_for("nano", stored) == MedianOf(Decimal(25), "", 6)


def test_the_numbers_are_policy():
    policy = VerdictPolicy(least_posts=Decimal(3), own_share=Decimal("0.5"), least_kols=1)
    assert verdict(fresh(3, 100), NONE, BAR, BAR, policy).value == "loyal"
    assert verdict(fresh(3, 100), fresh(4, 1), BAR, BAR, policy).value == "fading"
    assert median_for("nano", {"nano": values(7), "mid": values(1)}, policy).value == 7


def flow(metric, value, days=90, ended=0):
    end = ON - timedelta(days=ended)
    return Figure(metric, Decimal(value), end - timedelta(days=days - 1), end)


def average(value, age=0):
    day = ON - timedelta(days=age)
    return Figure(m.INTERACTIONS_AVG, Decimal(value), day, day)


def test_a_side_adds_its_accounts_up():
    """10 posts with 50 each and 30 posts with 10 each: 800 ÷ 40."""
    figures = {
        "weibo": [flow(m.POSTS, 10), flow(m.INTERACTIONS, 500)],
        "douyin": [flow(m.POSTS, 30), average(10)],
    }
    assert side_of("other", figures, ON) == Side("fresh", Decimal(40), Decimal(20))


def test_a_side_without_accounts_is_told_from_one_without_figures():
    assert side_of("other", {}, ON) == Side("none")
    assert side_of("other", {"weibo": []}, ON) == Side(
        "missing", refresh=(ToRefresh("other", "weibo", m.POSTS, "missing"),)
    )


def test_a_side_whose_figures_are_too_old_is_stale():
    last = ON - timedelta(days=101)
    figures = {"weibo": [flow(m.POSTS, 30, ended=101)], "douyin": []}
    assert side_of("own", figures, ON) == Side(
        "stale",
        refresh=(
            ToRefresh("own", "weibo", m.POSTS, "stale", last),
            ToRefresh("own", "douyin", m.POSTS, "missing"),
        ),
    )


def test_a_side_with_zero_posts_is_fresh():
    assert side_of("own", {"own": [flow(m.POSTS, 0)]}, ON) == Side("fresh", Decimal(0))


def test_an_account_of_unknown_interactions_is_named():
    figures = {"weibo": [flow(m.POSTS, 10), average(50, age=101)], "douyin": [flow(m.POSTS, 5), average(7)]}
    assert side_of("other", figures, ON) == Side(
        "fresh",
        Decimal(15),
        Decimal(7),
        (ToRefresh("other", "weibo", m.INTERACTIONS, "stale", ON - timedelta(days=101)),),
    )
