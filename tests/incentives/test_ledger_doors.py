"""The doors of the ledger: pages and API, the table of whoever pays, rates (DOMAIN 6.3)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incentives import ledger_table, payouts
from incentives.models import Entry, ExchangeRate
from incentives.services import confirming, ledger, payout
from profiles.models import Kol
from tests.factories import NOW, make_kol
from tests.forms import Page
from tests.incentives.ledger import DAY, FEE, by, entry, rate, running, standing, stopped

pytestmark = pytest.mark.django_db
CONFIRM = "incentives:payout-confirm"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def url(name, *args) -> str:
    return reverse(f"incentives:{name}", args=args)


def test_an_item_that_is_due_is_given_in_one_step_from_today(kol, operator, as_user):
    [item] = running(kol, FEE)
    client = as_user(operator)
    shown = client.get(url("item-give", item.pk))
    form = next(one for one in Page(shown.content.decode()).forms if "given_on" in one)
    assert (form["amount"], form["form"], form["given_on"]) == ("1280.50", "money", str(DAY))
    assert client.post(url("item-give", item.pk), form).status_code == 302
    assert Entry.objects.get(item=item).amount == Decimal("1280.50")
    plan = client.get(url("plan-detail", item.plan_id)).content.decode()
    assert url("item-give", item.pk) not in plan
    assert f"?item={item.pk}" in plan


def test_what_is_typed_stays_where_giving_is_refused(kol, operator, as_user):
    [item] = running(kol, FEE)
    before = standing()
    sent = {"form": "money", "amount": "9999", "given_on": str(DAY), "note": "a long note"}
    answer = as_user(operator).post(url("item-give", item.pk), sent)
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert page.invalid == {"amount"}
    assert "a long note" in answer.content.decode()
    assert standing() == before


def test_today_offers_what_is_due_and_next_due_names_it(kol, operator, as_user):
    [item] = running(kol, FEE)
    kol.refresh_from_db()
    assert (kol.next_due, kol.next_due_kind) == (DAY, "plan_item")
    assert url("item-give", item.pk) in as_user(operator).get(reverse("today")).content.decode()
    stopped_page = as_user(operator)
    stopped(kol)
    sent = {"form": "money", "amount": "1280.50", "given_on": str(DAY)}
    assert stopped_page.post(url("item-give", item.pk), sent).status_code == 422


def test_the_ledger_shows_totals_of_all_that_match(kol, finance, as_user):
    rate("USD", "7")
    entry(kol, "100")
    entry(kol, "5", "USD")
    entry(kol, "3", "EUR")
    text = as_user(finance).get(url("entry-list")).content.decode()
    assert "¥135" in text
    assert "1 without a rate" in text
    assert reverse("profiles:kol-detail", args=[kol.pk]) not in text  # finance opens no file


def test_each_row_has_the_running_total_of_its_currency_and_all_is_taken_away(kol, manager, as_user, api):
    for amount, currency, ago in (("100", "CNY", 2), ("5", "USD", 1), ("7.5", "CNY", 1), ("3", "CNY", 0)):
        entry(kol, amount, currency, what="=SUM(A1)", given_on=DAY - timedelta(days=ago))
    ledger.reverse(by(manager), Entry.objects.get(amount=3), "twice")
    first = [("CNY", "107.500"), ("CNY", "110.500"), ("CNY", "107.500"), ("USD", "5.000"), ("CNY", "100.000")]
    client = api(manager)
    for order, expected in (("-given", first), ("given", first[::-1])):
        rows, address = [], f"/api/v1/ledger/?limit=2&sort={order}&currency="
        while address:
            page = client.get(address).json()
            rows += [(row["currency"], row["running_total"]) for row in page["results"]]
            address = page["next"]
        assert rows == expected
    only = client.get("/api/v1/ledger/?q=SUM&kind=material&currency=USD").json()["results"]
    assert [row["running_total"] for row in only] == ["5.000"]
    assert "¥107.50" in as_user(manager).get(url("entry-list")).content.decode()
    for sheet in (
        as_user(manager).get(url("ledger-file", "csv") + "?currency=CNY"),
        client.get("/api/v1/ledger/file/csv/?currency=CNY"),
    ):
        told = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
        assert [row["running total"] for row in told] == ["107.5", "110.5", "107.5", "100"]
        assert {row["what"] for row in told} == {"'=SUM(A1)"}
    assert as_user(manager).get(url("ledger-file", "xlsx")).content[:2] == b"PK"


def test_a_table_too_long_is_refused_and_the_list_is_shown(kol, manager, as_user, api, monkeypatch):
    monkeypatch.setattr(ledger_table, "MOST", 1)
    entry(kol), entry(kol)
    assert api(manager).get("/api/v1/ledger/file/csv/").json()["errors"]["rows"]
    answer = as_user(manager).get(url("ledger-file", "csv") + "?kind=material", follow=True)
    assert answer.redirect_chain == [(url("entry-list") + "?kind=material", 302)]
    assert "Narrow the list" in answer.content.decode()


def test_a_batch_goes_out_once_as_a_table_that_nothing_runs_in(kol, operator, finance, as_user):
    entry(kol, "1280.5", what="=SUM(A1)")
    held = entry(make_kol(operator, name="Held"))
    stopped(held.kol)
    client = as_user(finance)
    answer = client.post(url("payout-hand-out") + "?payout=due")
    assert answer.url == url("batch-detail", 1)
    assert "Held" not in client.get(answer.url).content.decode()
    sheet = client.get(url("batch-file", 1, "csv"))
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row[1:] for row in rows[1:]] == [[kol.name, "'=SUM(A1)", str(DAY), "1280.5", "CNY"]]
    assert client.get(url("batch-file", 1, "xlsx")).content[:2] == b"PK"
    assert client.post(url("payout-hand-out")).url == url("payout-list")


def test_the_file_of_a_batch_leaves_out_what_is_no_longer_to_be_paid(kol, operator, finance, as_user, api):
    rows = [entry(kol, what=what) for what in ("Goes", "Paid", "Failed", "Again")]
    held = entry(make_kol(operator, name="Stopped"), what="Held")
    payout.hand_out(by(finance), Entry.objects.all())
    payout.pay(by(finance), rows[1], DAY)
    for row in rows[2:]:
        payout.fail(by(finance), row, "account closed")
    payout.retry(by(finance), rows[3])
    payout.hand_out(by(finance), Entry.objects.all())
    stopped(held.kol)
    answer = as_user(finance).get(url("batch-file", 1, "csv"))
    sent = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[2] for row in sent[1:]] == ["Goes"]
    assert api(finance).get("/api/v1/payout-batches/1/file/csv/").content == answer.content
    told = {
        row["entry"]: row["why"] for row in api(finance).get("/api/v1/payout-batches/1/").json()["left_out"]
    }
    whys = ["Paid", "Failed", "in batch 2", "held by a stop"]
    assert told == dict(zip([str(row.pk) for row in (*rows[1:], held)], whys, strict=True))
    page = as_user(finance).get(url("batch-detail", 1)).content.decode()
    assert "4 payouts of this batch are left out of its file" in page
    assert "Stopped, Held: held by a stop" in page
    assert Entry.objects.with_payout().filter(payouts.CONDITIONS[payouts.HELD]).get() == held


def test_confirmations_are_shown_before_they_are_taken_in(kol, finance, as_user, monkeypatch):
    row = entry(kol, "1280.50")
    payout.hand_out(by(finance), Entry.objects.all())
    table = f"entry,state,date,reference,amount,currency\n{row.pk},paid,2026-11-23,B7,1280.50,CNY\n"
    client, before = as_user(finance), standing()
    shown = client.post(reverse(CONFIRM), {"file": SimpleUploadedFile("back.csv", table.encode())})
    assert (shown.status_code, standing()) == (200, before)
    form = next(one for one in Page(shown.content.decode()).forms if "table" in one)
    for _ in range(2):
        assert client.post(reverse(CONFIRM), {"table": form["table"]}).status_code == 302
    assert payouts.of(row).state == "paid"
    assert row.payouts.count() == 3
    monkeypatch.setattr(confirming, "MOST", 0)
    answer = client.post(reverse(CONFIRM), {"file": SimpleUploadedFile("back.csv", table.encode())})
    assert (answer.status_code, "At most 0 rows at once." in answer.content.decode()) == (422, True)
    monkeypatch.undo()
    wrong = table.replace("1280.50", "1280.51")
    shown = client.post(reverse(CONFIRM), {"file": SimpleUploadedFile("back.csv", wrong.encode())})
    assert "It is ¥1,280.50." in shown.content.decode()


def test_a_table_that_cannot_be_read_is_told_cell_by_cell(finance, as_user):
    table = "entry,state,amount,currency\nx,maybe,much,CNY\n"
    shown = as_user(finance).post(reverse(CONFIRM), {"file": SimpleUploadedFile("b.csv", table.encode())})
    assert shown.status_code == 422
    assert "A2" in shown.content.decode()


def test_the_api_gives_reverses_and_pays(kol, operator, manager, finance, api):
    [item] = running(kol, FEE)
    given = api(operator).post("/api/v1/ledger/give/", {"item": str(item.pk)}, format="json")
    assert (given.status_code, given.json()["payout"]["state"]) == (201, "due")
    made = api(finance).post("/api/v1/payouts/hand-out/", format="json").json()
    assert made["batch"]["entries"] == [given.json()["id"]]
    told = {"entry": given.json()["id"], "state": "paid", "on": str(DAY), "amount": "1280.50"}
    body = {"rows": [told | {"currency": "CNY", "reference": "B7"}]}
    taken = api(finance).post("/api/v1/payouts/confirmations/", body, format="json")
    assert taken.json()["results"][0]["does"] == "new"
    assert api(finance).get("/api/v1/payout-batches/1/").json()["number"] == 1
    back = api(manager).post(f"/api/v1/ledger/{given.json()['id']}/reverse/", {"reason": "x"}, format="json")
    assert (back.status_code, back.json()["amount"]) == (201, "-1280.500")
    sums = api(finance).get("/api/v1/ledger/totals/").json()
    assert Decimal(sums["currencies"][0]["amount"]) == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("rate", {"rate": "0"}),
        ("currency", {"currency": "CNY"}),
        ("day", {"day": "2026-11-24"}),
        ("note", {"note": ""}),
    ],
)
def test_a_rate_is_dated_and_has_its_source(field, wrong, finance, operator, as_user, api):
    sent = {"currency": "USD", "day": "2026-11-01", "rate": "7.1", "note": "PBOC", **wrong}
    answer = as_user(finance).post(url("rate-create"), sent)
    assert (answer.status_code, Page(answer.content.decode()).invalid) == (422, {field})
    refused = api(finance).post("/api/v1/exchange-rates/", sent, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert not ExchangeRate.objects.exists()
    right = {"currency": "USD", "day": "2026-11-01", "rate": "7.1", "note": "PBOC"}
    assert as_user(finance).post(url("rate-create"), right).status_code == 302
    assert "7.1 CNY" in as_user(finance).get(url("rate-list")).content.decode()


def test_finance_settles_with_the_departed_by_page_and_api(kol, finance, as_user, api):
    body = {"kol": str(kol.pk), "kind": "material", "form": "money", "what": "Last", "amount": "5"}
    assert as_user(finance).get(url("entry-create", kol.pk)).status_code == 404
    assert api(finance).post("/api/v1/ledger/", body).status_code == 400
    Kol.objects.filter(pk=kol.pk).update(stage="departed")
    listed = as_user(finance).get(url("entry-list"), {"kol": str(kol.pk)}).content.decode()
    assert url("entry-create", kol.pk) in listed
    shown = as_user(finance).get(url("entry-create", kol.pk))
    form = next(one for one in Page(shown.content.decode()).forms if "given_on" in one)
    sent = form | {"kind": "material", "form": "money", "what": "Last", "amount": "5"}
    assert as_user(finance).post(url("entry-create", kol.pk), sent).status_code == 302
    assert api(finance).post("/api/v1/ledger/", body).status_code == 201
