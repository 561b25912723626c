"""Exports through page and API: the same rows, the same refusals; no foreign word in any file."""

import pytest
import time_machine
from django.http import QueryDict

from kol_crm.core import stored
from kol_crm.core import work as works
from kol_crm.core.errors import Refused
from kol_crm.core.models import Disclosure, Work
from profiles.models import Export
from profiles.services import exports
from profiles.services import kol as kols
from tests.factories import NOW, make_kol
from tests.permissions.world import build
from tests.profiles.exporting import actor, ask, rows, taken, worked

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13800138000"}
SCOPES = ("kols:read", "kols:write")


@pytest.fixture
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def do_work() -> None:
    works.run_waiting()


# The API


def test_the_api_makes_a_file_that_holds_what_its_list_answers(operator, colleague, api):
    for name in ("b", "a", "c"):
        make_kol(operator, name=name)
    make_kol(colleague, name="d")
    client, query = api(operator), "owner=me&sort=-name"
    answer = client.post(f"/api/v1/exports/?{query}", {"format": "csv"}, format="json")
    assert answer.status_code == 202
    address = answer["Location"]
    assert client.get(address).json()["state"] == "waiting"
    refused = client.get(f"{address}file/")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")
    do_work()
    told = client.get(address).json()
    assert (told["state"], told["rows"], told["file"]) == ("done", 3, f"{address}file/")
    file = client.get(told["file"])
    assert file["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert file["Content-Disposition"].startswith("attachment")
    listed = client.get(f"/api/v1/kols/?{query}").json()["results"]
    assert [row["KOL file ID"] for row in rows(body(file))] == [row["id"] for row in listed]


def test_the_api_takes_ids_alone(operator, api):
    first, _second = make_kol(operator, name="a"), make_kol(operator, name="b")
    api(operator).post("/api/v1/exports/", {"format": "json", "ids": [str(first.pk)]}, format="json")
    do_work()
    export = Export.objects.for_list().get()
    assert (export.rows, b'"a"' in stored.read(export.file)) == (1, True)


@pytest.mark.parametrize(
    ("query", "sent", "status", "name"),
    [
        ("stage=lost", {}, 400, "stage"),
        ("no_such=1", {}, 400, "no_such"),
        ("columns=x", {}, 400, "columns"),
        ("", {"format": "exe"}, 400, "format"),
        ("", {"what": 1}, 400, "what"),
        ("", {"ids": []}, 400, "ids"),
        ("q=13800138000", {}, 400, "q"),
        ("q=nobodyiscalledso", {}, 409, None),
    ],
)
def test_the_api_refuses_at_the_name_and_writes_nothing(operator, api, query, sent, status, name):
    make_kol(operator)
    answer = api(operator).post(f"/api/v1/exports/?{query}", sent, format="json")
    assert answer.status_code == status, answer.content
    assert list(answer.json().get("errors", {})) == ([name] if name else [])
    assert not Export.objects.exists()
    assert not Work.objects.exists()


def test_a_token_without_the_scope_gets_no_contact_in_clear(operator, manager, api):
    """DOMAIN 2.3: neither asked for, nor fetched when the page made it."""
    make_kol(operator, contacts=[PHONE])
    sent = {"in_clear": True, "reason": "the fair"}
    answer = api(manager, *SCOPES).post("/api/v1/exports/", sent, format="json")
    assert answer.status_code == 403
    assert not Export.objects.exists()
    export = worked(ask(manager, in_clear=True, reason="the fair"))
    made = Disclosure.objects.count()
    assert api(manager, *SCOPES).get(f"/api/v1/exports/{export.pk}/file/").status_code == 403
    assert Disclosure.objects.count() == made
    file = api(manager, *SCOPES, "contacts:read").get(f"/api/v1/exports/{export.pk}/file/")
    assert b"13800138000" in body(file)
    assert Disclosure.objects.count() == made + 1


def test_an_operators_token_exports_masked_even_with_the_scope(operator, api):
    make_kol(operator, contacts=[PHONE])
    client = api(operator, *SCOPES, "contacts:read")
    sent = {"in_clear": True, "reason": "the fair"}
    assert client.post("/api/v1/exports/", sent, format="json").status_code == 403
    assert not Export.objects.exists()
    client.post("/api/v1/exports/", {}, format="json")
    do_work()
    assert b"13800138000" not in stored.read(Export.objects.for_list().get().file)


# The pages


def test_the_panel_asks_and_starts_and_leads_to_the_file(operator, as_user):
    for name in ("b", "a"):
        make_kol(operator, name=name)
    client, address = as_user(operator), "/exports/new/?sort=name&columns=kol,city"
    panel = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Export 2 KOLs" in panel
    assert "in_clear" not in panel
    started = client.post(
        address, {"start": "1", "format": "csv", "all": "1"}, headers={"HX-Request": "true"}
    )
    assert started.status_code == 200
    export = Export.objects.get()
    assert f"/exports/{export.pk}/state/" in started.content.decode()
    do_work()
    state = client.get(f"/exports/{export.pk}/state/", headers={"HX-Request": "true"})
    assert f"/exports/{export.pk}/file/" in state.content.decode()
    file = client.get(f"/exports/{export.pk}/file/")
    assert [row["KOL name"] for row in rows(body(file))] == ["a", "b"]
    assert "no-store" in file["Cache-Control"]
    assert f"/exports/{export.pk}/file/" in client.get("/notices/").content.decode()


def test_the_panel_takes_the_ticked_rows(operator, as_user):
    first, second = make_kol(operator, name="a"), make_kol(operator, name="b")
    make_kol(operator, name="c")
    client = as_user(operator)
    ticked = {"kol": [str(second.pk), str(first.pk)], "all": "", "filter": ""}
    panel = client.post("/exports/new/?sort=name", ticked, headers={"HX-Request": "true"}).content.decode()
    assert "Export 2 ticked KOLs" in panel
    client.post("/exports/new/?sort=name", {"start": "1", "format": "csv", "ids": f"{second.pk},{first.pk}"})
    do_work()
    found = rows(stored.read(Export.objects.for_list().get().file))
    assert [row["KOL name"] for row in found] == ["a", "b"]


def test_a_missing_reason_is_told_at_its_field_and_what_was_chosen_stays(operator, manager, as_user):
    make_kol(operator)
    sent = {"start": "1", "format": "json", "in_clear": "on", "reason": " ", "all": "1"}
    answer = as_user(manager).post("/exports/new/", sent, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what the contact data is needed for." in text
    assert 'value="json" checked' in text
    assert not Export.objects.exists()


def test_the_list_says_who_took_what_in_clear_and_why(operator, manager, admin, as_user):
    make_kol(operator)
    export = worked(ask(manager, in_clear=True, reason="the fair in May"))
    masked = worked(ask(operator))
    page = as_user(admin).get("/exports/").content.decode()
    assert "the fair in May" in page
    assert str(masked.pk) not in page
    assert f"/exports/{export.pk}/file/" not in page
    assert f"/exports/{export.pk}/file/" in as_user(manager).get("/exports/").content.decode()
    assert "No exports yet." in as_user(admin).get("/exports/?format=vcard").content.decode()


def test_an_expired_file_is_told_and_can_be_made_again(operator, as_user):
    make_kol(operator)
    export = worked(ask(operator))
    exports.expire(actor(None, export.expires_at))
    client = as_user(operator)
    answer = client.get(f"/exports/{export.pk}/file/", follow=True)
    assert "The file of this export is gone. Export again." in answer.content.decode()
    client.post(f"/exports/{export.pk}/again/")
    do_work()
    assert Export.objects.count() == 2


# Nothing foreign


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("kind", ["csv", "json", "vcard"])
def test_no_file_holds_a_foreign_word_nor_a_contact_beyond_the_right(kind):
    """Canaries: each file's words stand nowhere else; contacts in clear only where asked for by a manager."""
    world = build()
    marks = {"eastmark", "secondmark", "undermark", "westmark", "trashmark"}
    seen = {
        "owner": {"eastmark", "secondmark"},
        "colleague": {"eastmark", "secondmark"},
        "other": {"westmark"},
        "manager": {"eastmark", "secondmark", "undermark"},
        "self": {"secondmark", "undermark"},
    }
    for name, own in seen.items():
        text = taken(world.users[name], "", kind).decode()
        assert {mark for mark in marks if mark in text} == own, name
        for file in (world.file, world.second, world.below, world.west):
            assert not [secret for secret in file.secrets if secret in text], name
    for name in ("manager", "self"):
        text = taken(world.users[name], "", kind, in_clear=True, reason="canary").decode()
        for file in (world.file, world.second, world.below, world.west):
            shown = {secret for secret in file.secrets[:3] if secret in text}
            assert shown == (set(file.secrets[:3]) if file.mark in seen[name] else set()), (name, file.mark)
            assert file.secrets[3] not in text  # of the agency


def test_the_trash_is_exported_only_by_who_sees_it(operator, colleague):
    kol = make_kol(operator, name="gone")
    kols.archive(actor(operator), kol, None)
    assert [row["KOL name"] for row in rows(taken(operator, "archived=true"))] == ["gone"]
    with pytest.raises(Refused):
        ask(colleague, "archived=true")
    assert QueryDict(Export.objects.get().query)["archived"] == "true"
