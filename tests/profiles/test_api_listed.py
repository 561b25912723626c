"""Contacts, accounts and prices one by one by API, the others left as they are (DOMAIN 2.3, 3.1–3.3)."""

from decimal import Decimal

import pytest

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Disclosure
from profiles.models import Account, Agency, ContactPoint, Kol, Quote
from profiles.services import agency as agencies
from profiles.services import figures, listed
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13811118000"}
MAIL = {"channel": "mail", "value": "siyu@mail.example"}
QUOTE = {"what": "video", "amount": "15000.00", "currency": "CNY", "on": "2026-11-20"}
INSIST = {"If-Match": "*"}


@pytest.fixture
def kol(operator):
    return make_kol(operator, contacts=[PHONE, MAIL])


@pytest.fixture
def client(api, operator):
    return api(operator)


def address(kol, name):
    return f"/api/v1/kols/{kol.pk}/{name}/"


def phone_of(kol):
    return kol.contacts.get(channel="phone")


def test_a_contact_is_added_and_no_other_has_to_be_sent(client, kol):
    body = {"channel": "phone", "value": "13911119000", "label": "work"}
    answer = client.post(address(kol, "contacts"), body, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer.json()["value"], answer.json()["masked"]) == (201, "139****9000", True)
    assert answer["ETag"] == f'"{kol.version + 1}"'
    assert answer["Location"].endswith(f"/{answer.json()['id']}/")
    assert kol.contacts.count() == 3
    assert Change.objects.get(row=answer.json()["id"], field="").change_set.door == "api"


def test_a_contact_is_marked_preferred_verified_dead_and_shared(client, kol):
    phone, one = phone_of(kol), address(kol, "contacts")
    marks = {"verified_on": "2026-11-20", "dead_since": "2026-11-21", "shared": True, "label": "old"}
    answer = client.patch(f"{one}{phone.pk}/", marks, headers={"If-Match": kol.etag})
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in marks} == marks
    second = client.post(one, {"channel": "phone", "value": "13911119000"}, headers=INSIST).json()["id"]
    assert client.patch(f"{one}{second}/", {"preferred": True}, headers=INSIST).json()["preferred"]
    phone.refresh_from_db()
    assert not phone.preferred  # one of a channel is


def test_a_mask_is_never_data_when_one_contact_is_changed(client, kol):
    """DOMAIN 2.3."""
    phone = phone_of(kol)
    one = f"{address(kol, 'contacts')}{phone.pk}/"
    same = client.patch(one, {"value": phone.masked}, headers={"If-Match": kol.etag})
    assert (same.status_code, same["ETag"]) == (200, kol.etag)
    answer = client.patch(one, {"value": "139****1234"}, headers={"If-Match": kol.etag})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["value"])
    assert phone_of(kol).digest == phone.digest
    assert Kol.objects.get().version == kol.version
    other = client.patch(one, {"value": "13911119000"}, headers={"If-Match": kol.etag})
    assert other.json()["value"] == "139****9000"


def test_contacts_are_told_in_clear_only_by_the_scope_and_on_record(api, operator, colleague, kol):
    """DOMAIN 2.3: every answer so served is one audit row."""
    path = address(kol, "contacts")
    assert {one["masked"] for one in api(operator).get(path).json()} == {True}
    clear = ("kols:read", "kols:write", "contacts:read")
    assert {one["masked"] for one in api(colleague, *clear).get(path).json()} == {True}
    assert not Disclosure.objects.exists()
    told = api(operator, *clear).get(path).json()
    assert {one["value"] for one in told} == {PHONE["value"], MAIL["value"]}
    assert Disclosure.objects.get().rows == 2
    one = f"{path}{phone_of(kol).pk}/"
    answer = api(operator, *clear).patch(one, {"label": "x"}, headers=INSIST)
    assert answer.json()["value"] == PHONE["value"]
    assert list(Disclosure.objects.order_by("at", "id").values_list("rows", flat=True)) == [2, 1]


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("contacts", PHONE | {"value": "abc"}, "value"),
        ("contacts", PHONE, "value"),  # it stands on the file already
        ("contacts", {"channel": "pigeon", "value": "x"}, "channel"),
        ("contacts", PHONE | {"id": "01a2068f-8a00-7000-bf95-577bb548ce73"}, "id"),
        ("accounts", {"platform": "own"}, "handle"),
        ("accounts", {"platform": "moon", "handle": "x"}, "platform"),
        ("quotes", QUOTE | {"amount": "-1"}, "amount"),
        ("quotes", QUOTE | {"currency": "yuan"}, "currency"),
        ("quotes", {"what": "video"}, "amount"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field_without_its_place(client, kol, name, sent, field):
    answer = client.post(address(kol, name), sent, headers=INSIST)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert (ContactPoint.objects.count(), Account.objects.count(), Quote.objects.count()) == (2, 0, 0)
    assert Kol.objects.get().version == kol.version


def test_one_contact_is_taken_off_and_stays_in_the_history(client, kol):
    phone = phone_of(kol)
    one = f"{address(kol, 'contacts')}{phone.pk}/"
    answer = client.delete(one, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer["ETag"]) == (204, f'"{kol.version + 1}"')
    assert [point.channel for point in kol.contacts.all()] == ["mail"]
    gone = Change.objects.filter(row=phone.pk).order_by("-id")[0]
    assert gone.before["value"]["masked"] == phone.masked
    assert client.delete(one, headers=INSIST).status_code == 404


def test_an_account_is_added_renamed_found_by_its_handle_and_taken_off(client, kol):
    body = {"platform": "weibo", "handle": "@SiyuRuns", "title": "Siyu runs"}
    answer = client.post(address(kol, "accounts"), body, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer.json()["handle"], answer.json()["followers"]) == (
        201,
        "SiyuRuns",
        None,
    )
    one = answer["Location"]
    client.patch(one, {"handle": "siyu_walks"}, headers={"If-Match": answer["ETag"]})
    found = client.get("/api/v1/kols/", {"q": "siyu_walks"}).json()["results"]
    assert [row["id"] for row in found] == [str(kol.pk)]
    assert client.get(address(kol, "accounts")).json()[0]["title"] == "Siyu runs"
    assert client.delete(one, headers=INSIST).status_code == 204
    assert not Account.objects.exists()


def test_an_account_with_figures_stays(client, actor, kol):
    """No fact is lost (DOMAIN 1.1): it can only change hands."""
    account = make_account(kol)
    day = NOW.date()
    figures.record(actor.again(), [NewFigure(account.pk, "followers", Decimal(9), day, day, "hand")])
    answer = client.delete(f"{address(kol, 'accounts')}{account.pk}/", headers=INSIST)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["accounts"])
    assert Account.objects.exists()


