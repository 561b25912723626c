"""The inventory and the budget of a month, kept by managers (DOMAIN 5.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.errors import Conflict, Refused
from lifecycle.models import Slot
from lifecycle.services import booking, budget, slot
from profiles.models import Kol
from tests.factories import NOW
from tests.lifecycle.factories import make_budget, make_kol_at, make_slot
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def beginner(operator) -> Kol:
    return make_kol_at(operator, "initial", name="Beginner")


def test_managers_keep_the_inventory_operators_see_it_finance_does_not(
    operator, manager, stranger, finance, team
):
    values = {"kind": "topic", "name": "Slow food", "starts_on": TODAY, "value": Decimal(800)}
    made = slot.create(by(manager), values)
    assert (made.ends_on, made.currency, made.team) == (TODAY, "CNY", None)
    nothing_written(lambda: slot.create(by(operator), values), PermissionDenied)
    ours = slot.create(by(manager), values | {"team": team})
    seen = {who: Slot.objects.visible_to(who).count() for who in (operator, manager, stranger, finance)}
    assert seen == {operator: 2, manager: 2, stranger: 1, finance: 0}
    nothing_written(lambda: slot.edit(by(operator), ours, {"name": "x"}), PermissionDenied)
    edited = slot.edit(by(manager), ours, {"name": "Slower food"}, ours.version)
    nothing_written(lambda: slot.edit(by(manager), ours, {"name": "x"}, ours.version), Conflict)
    assert edited.name == "Slower food"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", Decimal(-1)),
        ("value", Decimal("1.005")),
        ("ends_on", TODAY - timedelta(days=1)),
        ("kind", "banner"),
        ("starts_on", date(1800, 1, 1)),
        ("name", ""),
        ("currency", "ABC"),
    ],
)
def test_a_slot_is_refused_at_the_field_that_is_wrong(manager, field, value):
    values = {"kind": "topic", "name": "x", "starts_on": TODAY, "ends_on": TODAY, "value": Decimal(1)}
    with pytest.raises(ValidationError) as refused:
        slot.create(by(manager), values | {field: value})
    assert field in refused.value.message_dict
    assert not Slot.objects.exists()


def test_a_series_is_the_same_slot_again_every_so_many_days(manager):
    values = {"kind": "topic", "name": "Monday", "starts_on": TODAY, "value": Decimal(300)}
    made = slot.create_series(by(manager), values, 7, TODAY + timedelta(days=28))
    assert [(one.starts_on - TODAY).days for one in made] == [0, 7, 14, 21, 28]
    assert len({one.series for one in made}) == 1
    for until in (TODAY, TODAY + timedelta(days=7 * 400)):
        nothing_written(
            lambda until=until: slot.create_series(by(manager), values, 7, until),
            ValidationError,
            field="until",
        )


def test_all_rows_of_a_table_are_taken_or_none(manager):
    good = {"kind": "topic", "name": "x", "starts_on": TODAY, "value": Decimal(1)}
    nothing_written(
        lambda: slot.create_many(by(manager), [good, good | {"value": Decimal(-1)}]),
        ValidationError,
        field="rows.1.value",
    )


def test_while_somebody_is_booked_days_and_value_stay(operator, manager, beginner):
    make_budget()
    made = make_slot()
    booking.book(by(operator), made, beginner)
    nothing_written(
        lambda: slot.edit(by(manager), made, {"value": Decimal(1)}), ValidationError, field="value"
    )
    nothing_written(lambda: slot.withdraw(by(manager), made), Refused, code="taken")
    assert slot.edit(by(manager), made, {"name": "Other"}).name == "Other"


def test_a_withdrawn_slot_can_be_offered_again(manager):
    made = make_slot()
    gone = slot.withdraw(by(manager), made)
    nothing_written(lambda: slot.withdraw(by(manager), gone), Refused, code="withdrawn")
    assert slot.restore(by(manager), gone).withdrawn_at is None
    nothing_written(lambda: slot.restore(by(manager), made), Refused, code="not_withdrawn")


def test_a_budget_is_set_by_managers_and_checked_on_its_version(operator, manager):
    nothing_written(lambda: budget.set_budget(by(operator), TODAY, Decimal(5)), PermissionDenied)
    made = budget.set_budget(by(manager), TODAY, Decimal(5000), "Autumn")
    assert (made.month, made.amount, made.currency) == (date(2026, 11, 1), Decimal(5000), "CNY")
    raised = budget.set_budget(by(manager), TODAY, Decimal(6000), "Autumn", made.version)
    nothing_written(lambda: budget.set_budget(by(manager), TODAY, Decimal(7000), "", made.version), Conflict)
    nothing_written(
        lambda: budget.set_budget(by(manager), TODAY, Decimal(-1)), ValidationError, field="amount"
    )
    assert raised.version == made.version + 1
