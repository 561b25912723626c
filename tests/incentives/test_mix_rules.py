"""The mix, by number of entries (DOMAIN 6.8); no database."""

from hypothesis import given
from hypothesis import strategies as st

from incentives.rules.mix import mix

KINDS = st.sampled_from(["spiritual", "material", "resources"])


def test_entries_are_counted_and_their_amounts_are_not():
    found = mix([("material", True), ("material", True), ("spiritual", False), ("resources", False)])
    assert dict(found.counts) == {"material": 2, "resources": 1, "spiritual": 1}
    assert (found.entries, found.money, found.is_only_money) == (4, 2, False)
    assert found.share("material") == 50.0


def test_only_money_is_flagged_and_a_gift_is_not_money():
    assert mix([("material", True), ("profit_share", True)]).is_only_money
    assert not mix([("material", True), ("material", False)]).is_only_money


def test_who_got_nothing_is_not_flagged():
    assert not mix([]).is_only_money
    assert mix([]).share("material") == 0.0


@given(st.lists(st.tuples(KINDS, st.booleans())))
def test_shares_add_up_and_the_flag_is_exact(entries):
    found = mix(entries)
    assert found.is_only_money == (bool(entries) and all(is_money for _kind, is_money in entries))
    if entries:
        assert abs(sum(found.share(kind) for kind in found.counts) - 100) <= 0.2
