"""Return, cohorts, mix, equal cases, share or buyout: loaded, on pages, by API (DOMAIN 6.4, 6.7, 6.8)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incentives import mixes, returns, share_or_buyout
from incentives.models import Campaign, Entry, ExchangeRate, Participant, Result
from incentives.return_kinds import by_kind_and_pay
from incentives.rules.break_even import Share
from incentives.rules.payback import month_after
from incentives.value_story import evidence
from kol_crm.core import installation
from lifecycle.models import Stay
from profiles.models import Kol
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
JUNE, JULY, AUGUST = date(2026, 6, 10), date(2026, 7, 5), date(2026, 8, 5)


def enter(kol, day: date) -> None:
    Stay.objects.filter(kol=kol, until=None).update(until=day)
    Stay.objects.create(kol=kol, stage="initial", since=day)
    kol.stage, kol.stage_since = "initial", day
    kol.save()


def give(kol, amount, day: date, *, form="money", kind="material", currency="", rate=Decimal(1)) -> Entry:
    base = installation.currency()
    known = {"converted": Decimal(amount) * rate, "rate": rate, "rate_on": day} if rate else {}
    return Entry.objects.create(
        kol=kol,
        kind=kind,
        form=form,
        what="x",
        amount=Decimal(amount),
        currency=currency or base,
        given_on=day,
        converted_to=base,
        created_at=NOW,
        **known,
    )


def bring(kol, amount, day: date, currency: str = "") -> Result:
    campaign = Campaign.objects.create(
        name=f"Sale {day}",
        type="topic",
        starts_on=day,
        ends_on=day,
        owner=kol.owner,
        team=kol.team,
        created_at=NOW,
    )
    row = Participant.objects.create(campaign=campaign, kol=kol, joined_on=day, created_at=NOW)
    return Result.objects.create(
        participant=row,
        first_on=day,
        last_on=day,
        paid_amount=Decimal(amount),
        currency=currency or installation.currency(),
        at=NOW,
    )


@pytest.fixture
def paid(kol):
    """Entered in June; 1,000 given then, 400 came back in July and 700 in August."""
    enter(kol, JUNE)
    give(kol, 1000, JUNE)
    bring(kol, 400, JULY)
    bring(kol, 700, AUGUST)
    return kol


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


# Doors


def test_the_tab_shows_the_return_the_mix_and_the_rhythm(paid, operator, as_user):
    client = as_user(operator)
    answer = client.get(f"/kols/{paid.pk}/value/", headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Paid back in month 2" in html
    assert "only money" in html
    assert "data-chart" in html
    assert client.get(f"/kols/{paid.pk}/value/").status_code == 302
    assert client.get(f"/kols/{paid.pk}/incentives/").status_code == 200
    equals = client.get(f"/kols/{paid.pk}/equal-cases/", headers={"HX-Request": "true"})
    assert equals.status_code == 200
    table = client.get(f"/kols/{paid.pk}/value/figures/").content.decode()
    assert "2026-06-01" in table


def test_the_cohorts_page_states_its_finding_and_every_mark_leads_to_its_list(paid, operator, as_user):
    client = as_user(operator)
    html = client.get("/value/cohorts/").content.decode()
    assert "1 of 1 cohorts have paid back" in html
    assert "/stays/?stage=initial&amp;entered_from=2026-06&amp;entered_to=2026-06" in html
    assert client.get("/value/cohorts/card/").status_code == 200
    assert "2026-06" in client.get("/value/cohorts/figures/").content.decode()
    assert "Remove all filters" in client.get("/value/cohorts/?field=nosuch").content.decode()
    assert client.get("/value/cohorts/figures/?period=7").status_code == 400


def test_a_cohort_of_the_present_month_is_blank(kol, operator, as_user):
    enter(kol, installation.day(timezone.now()))
    answer = as_user(operator).get("/value/cohorts/")
    assert (answer.status_code, b"No month is over yet" in answer.content) == (200, True)


def test_the_calculator_answers_page_and_api_the_same(paid, operator, as_user, api):
    asked = {"fee": "10000", "rate": "20", "floor": "", "cap": ""}
    page = as_user(operator).get(f"/kols/{paid.pk}/share-or-buyout/", asked)
    assert "50,000" in page.content.decode()
    url = f"/api/v1/kols/{paid.pk}/share-or-buyout/"
    answer = api(operator).get(url, asked).json()
    assert (answer["break_even"]["kind"], answer["break_even"]["value"]) == ("at", 50000)
    assert [one["paid"] for one in answer["scenarios"]] == ["80.00", "110.00", "140.00"]
    refused = api(operator).get(url, asked | {"floor": "10", "cap": "5"})
    assert (refused.status_code, "cap" in refused.json()["errors"]) == (400, True)
    assert (
        "must not be below"
        in as_user(operator)
        .get(f"/kols/{paid.pk}/share-or-buyout/", asked | {"floor": "10", "cap": "5"})
        .content.decode()
    )


def test_the_api_tells_what_the_pages_tell(paid, operator, api):
    client = api(operator)
    url = f"/api/v1/kols/{paid.pk}/"
    told = client.get(f"{url}return/").json()
    assert (told["payback_month"], told["ratio"]) == (2, "1.10")
    assert len(told["users"]) == sum(one["is_over"] for one in told["months"])
    assert client.get(f"{url}mix/").json()["only_money"] is True
    assert client.get(f"{url}rhythm/").json()["passed"] is False
    assert client.get(f"{url}equal-cases/").json()["results"][0]["kol"] == str(paid.pk)
    assert client.get("/api/v1/cohorts/").json()["cohorts"][0]["kols"] == 1
    assert client.get("/api/v1/cohorts/?period=7").status_code == 400
    flagged = client.get("/api/v1/incentive-mixes/?only_money=true").json()["results"]
    assert [one["id"] for one in flagged] == [str(paid.pk)]


def test_a_stranger_sees_none_of_it(paid, stranger, api, as_user):
    client, browser = api(stranger), as_user(stranger)
    for name in ("return", "mix", "rhythm", "equal-cases", "share-or-buyout"):
        assert client.get(f"/api/v1/kols/{paid.pk}/{name}/").status_code == 404
    for name in ("value", "value/figures", "equal-cases", "share-or-buyout"):
        assert browser.get(f"/kols/{paid.pk}/{name}/").status_code == 404
    assert client.get("/api/v1/cohorts/").json()["cohorts"] == []
    assert client.get("/api/v1/incentive-mixes/").json()["results"] == []


def test_months_over_are_those_before_the_present_one():
    assert month_after(timezone.localdate().replace(day=1), -1) < timezone.localdate()
