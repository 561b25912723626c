"""Totals equal the sum of the entries for any filter, exactly; what was given by month (DOMAIN 6.3, 6.7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives import given as given_by_month
from incentives import totals
from incentives.ledger_lists import ENTRIES, MONEY
from incentives.models import Entry, IncentivePlan
from incentives.services import ledger, payout, plan
from kol_crm.core import lists
from kol_crm.core.models import uuid7
from lifecycle import exposure, handover_pack
from lifecycle.models import Booking
from profiles import timeline
from tests.factories import NOW, make_kol
from tests.incentives.ledger import DAY, FEE, by, entry, rate, running
from tests.lifecycle.factories import make_booking, make_budget, make_slot

pytestmark = pytest.mark.django_db
CURRENCIES = ("CNY", "USD", "KWD", "JPY")
ROWS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(("material", "spiritual", "resources")),
        st.sampled_from(("money", "goods", "other")),
        st.decimals("0.001", "999999999999.999", places=3),
        st.sampled_from(CURRENCIES),
        st.integers(0, 90),
        st.sampled_from((None, "1", "7.123456789")),
        st.booleans(),
    ),
    max_size=25,
)
ASKED = (
    *("form=money", "form=goods", "kind=material", "kind=resources", "currency=USD", "rate=yes", "rate=no"),
    *("month=2026-11", "month=2026-10", "since=2026-10-15", "until=2026-11-10", "q=fee"),
)
FILTERS = st.lists(st.sampled_from(ASKED), max_size=3, unique=True)


def fill(kols, rows) -> list[Entry]:
    """Entries as the verbs write them, each at a rate or without one, some reversed; past the verbs."""
    made = []
    for place, kind, form, amount, currency, ago, worth, is_reversed in rows:
        day = DAY - timedelta(days=ago)
        facts = {"kol": kols[place], "kind": kind, "form": form, "what": "Fee", "currency": currency}
        facts |= {"given_on": day, "converted_to": "CNY", "created_at": NOW}
        if worth:
            facts |= {"rate": Decimal(worth), "rate_on": day}
        converted = (amount * Decimal(worth)).quantize(Decimal("0.01")) if worth else None
        if converted is not None and converted >= 10**12:
            continue
        row = Entry(id=uuid7(), amount=amount, converted=converted, **facts)
        made.append(row)
        if is_reversed:
            back = {"amount": -amount, "converted": converted and -converted}
            made.append(Entry(id=uuid7(), reversal_of=row, note="x", **back, **facts))
    return Entry.objects.bulk_create(made)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, filters=FILTERS)
def test_totals_equal_the_sum_of_the_entries_for_any_filter(rows, filters, operator):
    with transaction.atomic():
        kols = [make_kol(operator), make_kol(operator)]
        fill(kols, rows)
        listing = lists.read(ENTRIES, QueryDict("&".join(["limit=200", *filters])), operator, NOW)
        found = totals.of(listing.matching)
        entries = list(listing.matching)
        for one in found.currencies:
            mine = [row for row in entries if row.currency == one.currency]
            assert one.amount == sum((row.amount for row in mine), Decimal(0))
            assert one.entries == len(mine)
            lone = [row.amount for row in mine if row.rate is None]
            assert (one.unconverted, one.without_rate) == (sum(lone, Decimal(0)), len(lone))
        assert {one.currency for one in found.currencies} == {row.currency for row in entries}
        worths = [row.converted for row in entries if row.converted is not None]
        assert sum(found.converted.values(), Decimal(0)) == sum(worths, Decimal(0))
        months = given_by_month.given([kol.pk for kol in kols], (DAY - timedelta(days=200), DAY))
        counted = [row for row in Entry.objects.all() if (row.kind, row.form) != ("resources", "other")]
        by_month = sum((month.converted for month in months.values()), Decimal(0))
        assert by_month == sum((row.converted for row in counted if row.rate is not None), Decimal(0))
        transaction.set_rollback(True)


def test_a_reversal_leaves_no_sum_behind(kol, manager):
    rate("USD", "7.123456789")
    row = entry(kol, "999999.99", "USD")
    ledger.reverse(by(manager), row, "twice")
    found = totals.of(Entry.objects.all())
    assert [(one.amount, one.entries) for one in found.currencies] == [(0, 2)]
    assert found.converted == {"CNY": 0}


def test_a_filter_that_joins_payouts_doubles_nothing(kol, finance):
    rows = [entry(kol), entry(kol, "5")]
    payout.hand_out(by(finance), Entry.objects.all())
    payout.fail(by(finance), rows[0], "closed")
    for query, amount in (("payout=sent&payout=failed", 105), ("batch=1", 105), ("payout=failed", 100)):
        listing = lists.read(MONEY, QueryDict(query), finance, NOW)
        assert not listing.problems
        assert [one.amount for one in totals.of(listing.matching).currencies] == [amount], query


def test_what_was_given_by_month_counts_slots_at_list_value_and_nothing_twice(kol, operator):
    make_budget(10_000)
    booked = make_booking(kol, make_slot(value=800))
    Booking.objects.filter(pk=booked.pk).update(state="used", used_on=date(2026, 11, 3))
    entry(kol, "100", given_on=date(2026, 11, 1))
    entry(kol, "30", given_on=date(2026, 10, 31), form="goods")
    entry(kol, "7", "EUR", given_on=date(2026, 11, 1))
    entry(kol, "800", kind="resources", form="other", given_on=date(2026, 11, 3))
    found = given_by_month.given([kol.pk], (date(2026, 10, 1), DAY))
    october, november = found[kol.pk, date(2026, 10, 1)], found[kol.pk, date(2026, 11, 1)]
    assert (october.goods, october.converted, october.is_whole) == (30, 30, True)
    assert (november.money, november.slots, november.other, november.converted) == (100, 800, 0, 900)
    assert (dict(november.unconverted), november.is_whole) == ({"EUR": 7}, False)


def test_given_by_month_asks_as_often_for_many_as_for_one(kol, operator, django_assert_max_num_queries):
    kols = [kol, *(make_kol(operator) for _ in range(3))]
    for one in kols:
        entry(one)
    with django_assert_max_num_queries(3):
        found = given_by_month.given([one.pk for one in kols], (DAY, DAY))
    assert len(found) == len(kols)


def test_exposure_knows_what_was_given_and_what_is_still_committed(kol, operator):
    def parts():
        return {part.key: part for part in exposure.of(kol).parts}

    assert (parts()["given"].value, parts()["committed"].value) == (0, 0)
    entry(kol)
    share = {"kind": "profit_share", "what": "6 %", "pay": "profit_share", "rate": 6, "base": "prints"}
    running(kol, FEE, {"kind": "spiritual", "what": "Badge"})
    assert (parts()["given"].value, parts()["committed"].value) == (100, Decimal("1280.50"))
    entry(kol, "5", "EUR")
    assert (parts()["given"].value, str(parts()["given"].note)) == (None, "in a currency without a rate")
    plan.create(by(operator), kol, {"title": "Share"}, [share])
    IncentivePlan.objects.update(state="active")  # approved, though nobody can say what it comes to
    assert parts()["committed"].value is None


def test_the_story_and_the_handover_tell_what_was_given(kol, manager):
    row = entry(kol, what="A pen", form="goods")
    ledger.reverse(by(manager), row, "it came back")
    entry(kol, what="A book", form="goods")
    told = timeline.sources.get("given").load(kol, None, 10)
    assert sorted(str(one.title) for one in told) == ["Given: A book", "Given: A pen", "Taken back: A pen"]
    section = next(one for one in handover_pack.of(kol, DAY) if one.key == "gifts")
    assert [line.what for line in section.lines] == ["A book"]
