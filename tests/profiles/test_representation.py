"""A file in the API: the database writes it as it would be put together from its cells (PERFORMANCE)."""

from datetime import datetime
from uuid import UUID

import orjson
import pytest
from django.db import connection

from kol_crm.core.actor import Actor
from kol_crm.core.models import Disclosure
from profiles.api.representation import FILES, NAMES
from profiles.services import attribute
from profiles.services import kol as verbs
from tests.factories import NOW, field, make_account, make_kol

pytestmark = pytest.mark.django_db
URL = "/api/v1/kols/"
PHONE = {"channel": "phone", "value": "13800138000"}
MOMENTS = ("created_at", "last_touch_at", "archived_at")
VALUES = {
    "text": 'it\'s "so" \\ 好',
    "number": "42.5000",
    "date": "2026-02-03",
    "choice": "gold",
    "link": "https://example.com/?a=%25",
    "yes_no": False,
}


@pytest.fixture
def files(operator, admin):
    """A bare file, and one of which everything is known."""
    for kind in VALUES:
        choices = {"choices": [{"key": "gold", "name_en": "Gold"}]} if kind == "choice" else {}
        names = {"key": f"a_{kind}", "kind": kind, "name_en": kind, "name_zh": kind}
        attribute.create(Actor(admin, "page", NOW), names | choices)
    full = make_kol(
        operator,
        "Ann",
        contacts=[PHONE, {"channel": "wechat", "value": "siyu_run", "preferred": True}],
        fields=[(field("tea"), 2), (field("running"), 5)],
        tags=["VIP", "a'b"],
        likes=["tea", "100%"],
        introduction="two\nlines",
        birth_month=8,
        agency="Star",
    )
    make_account(full, "weibo", "w")
    make_account(full, "own", "o")
    given = {f"attr_a_{kind}": value for kind, value in VALUES.items()}
    verbs.edit(Actor(operator, "page", NOW), full, given, None)
    return [full.pk, make_kol(operator, "bare").pk]


def told(rows) -> list[dict]:
    """As a client reads it; moments compared as such, for each side writes their fractions its way."""
    found = orjson.loads(orjson.dumps(rows))
    for row in found:
        row |= {name: row[name] and datetime.fromisoformat(row[name]) for name in MOMENTS}
    return found


def test_the_database_writes_what_the_cells_say(files, monkeypatch):
    written = told(FILES.of(files))
    monkeypatch.setattr(connection, "vendor", "another")
    assert written == told(FILES.of(files))
    assert [row["id"] for row in written] == [str(pk) for pk in files]
    assert (set(written[0]), written[1]["attributes"], written[1]["tags"]) == (set(NAMES), {}, [])
    assert written[0]["attributes"] == {
        f"a_{kind}": "42.5" if kind == "number" else value for kind, value in VALUES.items()
    }


def test_files_come_in_the_order_asked_for_and_without_those_that_are_gone(files):
    gone = UUID("019c3645-c77c-7fba-9195-a3cac86df2d6")
    assert [row["id"] for row in told(FILES.of([files[1], gone, files[0]]))] == [
        str(files[1]),
        str(files[0]),
    ]
    assert FILES.one(gone) is None


@pytest.mark.parametrize("asked", [{"fields": "name,stage"}, {"fields": ["name", " stage,"]}])
def test_a_client_names_the_fields_it_wants_and_gets_their_files_keys_beside(api, operator, files, asked):
    page = api(operator).get(URL, asked | {"limit": 1, "sort": "name"}).json()
    assert page["results"] == [{"id": str(files[0]), "name": "Ann", "stage": "introduction"}]
    following = api(operator).get(page["next"]).json()
    assert following["results"] == [{"id": str(files[1]), "name": "bare", "stage": "introduction"}]
    answer = api(operator).get(f"{URL}{files[1]}/", asked)
    assert (answer.json(), answer["ETag"]) == (following["results"][0], '"1"')


def test_a_field_that_no_file_has_is_refused(api, operator, files):
    for url in (URL, f"{URL}{files[0]}/"):
        refused = api(operator).get(url, {"fields": "name,charm,wit"})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["fields"])
        assert "charm, wit" in refused.json()["errors"]["fields"][0]


def test_contacts_that_are_not_asked_for_are_neither_shown_nor_disclosed(api, operator, files):
    client = api(operator, "kols:read", "contacts:read")
    assert set(client.get(URL, {"fields": "name"}).json()["results"][0]) == {"id", "name"}
    assert not Disclosure.objects.exists()
    shown = client.get(URL, {"fields": "contacts", "sort": "name"}).json()["results"]
    assert [point["value"] for point in shown[0]["contacts"]] == ["13800138000", "siyu_run"]
    assert set(shown[1]) == {"id", "contacts"}
    assert Disclosure.objects.get().rows == 2
