"""Pages and API of privileges, platform roles and handovers refuse alike, and show what there is (HOUSE)."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle.models import HandedFile, Privilege
from lifecycle.services import handover, platform_role, privilege
from profiles.services import kol as kols
from profiles.services import promise
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_kol_at
from tests.lifecycle.test_conduct_doors import refused_by_api, refused_on_page
from tests.profiles.test_linked_facts import one

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NANO = {"name_en": "VIP area", "name_zh": "贵宾区", "levels": ["nano"], "stages": ["late"]}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user):
    return Actor(user, "page", NOW)


@pytest.fixture
def vip():
    return privilege.create_kind(Actor(None, "command", NOW), NANO)


@pytest.fixture
def handed(operator, colleague, manager):
    kol = make_kol(operator, likes=["tea"])
    promise.add(by(operator), kol, {"what": "A slot", "due_on": NOW.date()})
    kols.edit(by(manager), kol, {"owner": colleague}, None)
    return HandedFile.objects.get()


def test_a_privilege_is_refused_at_the_kind_by_page_and_api(operator, as_user, api, vip):
    early = make_kol_at(operator, "initial")
    page = reverse("lifecycle:privilege-grant", args=[early.pk])
    assert refused_on_page(as_user(operator), page, {"kind": str(vip.pk)}) == {"kind"}
    body = {"kol": str(early.pk), "kind": str(vip.pk)}
    assert refused_by_api(api(operator), "post", "/api/v1/privileges/", body) == {"kind"}


def test_it_is_granted_and_withdrawn_by_both_doors(operator, as_user, api, vip):
    late, browser, client = make_kol_at(operator, "late"), as_user(operator), api(operator)
    sent = browser.post(reverse("lifecycle:privilege-grant", args=[late.pk]), {"kind": str(vip.pk)})
    assert sent.status_code == 302
    row = Privilege.objects.get()
    panel = browser.get(f"{reverse('lifecycle:privilege-list')}?kol={late.pk}", headers=HTMX).content.decode()
    assert "VIP area" in panel
    path = f"/api/v1/privileges/{row.pk}/withdraw/"
    assert refused_by_api(client, "post", path, {"reason": ""}) == {"reason"}
    answer = client.post(path, {"reason": "They asked"}, format="json")
    assert (answer.json()["cause"], answer.json()["reason"]) == ("hand", "They asked")
    assert client.post(path, {"reason": "x"}, format="json").json()["code"] == "withdrawn"


def test_a_role_is_refused_at_the_last_day_by_page_and_api(operator, as_user, api):
    kol = make_kol(operator)
    sent = {"role": "mentor", "until": "2026-11-01"}
    page = reverse("lifecycle:platform-role-give", args=[kol.pk])
    assert refused_on_page(as_user(operator), page, sent) == {"until"}
    assert refused_by_api(api(operator), "post", "/api/v1/platform-roles/", sent | {"kol": str(kol.pk)}) == {
        "until"
    }


def test_a_stale_step_of_a_role_is_409_and_keeps_what_was_typed(operator, as_user, api):
    kol = make_kol(operator)
    row = platform_role.give(by(operator), kol, "mentor", until=NOW.date())
    browser, client = as_user(operator), api(operator)
    extend = reverse("lifecycle:platform-role-extend", args=[row.pk])
    assert browser.post(extend, {"until": "2026-12-24"}).status_code == 422  # no version, nothing is done
    assert browser.post(extend, {"until": "2026-12-24", "version": row.version}).status_code == 302
    stale = browser.post(extend, {"until": "2026-12-31", "version": row.version})
    page = stale.content.decode()
    assert (stale.status_code, 'value="2026-12-31"' in page) == (409, True)
    assert f'name="version" value="{row.version + 1}"' in page
    end = reverse("lifecycle:platform-role-end", args=[row.pk])
    assert browser.post(end, {"reason": "x", "version": row.version}).status_code == 409
    path, old = f"/api/v1/platform-roles/{row.pk}/", f'"{row.version}"'
    sent = client.post(f"{path}extend/", {"until": "2027-01-31"}, format="json", HTTP_IF_MATCH=old)
    assert sent.status_code == 412
    now = client.get(path)
    assert (now["ETag"], now.json()["until"], now.json()["ended_at"]) == ('"2"', "2026-12-24", None)


def test_a_stale_withdrawal_is_409_and_writes_nothing(operator, as_user, api, vip):
    late = make_kol_at(operator, "late")
    row = privilege.grant(by(operator), late, vip)
    Privilege.objects.filter(pk=row.pk).update(version=2)  # somebody changed it meanwhile
    page = reverse("lifecycle:privilege-withdraw", args=[row.pk])
    stale = as_user(operator).post(page, {"reason": "Kept", "version": 1})
    assert (stale.status_code, "Kept" in stale.content.decode()) == (409, True)
    path = f"/api/v1/privileges/{row.pk}/withdraw/"
    assert api(operator).post(path, {"reason": "x"}, format="json", HTTP_IF_MATCH='"1"').status_code == 412
    row.refresh_from_db()
    assert row.is_held
    assert as_user(operator).post(page, {"reason": "x", "version": 2}).status_code == 302


def test_a_kind_is_retired_as_the_page_showed_it(admin, as_user, vip):
    address = reverse("lifecycle:privilege-kind-retire", args=[vip.pk])
    browser = as_user(admin)
    assert browser.post(address, {"version": vip.version}).status_code == 302
    assert browser.post(address, {"version": vip.version}).status_code == 409
    vip.refresh_from_db()
    assert vip.retired


def test_files_are_found_by_what_they_hold_and_by_their_role(operator, vip):
    late, other = make_kol_at(operator, "late"), make_kol_at(operator, "late", "另")
    privilege.grant(by(operator), late, vip)
    platform_role.give(by(operator), other, "mentor")
    over = platform_role.give(by(operator), late, "council")
    platform_role.end(by(operator), over, "x")
    assert one(operator, "privilege", "is", [str(vip.pk)]) == {late.name}
    assert one(operator, "platform_role", "is", ["mentor"]) == {other.name}
    assert one(operator, "platform_role", "is", ["council"]) == set()


def test_the_receiver_goes_through_the_pack_and_confirms(colleague, operator, as_user, handed):
    browser = as_user(colleague)
    page = reverse("lifecycle:handover-detail", args=[handed.pk])
    assert "A slot" in browser.get(page).content.decode()
    confirm = reverse("lifecycle:handover-confirm", args=[handed.pk])
    assert browser.post(confirm).status_code == 409
    assert browser.post(reverse("lifecycle:handover-assign", args=[handed.pk])).status_code == 302
    note = reverse("lifecycle:handover-note", args=[handed.pk])
    assert as_user(operator).post(note, {"text": "Call first."}).status_code == 302
    assert "Call first." in browser.get(page).content.decode()
    assert browser.post(confirm).status_code == 302
    handed.refresh_from_db()
    assert handed.state == "confirmed"


def test_the_api_has_the_pack_and_confirms_all_that_are_complete(colleague, api, handed):
    client = api(colleague)
    path = f"/api/v1/handovers/{handed.pk}/"
    pack = client.get(path).json()
    assert [row["what"] for row in pack["promises"]] == ["A slot"]
    assert (pack["unowned_promises"], pack["receiver"]) == (1, "colleague")
    assert client.post(f"{path}confirm/").json()["code"] == "promises_open"
    body = {"promise": pack["promises"][0]["id"], "user": "colleague"}
    assert client.post(f"{path}assign/", body, format="json").json()["unowned_promises"] == 0
    answer = client.post("/api/v1/handovers/confirm-complete/", {"handover": pack["handover"]}, format="json")
    assert answer.json() == {"confirmed": 1}


def test_a_portfolio_asks_no_more_for_more_files(operator, colleague, manager, as_user):
    def asked(number: int) -> int:
        files = [make_kol(operator, f"K{number}{n}") for n in range(number)]
        act = by(manager)
        for kol in files:
            kols.edit(act, kol, {"owner": colleague}, None)
        row = HandedFile.objects.filter(kol=files[0]).get()
        handover.take(by(colleague), row)
        browser = as_user(colleague)
        page = reverse("lifecycle:handover-portfolio", args=[row.handover_id])
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    assert asked(2) == asked(9)
