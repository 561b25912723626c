"""Payouts: due, paid, failed as facts; what a stop holds; batches and confirmations (DOMAIN 6.3, 5.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from incentives import payouts
from incentives.models import Entry, Payout, PayoutBatch
from incentives.services import confirming, ledger, payout
from kol_crm.core.errors import Refused
from lifecycle.services import stage, stop
from profiles.models import Kol
from tests.factories import NOW, make_kol
from tests.incentives.ledger import DAY, by, entry, nothing_written, standing, stopped

pytestmark = pytest.mark.django_db


def state(row) -> str:
    return payouts.of(row).state


def told(row, **more):
    """A row of a table of confirmations."""
    said = {"state": "paid", "on": DAY, "reference": "B7", "amount": row.amount, "currency": row.currency}
    return {"entry": str(row.pk), **said, **more}


STEPS = {
    "pay": lambda by, row: payout.pay(by, row, DAY, "B7"),
    "fail": lambda by, row: payout.fail(by, row, "account closed"),
    "retry": payout.retry,
    "reverse": lambda by, row: ledger.reverse(by, row, "twice"),
}
BEFORE = {
    "due": [],
    "sent": ["hand_out"],
    "paid": ["pay"],
    "failed": ["fail"],
    "reversed": ["reverse"],
}
AFTER = {
    ("due", "pay"): "paid",
    ("due", "fail"): "failed",
    ("due", "reverse"): "reversed",
    ("sent", "pay"): "paid",
    ("sent", "fail"): "failed",
    ("paid", "fail"): "failed",
    ("paid", "reverse"): "reversed",
    ("failed", "pay"): "paid",
    ("failed", "retry"): "due",
    ("failed", "reverse"): "reversed",
}


@pytest.mark.parametrize("before", BEFORE)
def test_the_states_as_a_table(before, kol, finance):
    for step in STEPS:
        row = entry(kol)
        for earlier in BEFORE[before]:
            if earlier == "hand_out":
                payout.hand_out(by(finance), Entry.objects.filter(pk=row.pk))
            else:
                STEPS[earlier](by(finance), row)
        assert state(row) == before

        def act(step=step, row=row):
            return STEPS[step](by(finance), row)

        after = AFTER.get((before, step))
        if after:
            act()
            assert state(row) == after
        else:
            nothing_written(act, Refused)


def test_only_finance_and_admins_pay(kol, operator, manager, admin):
    row = entry(kol)
    for user in (operator, manager):
        for step in ("pay", "fail", "retry"):
            nothing_written(lambda u=user, s=step: STEPS[s](by(u), row), PermissionDenied)
        nothing_written(lambda u=user: payout.hand_out(by(u), Entry.objects.all()), PermissionDenied)
        nothing_written(lambda u=user: confirming.check(by(u), [told(row)]), PermissionDenied)
    payout.pay(by(admin), row)


def test_nobody_pays_themselves(kol, finance):
    row = entry(kol)
    Kol.objects.filter(pk=kol.pk).update(staff_user=finance)
    for step in STEPS:
        nothing_written(lambda s=step: STEPS[s](by(finance), row), PermissionDenied)
    assert payout.hand_out(by(finance), Entry.objects.all()).batch is None


def test_only_money_is_paid(kol, finance):
    row = entry(kol, form="goods")
    nothing_written(lambda: payout.pay(by(finance), row), Refused, "not_payable")


def test_a_day_and_a_reason_that_can_be(kol, finance):
    row = entry(kol)
    for day in (DAY + timedelta(days=1), DAY - timedelta(days=1)):
        nothing_written(lambda d=day: payout.pay(by(finance), row, d), ValidationError, field="on")
    nothing_written(lambda: payout.fail(by(finance), row, " "), ValidationError, field="reason")


def test_a_stop_holds_payment_and_export_until_it_ends(kol, operator, finance, manager):
    row, other = entry(kol), entry(make_kol(operator, name="Other"))
    standing_stop = stopped(kol)
    nothing_written(lambda: payout.pay(by(finance), row), ValidationError, field="kol")
    made = payout.hand_out(by(finance), Entry.objects.all())
    assert list(made.left_out) == [row.pk]
    assert list(made.batch.payouts.values_list("entry", flat=True)) == [other.pk]
    payout.fail(by(finance), row, "not sent")  # it pays nothing
    nothing_written(lambda: payout.retry(by(finance), row), ValidationError, field="kol")
    stop.reinstate(by(manager), standing_stop, "a mistake")
    payout.pay(by(finance), row)
    assert state(row) == "paid"


def test_what_is_owed_to_a_departed_kol_is_still_paid(kol, operator, finance):
    row = entry(kol)
    stage.move(by(operator), kol, "departed", why="left", cause="competitor", goodbye="Bye")
    assert payout.hand_out(by(finance), Entry.objects.all()).batch.number == 1
    payout.pay(by(finance), row)


def test_a_minor_whose_consent_is_gone_is_left_out(operator, finance):
    minor = make_kol(operator)
    row = entry(minor)
    Kol.objects.filter(pk=minor.pk).update(minor=True)
    nothing_written(lambda: payout.pay(by(finance), row), Refused, "minor_without_consent")
    assert list(payout.hand_out(by(finance), Entry.objects.all()).left_out) == [row.pk]


def test_a_second_batch_does_not_list_the_same_again(kol, finance):
    rows = [entry(kol), entry(kol, "5", "USD")]
    first = payout.hand_out(by(finance), Entry.objects.filter(currency="CNY"))
    second = payout.hand_out(by(finance), Entry.objects.all())
    assert (first.batch.number, second.batch.number) == (1, 2)
    assert list(second.batch.payouts.values_list("entry", flat=True)) == [rows[1].pk]
    assert payout.hand_out(by(finance), Entry.objects.all()).batch is None
    nothing_written(lambda: ledger.reverse(by(finance), rows[0], "x"), Refused, "with_the_payer")
    payout.fail(by(finance), rows[0], "account closed")
    payout.retry(by(finance), rows[0])
    third = payout.hand_out(by(finance), Entry.objects.all())
    assert list(third.batch.payouts.values_list("entry", flat=True)) == [rows[0].pk]
    assert first.batch.payouts.filter(state="due").count() == 1


def test_of_two_first_batches_at_once_the_later_is_the_second(kol, finance, monkeypatch):
    """Before there is a batch there is no row to lock: the other's is seen only when its number is taken."""
    counted = payout._highest
    early = [0]
    monkeypatch.setattr(payout, "_highest", lambda: early.pop() if early else counted())
    PayoutBatch.objects.create(number=1, created_at=NOW)
    entry(kol)
    assert payout.hand_out(by(finance), Entry.objects.all()).batch.number == 2