def test_prices_are_read_added_changed_and_taken_off(client, kol):
    answer = client.post(address(kol, "quotes"), QUOTE, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer.json() | {"id": None}) == (201, QUOTE | {"id": None})
    changed = client.patch(answer["Location"], {"amount": "900"}, headers={"If-Match": answer["ETag"]})
    assert changed.json()["amount"] == "900.00"
    assert [one["amount"] for one in client.get(address(kol, "quotes")).json()] == ["900.00"]
    assert client.delete(answer["Location"], headers={"If-Match": changed["ETag"]}).status_code == 204
    assert not Quote.objects.exists()


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_a_row_is_written_on_the_version_that_was_read_by_who_may_edit(
    api, client, colleague, stranger, kol, method
):
    phone, path = phone_of(kol), address(kol, "contacts")
    where = path if method == "post" else f"{path}{phone.pk}/"
    body = {"channel": "phone", "value": "13911119000"} if method == "post" else {"label": "x"}
    assert getattr(client, method)(where, body).status_code == 428
    assert getattr(client, method)(where, body, headers={"If-Match": '"9"'}).status_code == 412
    assert getattr(api(colleague), method)(where, body, headers=INSIST).status_code == 403
    assert getattr(api(stranger), method)(where, body, headers=INSIST).status_code == 404
    assert Kol.objects.get().version == kol.version
    assert kol.contacts.count() == 2


def test_who_insists_takes_off_no_row_that_was_added_meanwhile(actor, kol):
    stale = Kol.objects.get()
    listed.put(actor.again(), kol, "contacts", {"channel": "phone", "value": "13911119000"}, None)
    listed.put(actor.again(), stale, "contacts", {"channel": "phone", "value": "13711117000"}, None)
    assert kol.contacts.count() == 4


def test_a_row_of_another_file_is_not_there(client, operator, kol):
    other = make_kol(operator, name="李雷")
    one = f"{address(other, 'contacts')}{phone_of(kol).pk}/"
    assert client.patch(one, {"label": "x"}, headers=INSIST).status_code == 404
    assert client.delete(one, headers=INSIST).status_code == 404
    assert kol.contacts.count() == 2


@pytest.fixture
def agency(manager, kol):
    row = agencies.create(Actor(manager, "page", NOW), {"name": "Blue Harbor"}, [PHONE])
    Kol.objects.filter(pk=kol.pk).update(agency=row)
    return row


def test_a_contact_of_an_agency_is_added_marked_and_taken_off(client, agency):
    path = f"/api/v1/agencies/{agency.pk}/contacts/"
    assert client.post(path, MAIL).status_code == 428
    answer = client.post(path, MAIL, headers={"If-Match": f'"{agency.version}"'})
    assert (answer.status_code, answer.json()["masked"], answer.json()["shared"]) == (201, True, True)
    one = f"{path}{answer.json()['id']}/"
    dead = client.patch(one, {"dead_since": "2026-11-20"}, headers={"If-Match": answer["ETag"]})
    assert (dead.status_code, dead.json()["dead_since"]) == (200, "2026-11-20")
    assert client.patch(one, {"label": "x"}, headers={"If-Match": answer["ETag"]}).status_code == 412
    wrong = client.patch(one, {"value": "si****@mail.example.com"}, headers=INSIST)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["value"])
    assert client.delete(one, headers={"If-Match": dead["ETag"]}).status_code == 204
    assert [point.channel for point in Agency.objects.get().contacts.all()] == ["phone"]


def test_a_contact_of_an_agency_is_written_by_who_may_edit_a_file_of_it(api, colleague, stranger, agency):
    path = f"/api/v1/agencies/{agency.pk}/contacts/"
    one = f"{path}{agency.contacts.get().pk}/"
    for user, expected in ((colleague, 403), (stranger, 404)):
        assert api(user).post(path, MAIL, headers=INSIST).status_code == expected
        assert api(user).patch(one, {"label": "x"}, headers=INSIST).status_code == expected
        assert api(user).delete(one, headers=INSIST).status_code == expected
    agency.refresh_from_db()
    assert (agency.version, agency.contacts.count()) == (1, 1)
