"""The ledger: append-only by the database itself, exact, corrected by reversals (DOMAIN 6.3, 5.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from incentives import payouts
from incentives.models import Entry, Payout
from incentives.services import giving, ledger, plan
from kol_crm.core.errors import Refused
from lifecycle.services import stage
from profiles.models import Kol
from profiles.services import merge, unmerge
from tests.factories import make_kol
from tests.incentives.ledger import BADGE, DAY, FEE, MONEY, by, entry, nothing_written, rate, running, stopped

pytestmark = pytest.mark.django_db


def refused_by_the_database(act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def test_the_database_refuses_to_edit_or_delete_what_was_entered(kol):
    row = entry(kol)
    paid = row.payouts.get()
    for fact in (row, paid, rate("USD", "7")):
        rows = type(fact).objects.filter(pk=fact.pk)
        refused_by_the_database(lambda rows=rows: rows._raw_delete("default"))
        name = next(iter({"amount", "reference", "note"} & {f.name for f in fact._meta.fields}))
        refused_by_the_database(lambda rows=rows, name=name: rows.update(**{name: "3"}))
    refused_by_the_database(row.save)


def test_an_entry_keeps_the_rate_it_was_written_with(kol):
    rate("USD", "7.123456789", DAY - timedelta(days=3))
    row = entry(kol, "10.01", "USD", given_on=DAY - timedelta(days=1))
    rate("USD", "9", DAY - timedelta(days=2))
    row = Entry.objects.get(pk=row.pk)
    assert (row.converted, row.converted_to) == (Decimal("71.31"), "CNY")
    assert (row.rate, row.rate_on) == (Decimal("7.123456789"), DAY - timedelta(days=3))


def test_without_a_rate_it_stays_unconverted(kol):
    row = entry(kol, "10", "EUR")
    assert (row.converted, row.rate, row.rate_on) == (None, None, None)


def test_a_reversal_takes_back_the_whole_once_on_its_day_and_at_its_rate(kol, manager):
    rate("USD", "7")
    row = entry(kol, "10.01", "USD", given_on=DAY - timedelta(days=40))
    rate("USD", "9", DAY)
    back = ledger.reverse(by(manager), row, " booked twice ")
    assert (back.amount, back.converted, back.given_on) == (-row.amount, -row.converted, row.given_on)
    assert (back.note, back.author) == ("booked twice", manager)
    assert payouts.of(row).state == payouts.REVERSED
    assert not back.payouts.exists()
    nothing_written(lambda: ledger.reverse(by(manager), row, "x"), Refused, "already_reversed")
    nothing_written(lambda: ledger.reverse(by(manager), back, "x"), Refused, "is_reversal")


def test_a_reversal_needs_a_reason_and_somebody_who_may(kol, operator, colleague, manager):
    row = entry(kol)
    nothing_written(lambda: ledger.reverse(by(manager), row, " "), ValidationError, field="reason")
    for user in (colleague, operator):  # who owns the file did not enter it
        nothing_written(lambda user=user: ledger.reverse(by(user), row, "x"), PermissionDenied)


def test_a_buyout_is_given_in_whole_and_once(kol, operator):
    [item] = running(kol, FEE)
    for amount in ("1280.49", "1280.51"):
        other = {"amount": Decimal(amount)}
        nothing_written(lambda o=other: giving.give(by(operator), item, o), ValidationError, field="amount")
    first = giving.give(by(operator), item)
    assert (first.what, first.kind, first.form, first.item) == ("Fee", "material", "money", item)
    assert first.amount == Decimal("1280.50")
    nothing_written(lambda: giving.give(by(operator), item), Refused, "already_given")
    ledger.reverse(by(operator), first, "never sent")
    assert giving.give(by(operator), item).amount == Decimal("1280.50")


def test_what_is_paid_by_result_is_given_in_parts_never_beyond_all_of_it(kol, operator):
    [item] = running(kol, {**FEE, "amount": Decimal(100), "pay": "per_result", "expected": 3})
    assert giving.give(by(operator), item).amount == 100
    assert giving.give(by(operator), item, {"amount": Decimal("150.50")}).amount == Decimal("150.50")
    too_much = {"amount": Decimal("49.51")}
    nothing_written(lambda: giving.give(by(operator), item, too_much), ValidationError, field="amount")
    assert giving.give(by(operator), item).amount == Decimal("49.50")
    nothing_written(lambda: giving.give(by(operator), item), Refused, "already_given")


def test_an_item_without_an_amount_is_given_once_and_may_cost_nothing(kol, operator):
    [item] = running(kol, BADGE)
    row = giving.give(by(operator), item)
    assert (row.amount, row.currency, row.form) == (0, "CNY", "other")
    assert not Payout.objects.exists()
    nothing_written(lambda: giving.give(by(operator), item), Refused, "already_given")


def test_only_what_a_running_plan_says_is_given(kol, operator):
    [item] = running(kol, FEE)
    plan.stop(by(operator), item.plan)
    item.plan.refresh_from_db()
    nothing_written(lambda: giving.give(by(operator), item), Refused, "plan_state")


def test_an_item_is_given_in_the_currency_of_the_plan(kol, operator):
    [item] = running(kol, FEE)
    other = {"amount": Decimal(1), "currency": "USD"}
    nothing_written(lambda: giving.give(by(operator), item, other), ValidationError, field="currency")


def test_a_stop_holds_every_grant(kol, operator, manager):
    [item] = running(kol, FEE)
    stopped(kol)
    nothing_written(lambda: giving.give(by(operator), item), ValidationError, field="kol")
    values = {**MONEY, "amount": Decimal(5)}
    nothing_written(lambda: ledger.enter(by(manager), kol, values), ValidationError, field="kol")


def test_a_departed_kol_gets_nothing_of_a_plan_but_finance_settles(kol, operator, manager, finance):
    [item] = running(kol, FEE)
    stage.move(by(operator), kol, "departed", why="left", cause="competitor", goodbye="Bye")
    nothing_written(lambda: giving.give(by(operator), item), Refused, "kol_departed")
    values = {**MONEY, "amount": Decimal(5)}
    nothing_written(lambda: ledger.enter(by(manager), kol, values), PermissionDenied)
    assert ledger.enter(by(finance), kol, values).amount == 5


def test_finance_enters_nothing_but_a_last_settlement(kol, finance):
    values = {**MONEY, "amount": Decimal(5)}
    nothing_written(lambda: ledger.enter(by(finance), kol, values), PermissionDenied)


def test_minors_get_no_money_without_consent(operator, manager, all_is_allowed):
    minor = make_kol(operator, minor=True)
    values = {**MONEY, "amount": Decimal(5)}
    nothing_written(lambda: ledger.enter(by(manager), minor, values), Refused, "minor_without_consent")
    assert ledger.enter(by(manager), minor, {**values, "form": "goods"}).amount == 5


def test_without_a_plan_only_a_manager_gives_and_nobody_to_themselves(kol, operator, colleague, manager):
    values = {**MONEY, "amount": Decimal(5)}
    for user in (operator, colleague):
        nothing_written(lambda user=user: ledger.enter(by(user), kol, values), PermissionDenied)
    Kol.objects.filter(pk=kol.pk).update(staff_user=manager)
    nothing_written(lambda: ledger.enter(by(manager), kol, values), PermissionDenied)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"amount": Decimal("1.5"), "currency": "JPY"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"given_on": DAY + timedelta(days=1)}, "given_on"),
        ({"what": ""}, "what"),
        ({"kind": "bribe"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed, field, kol, manager):
    values = {**MONEY, "amount": Decimal(5), **changed}
    nothing_written(lambda: ledger.enter(by(manager), kol, values), ValidationError, field=field)


def test_a_merge_takes_the_ledger_along_and_its_undoing_gives_it_back(kol, operator):
    other = make_kol(operator, name="Other")
    row = entry(other)
    merged = merge.merge(by(operator), kol.pk, other.pk, {})
    assert Entry.objects.get(pk=row.pk).kol_id == kol.pk
    unmerge.unmerge(by(operator), merged)
    assert Entry.objects.get(pk=row.pk).kol_id == other.pk
