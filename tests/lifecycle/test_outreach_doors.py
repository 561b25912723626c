"""One voice and the no-go memory at every door: page, API, import (DOMAIN 4.9, 4.10)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core import work
from kol_crm.core.actor import Actor
from lifecycle.models import Attempt, CooperationPlan, Outreach, OutreachMail, PlatformUser
from lifecycle.services import cooperation, mining, outreach
from profiles.models import Import, Kol, NoGo, Touch
from profiles.services import imports, no_go, touch, twin
from tests.factories import NOW, field, make_kol
from tests.forms import Page
from tests.lifecycle.factories import make_candidate, make_programme
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MAIL = {"channel": "mail", "value": "siyu@mail.example"}
AGAIN = NOW.date() + timedelta(days=90)
NO = {"kind": "rejected", "cause": "Bought followers", "evidence": "Report of May", "look_again_on": AGAIN}
PARTS = [
    {"side": "does", "what": "Two videos"},
    {"side": "gets", "what": "5 %", "answers": "money", "pay_model": "share"},
]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene(operator, colleague, as_user, api):
    """A candidate whom nobody writes to, another whom the operator writes to, a plan; a browser, a client."""
    by = Actor(operator, "page", NOW - timedelta(hours=1))
    winter = make_programme(operator, live=True)
    fresh = make_candidate(winter, make_kol(operator, "Fresh", contacts=[MAIL]))
    point = {"channel": "mail", "value": "ben@mail.example"}
    talked = make_candidate(winter, make_kol(operator, "Talked", contacts=[point]))
    live = outreach.start(by, talked)
    words = {"title": "Winter", "keeps": "share", "keeps_how": "5 %"}
    plan = cooperation.create(by.again(), talked.kol, words, PARTS)
    return {
        "operator": operator,
        "colleague": colleague,
        "fresh": fresh,
        "live": live,
        "kol": talked.kol,
        "plan": plan,
        "browser": as_user(operator),
        "rest": api(operator),
    }


def post(scene, name: str, pk, data: dict, **more) -> Any:
    path = reverse(name, args=[pk, *more.values()])
    if name.startswith("api:"):
        return scene["rest"].post(path, data, format="json")
    return scene["browser"].post(path, data, headers=HTMX)


MAILED = {"mail-subject": "x", "mail-body": "y"}
# door: (address, of which row, what is sent, under which name the page takes the reason, what it made)
VOICES: dict[str, tuple] = {
    "the composer": ("profiles:touch-log", "kol", {"channel": "phone", "began": "us"}, "", Touch),
    "Today": ("profiles:touch-log", "kol", {"channel": "phone", "began": "us", "place": "today"}, "", Touch),
    "an attempt": ("lifecycle:outreach-attempt", "live", {"channel": "mail", "result": "read"}, "", Attempt),
    "an attempt by API": ("api:outreach-attempt", "live", {"channel": "mail", "result": "read"}, "", Attempt),
    "a mail": (
        "lifecycle:outreach-mail",
        "live",
        {"mail-subject": "x", "mail-body": "y"},
        "mail-",
        OutreachMail,
    ),
    "a mail by API": ("api:outreach-mail", "live", {"subject": "x", "body": "y"}, "", OutreachMail),
    "a plan": ("lifecycle:cooperation-step", "plan", {"channel": "mail", "version": 1}, "", Touch),
    "a plan by API": ("api:cooperation-send", "plan", {"channel": "mail"}, "", Touch),
}


@pytest.mark.parametrize("door", VOICES)
def test_no_door_lets_a_second_voice_through_without_a_reason(scene, door):
    touch.log(
        Actor(scene["colleague"], "page", NOW - timedelta(days=2)), scene["kol"], channel="phone", began="us"
    )
    name, row, data, prefix, made = VOICES[door]
    more = {"verb": "send"} if name == "lifecycle:cooperation-step" else {}
    before, count = state(), made.objects.count()
    refused = post(scene, name, scene[row].pk, data, **more)
    assert refused.status_code == 409, refused.content[:300]
    assert state() == before, "refused, yet something was written"
    if name.startswith("api:"):
        assert refused.json()["code"] == "second_voice"
    else:
        assert "Say why a second one of us writes." in refused.content.decode()
    allowed = post(scene, name, scene[row].pk, data | {f"{prefix}voice_reason": "We agreed on it"}, **more)
    assert allowed.status_code in (200, 201, 202, 204), allowed.content[:300]
    assert made.objects.count() == count + 1


STARTS = {
    "the side panel": ("lifecycle:outreach-start", {}),
    "the API": ("api:outreach-list", {}),
    "the candidate's sheet": ("lifecycle:candidate-outreach", {"act": "begin"}),
    "the candidate by API": ("api:candidate-begin-outreach", {}),
}


def begin(scene, door: str, **data):
    name, more = STARTS[door]
    pk = scene["fresh"].pk
    if name == "api:outreach-list":
        return scene["rest"].post(reverse(name), {"candidate": str(pk), **data}, format="json")
    return post(scene, name, pk, data, **more)


@pytest.mark.parametrize("door", STARTS)
def test_no_door_starts_an_outreach_beside_another_voice(scene, door):
    kol = scene["fresh"].kol
    touch.log(Actor(scene["colleague"], "page", NOW - timedelta(days=2)), kol, channel="phone", began="us")
    before = state()
    assert begin(scene, door).status_code in (409, 422)
    assert state() == before
    assert begin(scene, door, voice_reason="We agreed on it").status_code in (200, 201, 302)
    assert Outreach.objects.live().get(kol=kol).voice_reason == "We agreed on it"


@pytest.mark.parametrize("door", STARTS)
def test_no_door_starts_an_outreach_over_a_standing_no(scene, door):
    no_go.record(Actor(scene["operator"], "page", NOW), NO, kol=scene["fresh"].kol)
    before = state()
    refused = begin(scene, door)
    assert refused.status_code == 409, refused.content[:300]
    assert "Bought followers" in refused.content.decode() or door == "the candidate's sheet"
    assert state() == before
    NoGo.objects.update(look_again_on=NOW.date(), on=NOW.date() - timedelta(days=1))
    assert begin(scene, door).status_code in (200, 201, 302)


def test_no_door_starts_it_without_purpose_and_deeds(scene, operator):
    """DOMAIN 4.8."""
    scene["fresh"] = make_candidate(make_programme(operator, purpose="", deeds=""), make_kol(operator, "New"))
    for door in STARTS:
        before = state()
        assert begin(scene, door).status_code == 409, door
        assert state() == before, door


def test_no_door_makes_a_plan_or_a_mail_over_a_standing_no(scene):
    no_go.record(Actor(scene["operator"], "page", NOW), NO, kol=scene["kol"])
    before = state()
    kol = scene["kol"].pk
    path = reverse("lifecycle:cooperation-create", args=[kol])
    form = Page(scene["browser"].get(path).content.decode()).form_to(path)
    sent = {name: value for name, value in form.items() if not name.startswith("parts")} | {"title": "Again"}
    asked = [
        scene["browser"].post(path, sent),
        scene["rest"].post(reverse("api:cooperation-list"), {"kol": str(kol), "title": "x"}, format="json"),
        post(scene, "lifecycle:outreach-mail", scene["live"].pk, {"mail-subject": "x", "mail-body": "y"}),
        post(scene, "api:outreach-mail", scene["live"].pk, {"subject": "x", "body": "y"}),
        post(scene, "api:cooperation-send", scene["plan"].pk, {"channel": "mail"}),
    ]
    assert [answer.status_code for answer in asked] == [409] * 5
    assert state() == before
    assert CooperationPlan.objects.count() == 1


@pytest.fixture
def known(operator):
    """Rejected, by mail and account; the file is in the trash."""
    kol = make_kol(operator, "Known", contacts=[{"channel": "mail", "value": "known@mail.example"}])
    row = no_go.record(Actor(operator, "page", NOW), NO, kol=kol)
    Kol.objects.filter(pk=kol.pk).update(archived_at=NOW)
    return row


def test_an_imported_row_is_marked_known_rejected_on_because(operator, as_user, api):
    by = Actor(operator, "page", NOW)
    card = twin.card_of_values({}, contacts=[{"channel": "mail", "value": "known@mail.example"}])
    no_go.record(by, NO | {"name": "Known"}, card=card)
    table = "姓名,邮箱\n王思雨,KNOWN@mail.example\n陌生人,new@mail.example\n"
    checked = imports.check(by, imports.upload(by, "people.csv", [table.encode()]))
    work.run_one(checked.work)
    rows = {row.name: row.known for row in Import.objects.get(pk=checked.pk).rows.all()}
    assert rows["陌生人"] == ""
    marked = rows["王思雨"] or next(words for words in rows.values() if words)
    assert "rejected on" in marked
    assert "because: Bought followers" in marked
    path = reverse("profiles:import", args=[checked.pk])
    assert "because: Bought followers" in as_user(operator).get(path, {"result": "twin"}).content.decode()
    told = api(operator).get(reverse("api:import-rows", args=[checked.pk])).json()["results"]
    assert sorted(bool(row["known"]) for row in told) == [False, True]


def test_an_imported_row_over_a_standing_no_waits_until_somebody_says_so(operator, as_user):
    """DOMAIN 4.10: import consults the memory as creation does; one word on all twins is none on it."""
    by = Actor(operator, "page", NOW)
    card = twin.card_of_values({}, contacts=[{"channel": "mail", "value": "known@mail.example"}])
    no_go.record(by, NO | {"name": "Known"}, card=card)
    table = "姓名,邮箱\n王思雨,known@mail.example\n陌生人,new@mail.example\n"
    checked = imports.check(by, imports.upload(by, "people.csv", [table.encode()]))
    work.run_one(checked.work)
    for said in ({}, {"*": "new"}):
        imports.mend(by, Import.objects.get(pk=checked.pk), {}, [], said)
        work.run_one(Import.objects.get(pk=checked.pk).work)
        assert dict(Import.objects.get(pk=checked.pk).rows.values_list("name", "outcome")) == {
            "王思雨": "twin",
            "陌生人": "created",
        }
    page = as_user(operator).get(reverse("profiles:import", args=[checked.pk]), {"result": "twin"})
    assert "In spite of the no: create the file" in page.content.decode()
    number = Import.objects.get(pk=checked.pk).rows.get(outcome="twin").number
    imports.mend(by, Import.objects.get(pk=checked.pk), {}, [], {str(number): "new"})
    work.run_one(Import.objects.get(pk=checked.pk).work)
    work.run_one(imports.run(by, Import.objects.get(pk=checked.pk)).work)
    assert set(Kol.objects.values_list("name", flat=True)) == {"王思雨", "陌生人"}
    assert no_go.tell_of(by, Kol.objects.get(name="王思雨"))[0].blocks


def test_from_the_date_to_look_again_an_imported_row_is_only_marked(operator):
    by = Actor(operator, "page", NOW)
    card = twin.card_of_values({}, contacts=[{"channel": "mail", "value": "known@mail.example"}])
    no_go.record(by, NO | {"name": "Known"}, card=card)
    NoGo.objects.update(look_again_on=NOW.date(), on=NOW.date() - timedelta(days=1))
    table = "姓名,邮箱\n王思雨,known@mail.example\n"
    checked = imports.check(by, imports.upload(by, "people.csv", [table.encode()]))
    work.run_one(checked.work)
    row = Import.objects.get(pk=checked.pk).rows.get()
    assert (row.outcome, bool(row.known)) == ("created", True)


def test_whoever_may_not_see_it_imports_a_row_that_says_only_whom_to_ask(known, stranger):
    by = Actor(stranger, "page", NOW)
    checked = imports.check(
        by, imports.upload(by, "people.csv", ["姓名,邮箱\n某人,known@mail.example\n".encode()])
    )
    work.run_one(checked.work)
    row = Import.objects.get(pk=checked.pk).rows.get()
    assert "Bought followers" not in row.known + row.why
    assert "ask Operator" in row.known + row.why


def test_a_rejected_suggestion_is_known_at_the_other_doors_until_it_is_suggested_again(operator, admin, api):
    told = {"external_id": "u7", "handle": "miner", "field": field("running"), "output": 5, "quality": 90}
    mining.take_feed(Actor(admin, "page", NOW), [told])
    user = mining.reject(Actor(operator, "page", NOW), PlatformUser.objects.get(), "Only reposts", AGAIN)
    body = {"name": "Miner", "accounts": [{"platform": "own", "handle": "Miner"}]}
    refused = api(operator).post(reverse("api:kol-list"), body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_go")
    assert "Only reposts" in refused.json()["no_gos"][0]["words"]
    mining.suggest_again(Actor(operator, "page", NOW), user)
    assert NoGo.objects.get().lifted_at == NOW
    assert api(operator).post(reverse("api:kol-list"), body, format="json").status_code == 201
