"""How many KOLs a field has room for (DOMAIN 4.1), on cases worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.rules.pace import PaceFigures, pace


def figures(demand, supply=10, low=20, high=60, **more) -> PaceFigures:
    return PaceFigures(demand, supply, low, high, **more)


@pytest.mark.parametrize(
    ("demand", "supply", "state", "word", "intake"),
    [
        (120, 10, "oversupplied", "oversupplied", 0),  # 12 a KOL
        (1000, 10, "undersupplied", "room", 15),  # 100 a KOL; 1000 ÷ 40 − 10
        (200, 10, "in_band", "hold", 0),  # 20 a KOL is in the band
        (600, 10, "in_band", "room", 5),  # so is 60
        (601, 10, "undersupplied", "room", 5),  # 15.025 − 10
        (199, 10, "oversupplied", "oversupplied", 0),
        (80, 0, "undersupplied", "room", 2),  # no supply with demand
        (0, 0, "in_band", "hold", 0),
    ],
)
def test_demand_over_supply_is_held_against_the_band(demand, supply, state, word, intake):
    found = pace(figures(demand, supply))
    assert (found.state, found.word, found.intake.value) == (state, word, intake)


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        (figures(None), ("demand",)),
        (figures(100, low=None, high=None), ("band",)),
        (figures(None, low=None, high=None), ("demand", "band")),
    ],
)
def test_without_a_demand_figure_or_a_band_the_pace_is_unknown_and_says_what_is_missing(asked, missing):
    found = pace(asked)
    assert (found.state, found.word, found.intake.value) == ("unknown", "unknown", None)
    assert found.intake.missing == missing


def test_the_expected_losses_of_a_quarter_count_by_a_third():
    """1000 ÷ 40 − 10 + 3.6 ÷ 3 = 16.2 → 16."""
    assert pace(figures(1000, losses=Decimal("3.6"))).intake.value == 16


def test_the_intake_is_at_most_the_cap_less_those_agreed_and_not_yet_moved():
    assert pace(figures(1000, cap=8)).intake.value == 8
    assert pace(figures(1000, cap=8, agreed=3)).intake.value == 5
    assert pace(figures(1000, cap=2, agreed=3)).intake.value == 0
    assert pace(figures(1000, agreed=3)).intake.value == 15


def test_a_full_cap_is_a_hold_though_users_wait():
    found = pace(figures(1000, cap=3, agreed=3))
    assert (found.state, found.word) == ("undersupplied", "hold")


def test_the_design_s_example_adds_up():
    """48,600 ÷ 1,500 = 32.4; − 24 = 8.4; + 3.6 ÷ 3 = 9.6; cap 8."""
    found = pace(PaceFigures(48_600, 24, 1_200, 1_800, cap=8, losses=Decimal("3.6")))
    parts = {part.key: part.value for part in found.intake.parts}
    assert (parts["middle"], parts["needed"], parts["suggested"]) == (1500, Decimal("32.4"), Decimal("9.6"))
    assert (found.per_kol, found.state, found.room) == (2025, "undersupplied", 8)


@given(
    st.integers(0, 10**6), st.integers(0, 5000), st.integers(1, 500), st.integers(0, 500), st.integers(0, 40)
)
def test_intake_never_falls_when_demand_rises_nor_passes_what_users_need(demand, supply, low, wide, more):
    asked = {"supply": supply, "low": low, "high": low + wide}
    less = pace(figures(demand, **asked)).intake.value
    greater = pace(figures(demand + more, **asked)).intake.value
    assert 0 <= less <= greater
    assert less <= demand / ((2 * low + wide) / 2)
