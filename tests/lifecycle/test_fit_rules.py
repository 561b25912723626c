"""Fit (DOMAIN 4.4), on cases worked by hand."""

from hypothesis import given as drawn
from hypothesis import strategies as st

from lifecycle.rules.fit import Criterion, Given, fit

RUBRIC = {
    "field": Criterion(30),
    "tone": Criterion(20),
    "quality": Criterion(25),
    "audience": Criterion(15),
    "values": Criterion(10, red_line=True),
}


def sheet(rater="a", **values) -> list[Given]:
    return [Given(rater, key, value) for key, value in values.items()]


WHOLE = {"field": 5, "tone": 4, "quality": 4, "audience": 3, "values": 5}


def test_fit_is_the_sum_of_weight_times_mean_rating_over_5():
    """30 × 5 ÷ 5 + 20 × 4 ÷ 5 + 25 × 4 ÷ 5 + 15 × 3 ÷ 5 + 10 × 5 ÷ 5 = 30 + 16 + 20 + 9 + 10 = 85."""
    found = fit(RUBRIC, sheet(**WHOLE))
    assert found.score.value == 85
    assert [part.points for part in found.score.parts] == [30, 16, 20, 9, 10]
    assert found.raters == 1


def test_several_raters_are_averaged():
    """The tone of 4 and 2 is 3: 12 points instead of 16; the rest is as one rater gave it."""
    found = fit(RUBRIC, [*sheet(**WHOLE), *sheet("b", tone=2)])
    assert found.score.value == 81
    assert found.raters == 2
    assert found.disputed == ()


def test_raters_3_or_more_apart_are_flagged():
    found = fit(RUBRIC, [*sheet(**WHOLE), *sheet("b", tone=1, quality=2)])
    assert found.disputed == ("tone",)
    assert found.spread == 3


def test_an_unrated_criterion_leaves_no_fit_and_is_named():
    found = fit(RUBRIC, sheet(field=5))
    assert found.score.value is None
    assert found.score.missing == ("tone", "quality", "audience", "values")


def test_a_0_on_a_red_line_vetoes_and_elsewhere_does_not():
    assert fit(RUBRIC, sheet(**WHOLE | {"values": 0})).vetoed == ("values",)
    assert fit(RUBRIC, sheet(**WHOLE | {"tone": 0})).vetoed == ()


def test_one_rater_is_enough_for_a_veto():
    assert fit(RUBRIC, [*sheet(**WHOLE), *sheet("b", values=0)]).vetoed == ("values",)


def test_a_criterion_without_weight_need_not_be_rated():
    rubric = RUBRIC | {"tone": Criterion(0), "field": Criterion(50)}
    assert fit(rubric, [one for one in sheet(**WHOLE) if one.criterion != "tone"]).score.value == 89


@drawn(st.fixed_dictionaries({key: st.lists(st.integers(0, 5), min_size=1, max_size=4) for key in RUBRIC}))
def test_fit_lies_between_0_and_100_and_is_the_sum_of_its_parts(ratings):
    given = [
        Given(rater, key, value) for key, values in ratings.items() for rater, value in enumerate(values)
    ]
    found = fit(RUBRIC, given)
    assert 0 <= found.score.value <= 100
    assert found.score.value == sum(part.points for part in found.score.parts)
