"""Files as a table, an address book, lines of JSON: masked and on record as JSON is."""

import csv
import io
import json

import pytest

from kol_crm.core.actor import Actor
from kol_crm.core.models import Disclosure
from profiles.services import kol as verbs
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
URL = "/api/v1/kols/"
PHONE = {"channel": "phone", "value": "13800138000"}
CLEAR = ("kols:read", "contacts:read")


@pytest.fixture
def born(operator):
    kol = make_kol(
        operator,
        contacts=[PHONE],
        tags=["VIP, gold"],
        birth_year=1990,
        birth_month=5,
        birth_day=6,
        alias="Yu",
    )
    make_account(kol)
    return kol


def asked(client, kind: str, url: str = URL, **params):
    answer = client.get(url, params, headers={"Accept": kind})
    assert answer.status_code == 200, answer.content
    return answer


def table(answer) -> list[dict]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def lines(answer) -> list[dict]:
    assert answer["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_the_list_as_a_table_has_its_columns_and_masks(api, operator, born):
    [row] = table(asked(api(operator), "text/csv", columns="city"))
    assert (row["KOL file ID"], row["KOL name"], row["Phone"]) == (str(born.pk), "王思雨", "138****8000")
    assert "City" in row
    assert not Disclosure.objects.exists()


def test_a_table_in_clear_is_on_record_and_only_of_ones_own(api, operator, colleague, born):
    [row] = table(asked(api(operator, *CLEAR), "text/csv"))
    assert row["Phone"] == "13800138000"
    [row] = table(asked(api(colleague, *CLEAR), "text/csv"))
    assert row["Phone"] == "138****8000"
    assert list(Disclosure.objects.values_list("user", "action", "rows")) == [(operator.pk, "api", 1)]


def test_the_next_page_of_a_table_stands_in_its_link(api, operator, born):
    make_kol(operator, "李健")
    first = asked(api(operator), "text/csv", limit=1)
    address = first["Link"].partition(">")[0].removeprefix("<http://testserver")
    second = asked(api(operator), "text/csv", url=address)
    assert "Link" not in second
    assert table(first)[0]["KOL file ID"] != table(second)[0]["KOL file ID"]


def test_a_file_as_a_card_of_either_version(api, operator, born):
    client = api(operator, *CLEAR)
    card = asked(client, "text/vcard", f"{URL}{born.pk}/")
    assert card["Content-Type"] == "text/vcard; charset=utf-8"
    said = card.content.decode().split("\r\n")
    assert said[:4] == ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{born.pk}", "FN:王思雨"]
    assert {"BDAY:19900506", "TEL;TYPE=CELL:13800138000", "NICKNAME:Yu", "CATEGORIES:VIP\\, gold"} <= set(
        said
    )
    older = asked(client, "text/vcard; version=3.0", f"{URL}{born.pk}/").content.decode().split("\r\n")
    assert {"VERSION:3.0", "BDAY:1990-05-06"} <= set(older)
    assert Disclosure.objects.filter(subject=born.pk, rows=1).count() == 2


def test_a_masked_contact_stands_on_no_card(api, colleague, born):
    said = asked(api(colleague, *CLEAR), "text/vcard", f"{URL}{born.pk}/").content.decode()
    assert "TEL" not in said
    assert not Disclosure.objects.exists()


def test_a_birthday_without_a_year_in_four(api, operator):
    make_kol(operator, birth_month=5, birth_day=6)
    assert "BDAY:--0506" in asked(api(operator), "text/vcard").content.decode()


@pytest.mark.parametrize("kind", ["text/csv", "text/vcard"])
def test_what_is_out_of_sight_is_not_found_and_said_as_json(api, stranger, born, kind):
    answer = api(stranger).get(f"{URL}{born.pk}/", headers={"Accept": kind})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"
    assert "王思雨" not in asked(api(stranger), kind).content.decode()


def test_an_unknown_format_is_not_acceptable(api, operator, born):
    answer = api(operator).get(URL, headers={"Accept": "application/pdf"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_lines_are_the_list_whole_in_its_order(api, operator, born):
    two = [PHONE | {"value": "13900139000"}, {"channel": "wechat", "value": "li_run"}]
    make_kol(operator, "李健", introduction="one\ntwo", contacts=two)
    for n in range(4):
        make_kol(operator, f"李{n}", city="Suzhou")
    client = api(operator)
    listed = client.get(URL, {"sort": "-created"}).json()["results"]
    assert lines(client.get(f"{URL}export/", {"sort": "-created"})) == listed
    found = lines(client.get(f"{URL}export/", {"q": "李2", "fields": "name"}))
    assert [row["name"] for row in found] == ["李2"]


def test_lines_mask_and_record_as_the_list_does(api, operator, colleague, born):
    [row] = lines(api(operator, *CLEAR).get(f"{URL}export/"))
    assert row["contacts"][0]["value"] == "13800138000"
    [row] = lines(api(colleague, *CLEAR).get(f"{URL}export/"))
    assert row["contacts"][0]["value"] == "138****8000"
    assert list(Disclosure.objects.values_list("user", "rows")) == [(operator.pk, 1)]


def test_lines_of_another_team_and_of_the_trash(api, operator, stranger, born):
    assert lines(api(stranger).get(f"{URL}export/")) == []
    verbs.archive(Actor(operator, "page", NOW), born, born.version)
    client = api(operator)
    assert lines(client.get(f"{URL}export/")) == []
    assert [row["id"] for row in lines(client.get(f"{URL}export/", {"archived": "true"}))] == [str(born.pk)]


def test_lines_have_no_pages(api, operator):
    answer = api(operator).get(f"{URL}export/", {"limit": "5"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit"])
