"""The order of suggestions (DOMAIN 4.6): quality by bands, activity only between equals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.rules import mining as rules


@given(
    st.tuples(st.integers(0, 100), st.integers(0, 10**6)),
    st.tuples(st.integers(0, 100), st.integers(0, 10**6)),
)
def test_raising_activity_alone_never_passes_a_higher_band(one, other):
    (quality, activity), (better, less) = one, other
    if rules.BANDS.index(rules.band(Decimal(better))) > rules.BANDS.index(rules.band(Decimal(quality))):
        assert rules.order(Decimal(better), less) < rules.order(Decimal(quality), activity)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50)), max_size=12))
def test_a_user_of_unknown_quality_stands_last(pairs):
    keyed = [rules.order(Decimal(quality), activity) for quality, activity in pairs]
    assert all(one < rules.order(None, 10**9) for one in keyed)


@pytest.mark.parametrize(
    ("quality", "band"),
    [
        ("0", "ordinary"),
        ("39.99", "ordinary"),
        ("40", "fair"),
        ("60", "good"),
        ("80", "excellent"),
        ("100", "excellent"),
    ],
)
def test_bands_of_quality(quality, band):
    assert rules.band(Decimal(quality)) == band
