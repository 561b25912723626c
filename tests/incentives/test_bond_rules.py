"""Bond worked by hand from the domain text (DOMAIN 7.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from incentives.rules.bond import BondFacts, BondPolicy, Tie, bond, falling_away

DAY = date(2026, 11, 23)


def tie(part, until=None, since=None) -> Tie:
    return Tie(part, part, since, until)


def points(score) -> dict:
    return {part.key: part.points for part in score.parts}


def test_7_6_bond_adds_up_all_seven_parts():
    ties = tuple(tie(part) for part in ("share", "exclusivity", "role", "friends", "friends", "community"))
    found = bond(BondFacts(Decimal(300), Decimal(1000), ties, needs_met=1, needs=4), DAY)
    # 30 % of 30 = 9; 20; 15; 10; 2 of 3 friends = 6.67; 5; 1 of 4 needs = 2.5
    assert {key: round(value, 2) for key, value in points(found).items()} == {
        "fans": 9,
        "share": 20,
        "exclusivity": 15,
        "role": 10,
        "friends": Decimal("6.67"),
        "community": 5,
        "needs": Decimal("2.5"),
    }
    assert (found.value, found.missing) == (68, ())  # 68.17


def test_7_6_not_having_something_counts_0_and_is_not_left_out():
    found = bond(BondFacts(Decimal(0), Decimal(1000), (), needs_met=0, needs=2), DAY)
    assert (found.value, found.missing) == (0, ())


def test_7_6_only_parts_whose_data_is_missing_are_left_out_and_the_rest_is_rescaled():
    found = bond(BondFacts(ties=(tie("role"), tie("share"))), DAY)
    assert found.missing == ("fans", "needs")
    assert found.value == 50  # 30 of the 60 that are left


def test_7_6_own_followers_that_are_not_fresh_are_not_taken_for_none():
    assert bond(BondFacts(None, Decimal(1000), needs=1), DAY).missing == ("fans",)


@pytest.mark.parametrize(("friends", "expected"), [(0, 0), (1, Decimal("3.33")), (3, 10), (5, 10)])
def test_7_6_friends_inside_count_up_to_three(friends, expected):
    found = bond(BondFacts(ties=tuple(tie("friends") for _ in range(friends))), DAY)
    assert round(points(found)["friends"], 2) == expected


def test_7_6_a_tie_counts_from_its_first_to_its_last_day():
    facts = BondFacts(ties=(tie("exclusivity", until=DAY, since=DAY),))
    assert points(bond(facts, DAY))["exclusivity"] == 15
    assert points(bond(facts, DAY + timedelta(days=1)))["exclusivity"] == 0
    assert points(bond(facts, DAY - timedelta(days=1)))["exclusivity"] == 0


def test_7_6_what_falls_away_in_90_days_is_what_ends_by_then_the_nearest_first():
    last, after = DAY + timedelta(days=90), DAY + timedelta(days=91)
    facts = BondFacts(
        Decimal(500),
        Decimal(1000),
        (tie("exclusivity", last), tie("role", after), tie("share", DAY), tie("community")),
        needs_met=1,
        needs=1,
    )
    found = falling_away(facts, DAY, 90)
    assert [one.part for one in found.ties] == ["share", "exclusivity"]
    assert (found.now.value, found.then.value, found.points) == (75, 40, 35)


def test_7_6_what_goes_on_by_another_tie_costs_no_points():
    ends, begins = DAY + timedelta(days=10), DAY + timedelta(days=11)
    renewed = BondFacts(ties=(tie("exclusivity", ends), tie("exclusivity", since=begins)))
    found = falling_away(renewed, DAY, 90)
    assert ([one.until for one in found.ties], found.points) == ([ends], 0)


def test_7_6_weights_are_policy():
    weights = {"fans": 0, "share": 1, "exclusivity": 0, "role": 3, "friends": 0, "community": 0, "needs": 0}
    assert bond(BondFacts(ties=(tie("role"),)), DAY, BondPolicy(weights)).value == 75
