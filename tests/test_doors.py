"""Page and API refuse the same bad input at the same field, and write nothing (HOUSE, tests and habits)."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests.factories import NOW, TeamFactory, UserFactory
from tests.forms import Form, Page
from tests.permissions.asking import state
from tests.permissions.world import full_file

pytestmark = pytest.mark.django_db
MASK = "138****8000"
PHONE = {"contacts.0.channel": "phone"}
OWN = {"accounts.0.platform": "own"}
ITEM = {"items.0.kind": "material", "items.0.what": "A book", "items.0.currency": "CNY"}

# field at which both doors refuse: what is sent (flat; ``items.0.what`` is the first item's)
KOL = {
    "no name": ("name", {"name": ""}),
    "only spaces": ("name", {"name": "   "}),
    "a name too long": ("name", {"name": "x" * 121}),
    "a month too far": ("birth_month", {"birth_month": "13"}),
    "a year too early": ("birth_year", {"birth_year": "1900"}),
    "a day that is none": ("birth_day", {"birth_month": "2", "birth_day": "31"}),
    "a leap month of the sun": ("birth_leap", {"birth_leap": "on", "birth_calendar": "solar"}),
    "a zone on Mars": ("zone", {"zone": "Mars/Base"}),
    "a gender unheard of": ("gender", {"gender": "robot"}),
    "a type unheard of": ("type", {"type": "wizard"}),
    "an interval of nothing": ("touch_interval", {"touch_interval": "0"}),
    "consent on no day": ("guardian_consent_on", {"guardian_consent_on": "soon"}),
    "a mask as phone": ("contacts.0.value", PHONE | {"contacts.0.value": MASK}),
    "a phone too short": ("contacts.0.value", PHONE | {"contacts.0.value": "12"}),
    "a mail without host": ("contacts.0.value", {"contacts.0.channel": "mail", "contacts.0.value": "x@"}),
    "a pigeon": ("contacts.0.channel", {"contacts.0.channel": "pigeon", "contacts.0.value": "coo"}),
    "an account of nobody": ("accounts.0.handle", OWN | {"accounts.0.title": "No handle"}),
    "another's account": ("accounts.0.handle", OWN | {"accounts.0.handle": "westmarkhandle"}),
    "a platform unheard of": (
        "accounts.0.platform",
        {"accounts.0.platform": "geocities", "accounts.0.handle": "x"},
    ),
    "a link that runs code": (
        "accounts.0.url",
        OWN | {"accounts.0.handle": "x", "accounts.0.url": "javascript:alert(1)"},
    ),
    "too strong a field": ("fields.0.strength", {"fields.0.field": "tea", "fields.0.strength": "6"}),
    "a field unheard of": ("fields.0.field", {"fields.0.field": "wizardry", "fields.0.strength": "3"}),
}
TOUCH = {
    "no channel": ("channel", {"channel": ""}),
    "a pigeon": ("channel", {"channel": "pigeon"}),
    "begun by nobody": ("began", {"began": "fate"}),
    "tomorrow": ("at", {"at": "2026-11-24T12:00"}),
    "at no time": ("at", {"at": "then"}),
}
MOVE = {
    "nowhere": ("to_stage", {"to_stage": "moon"}),
    "out without a cause": ("cause", {"to_stage": "departed"}),
    "out for no known cause": ("cause", {"to_stage": "departed", "cause": "weather"}),
    "looking again in the past": (
        "look_again_on",
        {"to_stage": "departed", "cause": "refused", "look_again_on": "2020-01-01"},
    ),
}
# kind of note, field at which both doors refuse, what is sent
NOTES = {
    "a need of nothing": ("need", "what", {"kind": "data", "what": " "}),
    "a need unheard of": ("need", "kind", {"kind": "gold", "what": "x"}),
    "a need for no day": ("need", "due_on", {"kind": "data", "what": "x", "due_on": "soon"}),
    "a promise without a day": ("promise", "due_on", {"by": "us", "what": "x"}),
    "promised by fate": ("promise", "by", {"by": "fate", "what": "x", "due_on": "2026-12-01"}),
    "a promise too long": ("promise", "what", {"by": "us", "what": "x" * 301, "due_on": "2026-12-01"}),
    "a request of nothing": ("request", "what", {"what": ""}),
    "a date without its month": ("date", "month", {"what": "x", "day": "3", "calendar": "solar"}),
    "a date that is none": ("date", "day", {"what": "x", "day": "31", "month": "4", "calendar": "solar"}),
    "a leap month of the sun again": (
        "date",
        "leap",
        {"what": "x", "month": "4", "leap": "on", "calendar": "solar"},
    ),
    "an event too early": ("event", "year", {"what": "x", "year": "1900", "calendar": "solar"}),
    "a tie to nobody": ("tie", "name", {"kind": "agent", "name": ""}),
    "a tie of no kind": ("tie", "kind", {"kind": "enemy", "name": "Grace"}),
}
PLAN = {
    "no title": ("title", {"title": ""}),
    "a title too long": ("title", {"title": "x" * 121}),
    "an item without words": ("items.0.what", ITEM | {"items.0.what": ""}),
    "a kind unheard of": ("items.0.kind", ITEM | {"items.0.kind": "magic"}),
    "less than nothing": ("items.0.amount", ITEM | {"items.0.amount": "-1"}),
    "an amount in words": ("items.0.amount", ITEM | {"items.0.amount": "lots"}),
    "a coin unheard of": ("items.0.currency", ITEM | {"items.0.amount": "1", "items.0.currency": "XXQ"}),
    "due on no day": ("items.0.due_on", ITEM | {"items.0.due_on": "soon"}),
}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def build():
    """A full file of an operator, another of a stranger elsewhere."""
    stranger = UserFactory(username="stranger", team=TeamFactory(name="West"))
    full_file(stranger, "westmark", "13711110003")
    operator = UserFactory(username="operator", team=TeamFactory(name="East"))
    return operator, stranger, full_file(operator, "eastmark", "13711110001")


@pytest.fixture(scope="module")
def as_built(standing):
    return standing(build)


@pytest.fixture
def scene(as_built, db):
    return as_built.copy()


@pytest.fixture
def operator(scene):
    return scene[0]


@pytest.fixture
def stranger(scene):
    return scene[1]


@pytest.fixture
def file(scene):
    return scene[2]


@pytest.fixture
def browser(as_user, operator):
    return as_user(operator)


@pytest.fixture
def rest(api, operator):
    return api(operator)


# What a form sends as text and JSON as a number.
NUMBERS = frozenset(
    {"birth_year", "birth_month", "birth_day", "year", "month", "day", "touch_interval", "strength"}
)


def typed(name: str, value: Any) -> Any:
    """A value of a form as JSON has it."""
    if value == "on":
        return True
    return int(value) if name in NUMBERS and value.lstrip("-").isdecimal() else value


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """``{"items.0.what": x}`` as JSON has it."""
    body: dict[str, Any] = {}
    for name, value in flat.items():
        head, _dot, rest = name.partition(".")
        if not rest:
            body[head] = typed(head, value)
            continue
        entry = body.setdefault(head, [{}])[0]
        last = rest.partition(".")[2]
        entry[last] = typed(last, value)
    return body


def flat(errors: Any, prefix: str = "") -> set[str]:
    """The fields that an API answer names, as ``items.0.what``."""
    if isinstance(errors, list) and any(isinstance(one, dict) for one in errors):
        errors = {str(place): one for place, one in enumerate(errors) if one}
    if not isinstance(errors, dict):
        return {prefix}
    return {name for key, one in errors.items() for name in flat(one, f"{prefix}.{key}" if prefix else key)}


def refused_on_page(browser, path: str, data: dict) -> set[str]:
    before = state()
    answer = browser.post(path, data)
    assert answer.status_code == 422, answer.status_code
    assert state() == before, "refused, yet something was written"
    return {name.replace("-", ".") for name in Page(answer.content.decode()).invalid}


def refused_by_api(client, method: str, path: str, body: dict, **headers) -> set[str]:
    before = state()
    answer = getattr(client, method)(path, body, headers=headers)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert state() == before, "refused, yet something was written"
    return flat(answer.json()["errors"])


def form_of(browser, path: str) -> Form:
    return Page(browser.get(path).content.decode()).form_to(path)


@pytest.mark.parametrize("case", KOL)
def test_a_new_file_is_refused_at_the_same_field(browser, rest, file, case):
    field, sent = KOL[case]
    sent = {"name": "New", **sent}
    path = reverse("profiles:kol-create")
    lists = {f"{name}": "0" for name in {key.partition(".")[0] for key in sent if "." in key}}
    assert field in refused_on_page(browser, path, form_of(browser, path) | lists | sent)
    insist = {"Insist-On-Twin": "true"}  # else a taken account is told as a twin
    assert field in refused_by_api(rest, "post", reverse("api:kol-list"), nested(sent), **insist)


FACTS_OF_KOL = {case: one for case, one in KOL.items() if "." not in one[0]}


@pytest.mark.parametrize("case", FACTS_OF_KOL)
def test_an_edit_is_refused_at_the_same_field(browser, rest, file, case):
    field, sent = KOL[case]
    path = reverse("profiles:kol-edit", args=[file.kol.pk])
    assert field in refused_on_page(browser, path, form_of(browser, path) | sent)
    address = reverse("api:kol-detail", args=[file.kol.pk])
    assert field in refused_by_api(rest, "patch", address, nested(sent), **{"If-Match": "*"})


@pytest.mark.parametrize("case", TOUCH)
def test_a_touch_is_refused_at_the_same_field(browser, rest, file, case):
    field, sent = TOUCH[case]
    sent = {"channel": "phone", "began": "us", "text": "", **sent}
    path = reverse("profiles:touch-log", args=[file.kol.pk])
    assert field in refused_on_page(browser, path, sent)
    assert field in refused_by_api(rest, "post", reverse("api:touch-list"), {**sent, "kol": str(file.kol.pk)})


@pytest.mark.parametrize("case", MOVE)
def test_a_move_is_refused_at_the_same_field(browser, rest, file, case):
    field, sent = MOVE[case]
    path = reverse("lifecycle:move", args=[file.kol.pk])
    refused = refused_on_page(browser, path, sent | {"version": file.kol.version})
    if field != "to_stage":  # a hidden input: no browser sends a wrong one
        assert field in refused
    assert field in refused_by_api(rest, "post", reverse("api:kol-move-move", args=[file.kol.pk]), sent)


@pytest.mark.parametrize("case", NOTES)
def test_a_note_is_refused_at_the_same_field(browser, rest, file, case):
    kind, field, sent = NOTES[case]
    path = reverse("profiles:note-create", args=[file.kol.pk, kind])
    assert field in refused_on_page(browser, path, sent)
    address = reverse(f"api:{'life-event' if kind == 'event' else kind}-list")
    assert field in refused_by_api(rest, "post", address, nested(sent) | {"kol": str(file.kol.pk)})


@pytest.mark.parametrize("case", PLAN)
def test_a_plan_is_refused_at_the_same_field(browser, rest, file, case):
    field, sent = PLAN[case]
    sent = {"title": "A plan", **sent}
    path = reverse("incentives:plan-create", args=[file.kol.pk])
    on_page = {name.replace(".", "-"): value for name, value in sent.items()}
    assert field in refused_on_page(browser, path, {"note": "", "items": "0", **on_page})
    body = nested(sent) | {"kol": str(file.kol.pk)}
    assert field in refused_by_api(rest, "post", reverse("api:incentive-plan-list"), body)


def test_both_doors_take_the_good_input_that_the_bad_one_differs_from(browser, rest, operator):
    """So that the refusals above are about the one thing they name."""
    path = reverse("profiles:kol-create")
    good = {"name": "New", **PHONE, "contacts.0.value": "13500001111", "birth_month": "2", "birth_day": "28"}
    answer = browser.post(path, form_of(browser, path) | good)
    assert answer.status_code == 302
    good |= {"contacts.0.value": "13500002222", **OWN, "accounts.0.handle": "fresh"}
    assert rest.post(reverse("api:kol-list"), nested(good)).status_code == 201
    assert operator.kols.count() == 3


def test_a_file_cannot_be_given_to_another_team_by_either_door(browser, rest, file, stranger):
    path = reverse("profiles:kol-edit", args=[file.kol.pk])
    assert "owner" in refused_on_page(browser, path, form_of(browser, path) | {"owner": stranger.pk})
    address = reverse("api:kol-detail", args=[file.kol.pk])
    assert refused_by_api(rest, "patch", address, {"owner": "stranger"}, **{"If-Match": "*"}) == {"owner"}
    assert refused_by_api(rest, "post", reverse("api:kol-list"), {"name": "New", "owner": "stranger"}) == {
        "owner"
    }
