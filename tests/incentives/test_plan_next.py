"""Continuous pay comes up again and again: next due is the first payment not given in whole (3.13, 8.1)."""

from datetime import date
from decimal import Decimal

import pytest

from incentives import given_items, plan_due
from incentives.given_items import Given
from incentives.models import PlanItem
from incentives.services import giving, ledger
from tests.incentives.ledger import FEE, by, running

FIRST, SECOND, LAST = date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 31)
MONTHLY = {**FEE, "pay": "continuous", "period": "month", "amount": Decimal(10), "due_on": FIRST}
MONTHLY["ends_on"] = LAST


def given(amount, times=1):
    return Given(Decimal(amount), times, None)


@pytest.mark.parametrize(
    ("terms", "known", "expected"),
    [
        (MONTHLY, given(0, 0), FIRST),
        (MONTHLY, given("9.99"), FIRST),
        (MONTHLY, given(10), SECOND),
        (MONTHLY, given(20, 2), None),
        ({"amount": Decimal(3), "pay": "per_result", "expected": 2, "due_on": FIRST}, given(3), FIRST),
        ({"pay": "profit_share", "cap": Decimal(9), "due_on": FIRST}, given(8), FIRST),
        ({"pay": "profit_share", "due_on": FIRST}, given(0, 0), FIRST),
        ({"pay": "profit_share", "due_on": FIRST}, given(8), None),
        ({"due_on": FIRST}, given(0, 0), FIRST),
        ({"due_on": FIRST}, given(0), None),
        ({"amount": Decimal(3)}, given(0, 0), None),
    ],
)
def test_the_next_payment_is_the_first_not_given_in_whole(terms, known, expected):
    assert given_items.next_on(PlanItem(**terms), known) == expected


@pytest.mark.django_db
def test_it_is_kept_by_starting_giving_and_reversing(kol, operator):
    [item] = running(kol, MONTHLY)

    def due():
        rows = plan_due.ITEMS.rows(operator, FIRST, LAST, 9, ())
        kol.refresh_from_db()
        return [row.due for row in rows], kol.next_due_kind == plan_due.ITEM and kol.next_due

    assert due() == ([FIRST], FIRST)
    first = giving.give(by(operator), item)
    assert due()[0] == [SECOND]
    giving.give(by(operator), item)
    assert due() == ([], False)
    ledger.reverse(by(operator), first, "never sent")
    assert due()[0] == [SECOND]
