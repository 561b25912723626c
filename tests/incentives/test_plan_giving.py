"""What is given of a plan keeps to what the policy was asked (DOMAIN 6.1, 6.2)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from incentives import figures
from incentives.models import PlanItem
from incentives.services import giving
from tests.incentives.ledger import BADGE, FEE, by, nothing_written, running

NEXT_YEAR = date(2027, 1, 4)
MONTHLY = {**FEE, "pay": "continuous", "period": "month", "amount": Decimal(10), "due_on": date(2026, 11, 1)}
MONTHLY["ends_on"] = date(2027, 10, 31)


@pytest.mark.django_db
def test_what_names_no_sum_and_no_money_is_not_given_as_money(kol, operator):
    badge, trip = running(kol, BADGE, {**FEE, "kind": "knowledge"})
    for said, field in (({"form": "goods", "amount": Decimal(1)}, "amount"), ({"form": "money"}, "form")):
        nothing_written(
            lambda said=said: giving.give(by(operator), badge, said), ValidationError, field=field
        )
    nothing_written(lambda: giving.give(by(operator), trip, {"form": "money"}), ValidationError, field="form")


@pytest.mark.django_db
def test_what_is_due_in_a_later_quarter_is_not_given_ahead(kol, operator):
    ahead, monthly = running(kol, {**FEE, "due_on": NEXT_YEAR}, MONTHLY)
    nothing_written(lambda: giving.give(by(operator), ahead), ValidationError, field="amount")
    giving.give(by(operator), monthly, {"amount": Decimal("12.50")})
    more = {"amount": Decimal("7.51")}
    nothing_written(lambda: giving.give(by(operator), monthly, more), ValidationError, field="amount")
    assert giving.give(by(operator), monthly, {"amount": Decimal("7.50")}).amount == Decimal("7.50")
    past = {"amount": Decimal(1), "given_on": date(2026, 9, 30)}
    nothing_written(lambda: giving.give(by(operator), monthly, past), ValidationError, field="amount")


def test_a_plan_comes_to_all_that_falls_due_under_it():
    monthly = PlanItem(**MONTHLY)
    by_result = PlanItem(pay="per_result", amount=Decimal(3), expected=4, currency="CNY")
    capped = PlanItem(pay="profit_share", cap=Decimal(7), currency="USD")
    found = figures.totals([monthly, by_result, capped, PlanItem(**BADGE)])
    assert (found.sums, found.is_open) == ({"CNY": 132, "USD": 7}, False)
    assert figures.totals([PlanItem(pay="profit_share")]) == figures.Totals({}, is_open=True)
