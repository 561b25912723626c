"""Inside or outside policy, and the way inside (DOMAIN 6.1); pure."""

from datetime import date
from decimal import Decimal as D

import pytest

from incentives.rules.paying import Due, Quarter, Terms, dues_of
from incentives.rules.policy import Cell, Line, Payment, judge

DAY = date(2026, 11, 26)
MID = Cell(frozenset({"material", "knowledge"}), D(20000))


def line(key, *payments, kind="material"):
    """Payments are (day, value in the installation's currency)."""
    paid = (Payment(day, D(value), "CNY", D(value)) for day, value in payments)
    return Line(key, kind, key, tuple(paid))


def codes(found):
    return {one.line.key: [reason.code for reason in one.reasons] for one in found.lines}


def ways(found):
    return [(way.code, way.key, way.less) for way in found.ways]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Terms(amount=D(5)), [(DAY, D(5))]),
        (Terms(), []),
        (Terms("profit_share", cap=D(4000), due_on=date(2027, 1, 5)), [(date(2027, 1, 5), D(4000))]),
        (Terms("profit_share"), [(DAY, None)]),
        (Terms("per_result", D(2400), expected=6), [(DAY, D(14400))]),
        (
            Terms("continuous", D(7), period="month", due_on=date(2026, 1, 31), ends_on=date(2026, 3, 31)),
            [(date(2026, 1, 31), D(7)), (date(2026, 2, 28), D(7)), (date(2026, 3, 31), D(7))],
        ),
        (
            Terms("continuous", D(7), period="week", due_on=date(2026, 1, 1), ends_on=date(2026, 1, 14)),
            [(date(2026, 1, 1), D(7)), (date(2026, 1, 8), D(7))],
        ),
        (
            Terms("continuous", D(7), period="quarter", due_on=date(2025, 11, 30), ends_on=date(2026, 3, 1)),
            [(date(2025, 11, 30), D(7)), (date(2026, 2, 28), D(7))],
        ),
    ],
)
def test_what_falls_due_and_when(terms, expected):
    assert dues_of(terms, DAY) == [Due(*one) for one in expected]


def test_a_quarter_knows_the_next():
    assert str(Quarter.of(DAY)) == "Q4 2026"
    assert Quarter.of(DAY).after == Quarter(2027, 1)
    assert Quarter(2027, 1).after.first_day == date(2027, 4, 1)


def test_the_worked_case_of_the_picture():
    """3,600 + 14,400 + 5,800 = 23,800 of 20,000, and a share that the cell does not know."""
    day = date(2027, 1, 15)
    found = judge(
        MID,
        [
            line("class", (day, 3600), kind="knowledge"),
            line("walks", (day, 14400)),
            line("lens", (day, 5800)),
            line("share", (day, 4000), kind="profit_share"),
        ],
        [],
    )
    assert codes(found) == {"class": [], "walks": [], "lens": ["ceiling"], "share": ["kind", "ceiling"]}
    lens = found.lines[2].reasons[0]
    assert (lens.total, lens.ceiling, str(lens.quarter)) == (D(23800), D(20000), "Q1 2027")
    assert (found.inside, found.sums[0].total, found.sums[0].over) == (False, D(27800), D(7800))
    assert ways(found) == [("drop", "share", D(4000)), ("move", "lens", D(5800))]


@pytest.mark.parametrize(("others", "inside"), [(19000, True), (19001, False)])
def test_the_ceiling_is_over_all_plans_of_the_kol_and_is_itself_inside(others, inside):
    found = judge(MID, [line("fee", (DAY, 1000))], [line("old", (DAY, others))])
    assert found.inside is inside


def test_each_calendar_quarter_has_its_own_sum():
    days = (date(2026, 12, 31), date(2027, 1, 1))
    found = judge(MID, [line("a", (days[0], 15000)), line("b", (days[1], 15000))], [])
    assert found.inside
    assert [str(one.quarter) for one in found.sums] == ["Q4 2026", "Q1 2027"]


def test_continuous_pay_counts_each_payment_in_its_quarter():
    months = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    found = judge(MID, [line("monthly", *((day, 7000) for day in months))], [])
    assert [(reason.code, str(reason.quarter)) for reason in found.lines[0].reasons] == [
        ("ceiling", "Q4 2026")
    ]
    assert ways(found) == [("drop", "monthly", D(28000))]


def test_without_a_rate_it_is_outside_and_unknown_is_never_zero():
    paid = Line("fee", "material", "Fee", (Payment(DAY, D(10), "USD", None),))
    found = judge(MID, [paid], [])
    reason = found.lines[0].reasons[0]
    assert (reason.code, reason.currency, found.sums[0].total) == ("no_rate", "USD", None)
    assert found.parts[0].passed is None
    assert ways(found) == [("rate", "fee", 0)]
    after = judge(MID, [line("more", (DAY, 1))], [paid])
    assert codes(after) == {"more": ["no_rate"]}


def test_a_share_without_a_cap_may_come_to_anything():
    share = Line("share", "material", "Share", (Payment(DAY, None, "CNY", None),))
    found = judge(MID, [share], [line("old", (DAY, 5000))])
    assert codes(found) == {"share": ["open_sum"]}
    assert (found.ways[0].code, found.ways[0].to) == ("cap", D(15000))


def test_nothing_is_given_where_the_policy_has_no_cell():
    badge = Line("badge", "spiritual", "Badge")
    found = judge(None, [badge], [])
    assert (codes(found), ways(found)) == ({"badge": ["stage"]}, [("drop", "badge", 0)])


def test_a_line_that_fits_in_no_quarter_is_lowered():
    found = judge(MID, [line("fee", (DAY, 26000))], [])
    assert [(way.code, way.less, way.to) for way in found.ways] == [("lower", D(6000), D(20000))]


def test_what_costs_nothing_stays_inside_a_quarter_that_others_overran():
    badge = Line("badge", "knowledge", "Course")
    assert judge(MID, [badge], [line("old", (DAY, 90000))]).inside


def test_an_empty_plan_breaks_no_rule():
    assert judge(MID, [], []).inside


def test_a_ceiling_that_no_rate_converts_lets_no_sum_inside():
    cell = Cell(frozenset({"material"}), D(0), unrated="USD")
    found = judge(cell, [line("fee", (DAY, 5)), line("badge")], [])
    assert codes(found) == {"fee": ["no_rate"], "badge": []}
    assert found.lines[0].reasons[0].currency == "USD"
