"""Loss risk, expected losses and survival worked by hand from the domain text (DOMAIN 7.7, 7.8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from incentives.rules import losses, survival
from incentives.rules.losses import Rate, Record
from incentives.rules.risk import Compared, RiskFacts, RiskPolicy, band_of, compare, risk
from incentives.rules.survival import curve, together
from profiles.rules.flow import DEFAULT, Figure

DAY = date(2026, 11, 23)
CALM = RiskFacts(
    posts=Compared(Decimal(10), Decimal(10)),
    per_post=Compared(Decimal(50), Decimal(50)),
    verdict="thriving",
    days_since_touch=0,
    interval=14,
)


def calm(**values) -> RiskFacts:
    return RiskFacts(**{**vars(CALM), **values})


def points(score) -> dict:
    return {part.key: part.points for part in score.parts}


def test_7_7_who_shows_no_sign_has_no_risk():
    assert (risk(CALM).value, risk(CALM).missing) == (0, ())


def test_7_7_risk_adds_up_all_its_parts():
    found = risk(
        RiskFacts(
            posts=Compared(Decimal(4), Decimal(10)),  # down 60 % × 25 = 15
            per_post=Compared(Decimal(40), Decimal(50)),  # down 20 % × 10 = 2
            verdict="drifting",  # 20
            days_since_touch=21,  # 21 ÷ 28 × 15 = 11.25
            interval=14,
            long_needs=1,  # 1 ÷ 3 × 10 = 3.33
            ending=True,  # 10
            troubles=2,  # 10
        )
    )
    assert {key: round(value, 2) for key, value in points(found).items()} == {
        "posts": 15,
        "verdict": 20,
        "touch": Decimal("11.25"),
        "needs": Decimal("3.33"),
        "ending": 10,
        "trouble": 10,
        "per_post": 2,
    }
    assert (found.value, found.missing) == (72, ())  # 71.58


@pytest.mark.parametrize(
    ("verdict", "expected"), [("drifting", 20), ("fading", 14), ("unknown", 5), ("loyal", 0), ("thriving", 0)]
)
def test_7_7_the_verdict_gives_20_14_5_or_nothing(verdict, expected):
    assert points(risk(calm(verdict=verdict)))["verdict"] == expected


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (14, 7.5), (28, 15), (400, 15)])
def test_7_7_silence_counts_in_full_after_two_intervals(days, expected):
    assert points(risk(calm(days_since_touch=days)))["touch"] == expected


@pytest.mark.parametrize(("now", "before", "fall"), [(5, 10, "0.5"), (12, 10, 0), (0, 10, 1), (3, 0, 0)])
def test_7_7_a_rise_is_no_fall_below_nothing(now, before, fall):
    assert Compared(Decimal(now), Decimal(before)).fall == Decimal(fall)


def test_7_7_missing_parts_are_left_out_and_the_rest_rescaled_and_marked():
    found = risk(RiskFacts(verdict="drifting"))
    assert found.missing == ("posts", "touch", "per_post")
    assert found.value == 40  # 20 of the 50 that are left


def test_7_7_weights_are_policy():
    weights = dict.fromkeys(("posts", "drifting", "fading", "touch", "needs", "ending", "per_post"), 0)
    policy = RiskPolicy({**weights, "unknown": 1, "trouble": 3})
    assert risk(calm(troubles=1), policy).value == 75


def posted(first: date, per_span: list[tuple[int, int]]) -> list[Figure]:
    """(posts, interactions) of spans of 30 days one after the other."""
    figures = []
    for place, (posts, interactions) in enumerate(per_span):
        start = first + timedelta(days=30 * place)
        end = start + timedelta(days=29)
        figures += [
            Figure("posts", Decimal(posts), start, end),
            Figure("interactions", Decimal(interactions), start, end),
        ]
    return figures


FIRST = DAY - timedelta(days=119)


def test_7_7_own_posts_of_30_days_stand_against_the_mean_of_the_three_spans_before():
    own = {"a": posted(FIRST, [(10, 1000), (14, 1400), (12, 600), (6, 300)])}
    posts, per_post = compare(own, DAY, DEFAULT)
    assert posts == (6, 12)  # (10 + 14 + 12) ÷ 3
    assert (per_post.now, round(per_post.before, 2)) == (50, Decimal("83.33"))  # (100 + 100 + 50) ÷ 3


def test_7_7_a_span_that_is_not_known_makes_the_comparison_unknown():
    figures = posted(FIRST, [(10, 1000), (14, 1400), (12, 600), (6, 300)])
    assert compare({"a": figures[2:]}, DAY, DEFAULT).posts.fall is None
    assert compare({"a": figures, "b": figures[:6]}, DAY, DEFAULT).posts.fall is None
    assert compare({}, DAY, DEFAULT).posts.fall is None


def test_7_7_an_account_that_is_new_since_does_not_hide_a_fall():
    old, new = posted(FIRST, [(10, 100)] * 3 + [(5, 50)]), posted(DAY - timedelta(days=29), [(30, 300)])
    assert compare({"old": old, "new": new}, DAY, DEFAULT).posts == (5, 10)


@pytest.mark.parametrize(("late", "known"), [(7, True), (8, False)])
def test_7_7_spans_end_with_the_newest_figure_of_the_last_week(late, known):
    own = {"a": posted(FIRST - timedelta(days=late), [(10, 100)] * 3 + [(5, 50)])}
    assert (compare(own, DAY, DEFAULT).posts.fall is not None) is known


@pytest.mark.parametrize(
    ("value", "band"),
    [(0, "0"), (24, "0"), (25, "25"), (49, "25"), (50, "50"), (74, "50"), (75, "75"), (100, "75")],
)
def test_7_7_bands_are_0_to_24_to_49_to_74_to_100(value, band):
    assert band_of(value) == band


BANDS = {"0": Rate(100, 2), "25": Rate(50, 5), "50": Rate(40, 8), "75": Rate(20, 10)}


def test_7_7_expected_losses_sum_the_bands_by_their_share():
    found = losses.expected({"0": 50, "25": 20, "50": 10, "75": 4}, Record(BANDS, Rate(210, 25), 25))
    assert found.value == Decimal("1") + 2 + 2 + 2
    assert [part.points for part in found.parts] == [1, 2, 2, 2]


def test_7_7_under_20_departures_on_record_it_is_kols_by_the_overall_rate():
    record = Record(BANDS, Rate(200, 20), 19)
    assert losses.expected({"0": 50, "75": 4}, record).value == Decimal("5.4")
    assert losses.expected({"0": 50, "75": 4}, record._replace(departures=20)).value == 3


def test_7_7_who_has_no_risk_and_a_band_never_seen_take_the_overall_rate():
    record = Record({"0": Rate(100, 2)}, Rate(200, 20), 30)
    assert losses.expected({"75": 10, losses.UNKNOWN: 10}, record).value == 2


def test_7_7_without_any_rate_expected_losses_are_unknown_not_zero():
    assert losses.expected({"0": 5}, Record({}, Rate(0, 0), 0)).value is None


JUNE = date(2026, 6, 1)


def test_7_8_survival_is_the_share_still_there_at_the_end_of_month_n():
    steps = {JUNE: 4, date(2026, 7, 1): -1, date(2026, 9, 1): -2, date(2026, 10, 1): 1}
    found = curve(JUNE, 5, steps, DAY)  # one of five left again in June
    assert [(one.month, one.still, one.share) for one in found.points] == [
        (0, 4, Decimal("0.8")),
        (1, 3, Decimal("0.6")),
        (2, 3, Decimal("0.6")),
        (3, 1, Decimal("0.2")),
        (4, 2, Decimal("0.4")),  # won back
    ]


def test_7_8_the_present_month_is_not_over():
    assert curve(date(2026, 11, 1), 3, {date(2026, 11, 1): 3}, DAY).points == ()


def test_7_8_cohorts_together_count_those_that_are_so_old():
    old = curve(date(2026, 9, 1), 10, {date(2026, 9, 1): 10, date(2026, 10, 1): -5}, DAY)
    young = curve(date(2026, 10, 1), 10, {date(2026, 10, 1): 10}, DAY)
    assert [(one.month, one.share) for one in together([old, young])] == [(0, 1), (1, Decimal("0.5"))]
    assert survival.months_between(date(2025, 12, 31), date(2026, 1, 1)) == 1