def test_confirmations_are_taken_in_once_however_often_they_come(kol, finance):
    rows = [entry(kol), entry(kol, "5", "USD")]
    table = [told(rows[0]), told(rows[1], state="failed", reason="closed", reference="")]
    assert [one.does for one in confirming.check(by(finance), table)] == ["new", "new"]
    confirming.confirm(by(finance), table)
    assert [state(row) for row in rows] == ["paid", "failed"]
    assert Payout.objects.filter(entry=rows[0]).values_list("on", "reference").last() == (DAY, "B7")
    before = standing()
    assert [one.does for one in confirming.confirm(by(finance), table)] == ["repeated", "repeated"]
    undated = [{name: value for name, value in table[0].items() if name != "on"}]
    assert [one.does for one in confirming.confirm(by(finance), undated)] == ["repeated"]
    assert standing() == before


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"amount": Decimal("99.99")}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"entry": "01900000-0000-7000-8000-000000000000"}, "entry"),
        ({"on": DAY + timedelta(days=1)}, "on"),
        ({"state": "failed"}, "reason"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_of_the_table_is_written(wrong, column, kol, finance):
    table = [told(entry(kol)), told(entry(kol), **wrong)]
    nothing_written(lambda: confirming.confirm(by(finance), table), ValidationError, field=f"rows.1.{column}")


def test_a_confirmation_of_what_is_held_or_paid_otherwise_is_refused(kol, operator, finance):
    paid, held = entry(kol), entry(make_kol(operator, name="Other"))
    payout.pay(by(finance), paid, DAY, "A1")
    stopped(held.kol)
    for row, column in ((paid, "state"), (held, "kol")):
        refusal = nothing_written(
            lambda row=row: confirming.confirm(by(finance), [told(row)]), ValidationError
        )
        assert list(refusal.message_dict) == [f"rows.0.{column}"]
    twice = [told(entry(kol))] * 2
    nothing_written(lambda: confirming.confirm(by(finance), twice), ValidationError, field="rows.1.entry")


def test_at_most_so_many_confirmations_at_once(kol, finance, monkeypatch):
    monkeypatch.setattr(confirming, "MOST", 1)
    table = [told(entry(kol)), told(entry(kol))]
    for act in (confirming.check, confirming.confirm):
        nothing_written(lambda act=act: act(by(finance), table), ValidationError, field="rows")
