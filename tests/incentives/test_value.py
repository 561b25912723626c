"""Return, cohorts, mix, equal cases, share or buyout: loaded (DOMAIN 6.4, 6.7, 6.8)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incentives import mixes, returns, share_or_buyout
from incentives.models import Entry, ExchangeRate
from incentives.return_kinds import by_kind_and_pay
from incentives.rules.break_even import Share
from incentives.rules.payback import month_after
from incentives.value_story import evidence
from kol_crm.core import installation
from lifecycle.models import Stay
from profiles.models import Kol
from tests.factories import NOW, make_kol
from tests.incentives.value import AUGUST, DAY, JULY, JUNE, bring, enter, give

pytestmark = pytest.mark.django_db


def test_the_return_counts_by_month_since_the_entry_into_initial(paid):
    found = returns.return_of(paid.pk, DAY)
    assert found.entered == JUNE
    assert [(one.place, one.sum_given, one.sum_returned) for one in found.months[:3]] == [
        (0, 1000, 0),
        (1, 1000, 400),
        (2, 1000, 1100),
    ]
    assert (found.given, found.returned, found.ratio) == (1000, 1100, Decimal("1.10"))
    assert found.payback.place == 2
    assert (found.months[-1].first, found.months[-1].is_over) == (date(2026, 11, 1), False)


def test_month_0_is_the_first_entry_of_who_left_and_was_won_back(paid):
    Stay.objects.filter(kol=paid, until=None).update(until=date(2026, 9, 1))
    Stay.objects.create(kol=paid, stage="departed", since=date(2026, 9, 1), until=date(2026, 10, 1))
    Stay.objects.create(kol=paid, stage="initial", since=date(2026, 10, 1))
    assert returns.return_of(paid.pk, DAY).entered == JUNE


def test_what_no_rate_converts_leaves_the_sum_unknown_and_is_named(paid):
    give(paid, 50, JULY, currency="USD" if installation.currency() != "USD" else "EUR", rate=None)
    found = returns.return_of(paid.pk, DAY)
    assert (found.given, found.ratio, found.payback) == (None, None, None)
    assert list(found.flows.unconverted.values()) == [50]
    assert found.months[0].sum_given == 1000


def test_a_reversal_takes_back_what_was_given(paid):
    entry = Entry.objects.get()
    Entry.objects.create(
        kol=paid,
        kind=entry.kind,
        form=entry.form,
        what="x",
        amount=-entry.amount,
        currency=entry.currency,
        given_on=entry.given_on,
        converted=-entry.converted,
        converted_to=entry.converted_to,
        rate=entry.rate,
        rate_on=entry.rate_on,
        reversal_of=entry,
        note="mistake",
        created_at=NOW,
    )
    found = returns.return_of(paid.pk, DAY)
    assert (found.given, found.ratio) == (0, None)
    assert mixes.mixes_of([paid.pk], DAY)[paid.pk].entries == 0


def test_cohorts_sum_their_files_and_queries_do_not_grow(paid, operator):
    other = make_kol(operator)
    enter(other, date(2026, 6, 28))
    give(other, 500, AUGUST)
    late = make_kol(operator)
    enter(late, JULY)
    kols = Kol.objects.visible_to(operator).order_by().values("pk")
    june, july = returns.cohorts_of(kols, date(2026, 1, 1), DAY)
    assert (june.month, june.kols, june.last.sum_given, june.last.sum_returned) == (
        date(2026, 6, 1),
        2,
        1500,
        1100,
    )
    assert june.payback is None
    assert (july.kols, july.last.sum_given) == (1, 0)
    first = returns.average([june, july])[0]
    assert (first.kols, first.given, first.returned) == (3, Decimal(1000) / 3, 0)
    with CaptureQueriesContext(connection) as few:
        returns.cohorts_of(kols, date(2026, 1, 1), DAY)
    for _ in range(4):
        more = make_kol(operator)
        enter(more, JUNE)
        give(more, 10, JULY)
        bring(more, 10, JULY)
    with CaptureQueriesContext(connection) as many:
        returns.cohorts_of(kols, date(2026, 1, 1), DAY)
    assert len(many) == len(few)


def test_kinds_carry_the_return_of_the_kols_who_got_them(paid, operator):
    other = make_kol(operator)
    give(other, 300, JULY, form="goods")
    give(other, 0, JULY, form="other", kind="spiritual")
    kinds, pays = by_kind_and_pay(Kol.objects.order_by().values("pk"), date(2026, 1, 1), DAY)
    told = {one.key: (one.entries, one.given, len(one.kols), one.ratio) for one in kinds}
    assert told == {
        "material": (2, 1300, 2, Decimal("0.85")),
        "spiritual": (1, 0, 1, Decimal("0.00")),
    }
    assert pays == []


def test_the_mix_counts_entries_of_twelve_months(kol):
    give(kol, 5000, DAY)
    give(kol, 0, DAY, form="other", kind="spiritual")
    give(kol, 0, DAY, form="other", kind="spiritual")
    give(kol, 9, date(2025, 11, 23))  # the same day a year before is out
    found = mixes.mixes_of([kol.pk], DAY)[kol.pk]
    assert dict(found.counts) == {"spiritual": 2, "material": 1}
    assert mixes.year_before(date(2024, 2, 29))[0] == date(2023, 3, 1)
    assert mixes.year_before(DAY)[0] == date(2025, 11, 24)


def test_only_money_is_flagged_in_list_and_on_the_file(kol, operator):
    give(kol, 100, DAY)
    both = make_kol(operator)
    give(both, 100, DAY)
    give(both, 20, DAY, form="goods")
    make_kol(operator)
    rows = Kol.objects.visible_to(operator)
    assert [one.pk for one in mixes.only_money(rows, DAY)] == [kol.pk]
    assert {one.pk for one in mixes.got_something(rows, DAY)} == {kol.pk, both.pk}


def test_equal_cases_share_stage_level_and_main_field(kol, operator, stranger):
    same = make_kol(operator)
    make_kol(operator, level="mega")
    make_kol(stranger)
    assert [one.pk for one in mixes.equal_cases(kol, operator)] == [same.pk]


def test_scenarios_come_from_their_own_campaigns_in_the_currency_of_the_fee(paid, operator, as_user):
    base = installation.currency()
    found = share_or_buyout.calculate(paid.pk, Decimal(100), Share(Decimal(20)), base, operator)
    assert [one.sales for one in found.history] == [700, 400]
    assert [one.paid for one in found.scenarios] == [80, 110, 140]
    other = "USD" if base != "USD" else "EUR"
    elsewhere = share_or_buyout.history_of(paid.pk, other, operator)
    assert (elsewhere.told, len(elsewhere.left_out), elsewhere.sales) == ([], 2, None)
    bring(paid, 10, date(2026, 9, 1), other)
    found = share_or_buyout.calculate(paid.pk, Decimal(100), Share(Decimal(20)), base, operator)
    assert len(found.history) == 2
    assert [one.name for one in found.left_out] == ["Sale 2026-09-01"]  # no rate
    page = as_user(operator).get(f"/kols/{paid.pk}/share-or-buyout/", {"fee": "100", "rate": "20"})
    assert "Left out, for no rate converts what they brought: Sale 2026-09-01" in page.content.decode()
    dated = {"day": JUNE, "note": "x", "created_at": NOW}
    ExchangeRate.objects.create(currency=other, base=base, rate=Decimal(7), **dated)
    assert share_or_buyout.history_of(paid.pk, base, operator).told[0].sales == 70


def test_a_review_has_given_returned_ratio_and_mix_before_it(paid):
    told = {one.key: one.text for one in evidence(paid, DAY)}
    assert set(told) == {"given", "returned", "ratio", "mix"}
    assert (told["ratio"], told["mix"]) == ("1.10", "only money")
    paid.stage = "mid_term"
    assert "rhythm" in {one.key for one in evidence(paid, DAY)}


def test_a_file_without_anything_says_nothing(kol):
    assert evidence(kol, DAY) == []


def test_months_over_are_those_before_the_present_one():
    assert month_after(timezone.localdate().replace(day=1), -1) < timezone.localdate()
