"""The doors of resources: pages, tables, Today, the story of a file, the API (DOMAIN 5.5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kol_crm.core.actor import Actor
from lifecycle import resource_due
from lifecycle.models import Booking, Budget, Slot
from lifecycle.services import booking
from tests.factories import NOW
from tests.lifecycle.factories import TODAY, make_booking, make_budget, make_kol_at, make_slot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def beginner(operator):
    return make_kol_at(operator, "initial", name="Beginner")


def test_a_taken_slot_is_refused_at_its_field_and_what_was_typed_stays(operator, beginner, as_user):
    make_budget()
    free = make_slot()
    other = make_kol_at(operator, "initial", name="Other")
    make_booking(other, free)
    answer = as_user(operator).post(
        f"/resources/{free.pk}/book/", {"kol": str(beginner.pk), "what_for": "Column launch"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The slot is booked already." in page
    assert "Column launch" in page
    assert Booking.objects.count() == 1
    # from the file it is not even offered
    answer = as_user(operator).post(f"/kols/{beginner.pk}/bookings/new/", {"slot": str(free.pk)})
    assert answer.status_code == 422
    assert Booking.objects.count() == 1


def test_no_budget_left_is_refused_at_the_slot(operator, beginner, as_user, api):
    make_budget(500)
    free = make_slot()
    answer = as_user(operator).post(
        f"/kols/{beginner.pk}/bookings/new/", {"slot": str(free.pk), "what_for": "Launch"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The budget of 2026-11 has only ¥500 left." in page
    assert 'value="Launch"' in page
    body = {"slot": str(free.pk), "kol": str(beginner.pk)}
    answer = api(operator).post("/api/v1/bookings/", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["slot"])
    assert not Booking.objects.exists()
    assert Budget.objects.get().committed == 0


def test_a_warning_is_confirmed_on_the_page_and_by_the_api(operator, as_user, api):
    make_budget()
    grown, first, second = make_kol_at(operator, "late", name="Grown"), make_slot(), make_slot()
    client, url = as_user(operator), f"/resources/{first.pk}/book/"
    answer = client.post(url, {"kol": str(grown.pk)})
    page = answer.content.decode()
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    assert "Initial would get 0 % of the month’s list value, less than 20 %." in page
    assert "Book it all the same" in page
    assert 'type="checkbox" name="confirm"' in page
    assert client.post(url, {"kol": str(grown.pk), "confirm": "on"}).status_code == 302
    body = {"slot": str(second.pk), "kol": str(grown.pk)}
    answer = api(operator).post("/api/v1/bookings/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "initial_share_low")
    answer = api(operator).post("/api/v1/bookings/", body | {"confirm": True}, format="json")
    assert (answer.status_code, answer.json()["low_share"]) == (201, "0.0")


def test_the_month_tells_its_budget_and_its_shares_with_their_arithmetic(operator, beginner, as_user, api):
    make_budget()
    make_booking(beginner, make_slot(value=1000))
    make_booking(make_kol_at(operator, "late", name="Grown"), make_slot(value=3000))
    page = as_user(operator).get("/resources/?month=2026-11").content.decode()
    for words in ("¥6,000", "¥4,000 / ¥10,000", "25 %", "¥1,000 ÷ ¥4,000"):
        assert words in page
    told = api(operator).get("/api/v1/resource-budgets/2026-11/").json()
    assert (told["committed"], told["left"]) == ("4000.00", "6000.00")
    assert told["initial_share"] == {
        "value": "25.0",
        "least": "20.0",
        "low": False,
        "total": "4000.00",
        "parts": [
            {"key": "introduction", "value": "0.00", "percent": "0.0"},
            {"key": "initial", "value": "1000.00", "percent": "25.0"},
            {"key": "mid_term", "value": "0.00", "percent": "0.0"},
            {"key": "late", "value": "3000.00", "percent": "75.0"},
        ],
    }


def test_a_series_is_made_on_the_page(manager, as_user):
    values = {"kind": "topic", "name": "Monday", "starts_on": "2026-11-23", "value": "300"}
    values |= {"currency": "CNY", "every": "7"}
    client = as_user(manager)
    assert client.post("/resources/new/", values).status_code == 422  # until when?
    assert not Slot.objects.exists()
    assert client.post("/resources/new/", values | {"until": "2026-12-14"}).status_code == 302
    assert [
        f"{day:%m-%d}" for day in Slot.objects.order_by("starts_on").values_list("starts_on", flat=True)
    ] == [
        "11-23",
        "11-30",
        "12-07",
        "12-14",
    ]


@pytest.mark.parametrize(
    "head", ["day,kind,name,list value", "日期,类型,名称,刊例价"], ids=["english", "chinese"]
)
def test_a_table_of_slots_is_taken_in_whole_or_not_at_all(manager, as_user, head):
    def send(*rows):
        table = "\n".join((head, *rows)).encode()
        return as_user(manager).post("/resources/import/", {"file": SimpleUploadedFile("slots.csv", table)})

    answer = send("2026-12-07,topic,Week,900", "2026-12-08,推荐位,x,many")
    page = answer.content.decode()
    assert (answer.status_code, Slot.objects.count()) == (422, 0)
    assert "D3" in page
    answer = send("2026-12-07,Topic,Week,900", '2026/12/08,话题,周话题,"1,200"')
    assert answer.status_code == 302, answer.content.decode()
    assert list(Slot.objects.order_by("starts_on").values_list("kind", "value")) == [
        ("topic", Decimal(900)),
        ("topic", Decimal(1200)),
    ]


def test_a_budget_is_set_once_and_then_changed_on_its_version(manager, as_user):
    client = as_user(manager)
    assert client.post("/resources/budgets/new/", {"month": "2026-11", "amount": "500"}).status_code == 302
    row = Budget.objects.get()
    assert client.post("/resources/budgets/new/", {"month": "2026-11", "amount": "9"}).status_code == 422
    url = f"/resources/budgets/{row.pk}/edit/"
    assert client.post(url, {"amount": "700", "version": "1"}).status_code == 302
    assert client.post(url, {"amount": "800", "version": "1"}).status_code == 409
    assert Budget.objects.get().amount == 700


def test_today_tells_what_is_to_be_used_and_what_nobody_marked(operator, beginner, as_user):
    make_budget()
    soon = make_booking(beginner, make_slot(TODAY + timedelta(days=2), name="Home page"))
    past = make_booking(beginner, make_slot(TODAY, name="Topic of the day"))
    week = make_booking(beginner, make_slot(TODAY, ends_on=TODAY + timedelta(days=6), name="Week"))
    day = TODAY + timedelta(days=1)
    rows = resource_due.BOOKINGS.rows(operator, day, day + timedelta(days=7), 10, ())
    assert [(row.key, str(row.why)) for row in rows] == [
        (f"resource:{past.pk}", "Topic of the day was over 23\xa0Nov: was it used?"),
        (f"resource:{week.pk}", "Week runs until 29\xa0Nov: is it in use?"),
        (f"resource:{soon.pk}", "Home page runs on 25\xa0Nov"),
    ]
    assert resource_due.BOOKINGS.waiting(operator, day + timedelta(days=7), ()).count() == 3
    answer = as_user(operator).get(f"/bookings/{past.pk}/", headers={"HX-Request": "true"})
    assert "Mark used" in answer.content.decode()


def test_a_booking_is_used_and_cancelled_from_its_page_and_stands_in_the_story(operator, beginner, as_user):
    make_budget()
    made, other = make_booking(beginner), make_booking(beginner)
    client = as_user(operator)
    assert client.post(f"/bookings/{made.pk}/use/", {"version": "1"}).status_code == 302
    assert client.post(f"/bookings/{other.pk}/cancel/", {"version": "1"}).status_code == 422
    assert client.post(f"/bookings/{other.pk}/cancel/", {"version": "1", "why": "Ill"}).status_code == 302
    states = {row.pk: row.state for row in Booking.objects.all()}
    assert states == {made.pk: "used", other.pk: "cancelled"}
    story = client.get(f"/kols/{beginner.pk}/timeline/").content.decode()
    for words in ("Slot booked", "Slot used", "Booking cancelled", "Ill"):
        assert words in story
    panel = client.get(f"/bookings/?kol={beginner.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "none stated" in panel
    assert client.post(f"/bookings/{made.pk}/unuse/").status_code == 302


def test_of_a_file_that_one_may_not_see_no_name_is_told(operator, stranger, beginner, as_user, api):
    make_budget()
    shared = make_slot()
    make_booking(beginner, shared)
    for url in ("/resources/?month=2026-11", f"/resources/{shared.pk}/"):
        page = as_user(stranger).get(url).content.decode()
        assert "Beginner" not in page
        assert "a KOL of another team" in page
    told = api(stranger).get(f"/api/v1/slots/{shared.pk}/").json()
    assert (told["taken"], told["booking"]) == (True, None)


def test_the_api_books_uses_takes_back_and_cancels(operator, beginner, api):
    make_budget()
    client, free = api(operator), make_slot()
    body = {"slot": str(free.pk), "kol": str(beginner.pk), "what_for": "Launch"}
    made = client.post("/api/v1/bookings/", body, format="json").json()
    assert (made["value"], made["stage"], made["effect"]) == ("1000.00", "initial", None)
    url = f"/api/v1/bookings/{made['id']}/"
    used = client.post(f"{url}use/", {}, format="json").json()
    assert (used["state"], used["used_on"], len(used["effect"])) == ("used", "2026-11-23", 3)
    assert used["effect"][0]["reason"] == "The days after it are not over yet."
    assert client.post(f"{url}cancel/", {"why": "x"}, format="json").status_code == 409
    assert client.post(f"{url}unuse/").json()["state"] == "booked"
    assert client.post(f"{url}cancel/", {"why": "x"}, format="json").json()["state"] == "cancelled"
    assert client.get(f"/api/v1/slots/{free.pk}/").json()["taken"] is False


def test_the_api_takes_a_table_of_slots_all_or_none(manager, api):
    slot = {"kind": "topic", "name": "New", "starts_on": "2026-11-23", "value": "5.00"}
    client, path = api(manager), "/api/v1/slots/many/"
    for wrong, key in (({"ends_on": "2026-11-01"}, "rows.0.ends_on"), ({"team": "Nobody"}, "rows.0.team")):
        refused = client.post(path, {"rows": [slot | wrong]}, format="json")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [key])
    assert not Slot.objects.exists()
    made = client.post(path, {"rows": [slot, slot | {"team": manager.team.name}]}, format="json")
    assert [row["team"] for row in made.json()["results"]] == [None, manager.team.name]


def test_a_slot_of_a_file_put_away_is_freed_from_the_inventory(operator, beginner, as_user):
    make_budget()
    free = make_slot()
    made = booking.book(Actor(operator, "page", NOW), free, beginner)
    url = f"/resources/{free.pk}/free/"
    assert as_user(operator).get(url).status_code == 200
    assert as_user(operator).post(url, {"version": "1", "why": "Other plans"}).status_code == 302
    assert Booking.objects.get(pk=made.pk).state == "cancelled"
    assert as_user(operator).get(url).status_code == 404


def test_slots_and_budgets_tell_what_was_changed_by_whom(operator, manager, as_user):
    made = make_slot(name="Home page")
    client = as_user(manager)
    values = {"kind": "topic", "name": "Home page", "starts_on": "2026-11-23", "value": "1200"}
    url = f"/resources/{made.pk}/edit/"
    assert client.post(url, values | {"currency": "CNY", "version": "1"}).status_code == 302
    page = " ".join(as_user(operator).get(f"/resources/{made.pk}/").content.decode().split())
    assert 'Kind: <span class="mute">Traffic slot</span> → Topic' in page
    assert "→ 1200" in page
    client.post("/resources/budgets/new/", {"month": "2026-11", "amount": "500"})
    client.post(f"/resources/budgets/{Budget.objects.get().pk}/edit/", {"amount": "700", "version": "1"})
    page = as_user(operator).get("/resources/budgets/").content.decode()
    assert '<b class="num">2026-11</b>' in page
    assert "→ 700" in page
    assert "Manager" in page
