"""Another team's ids in addresses, nested and in bodies: not there, nothing written (RELIABILITY 4)."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core.actor import Actor
from profiles.models import ContactPoint, Kol
from profiles.services import agency
from tests.factories import NOW
from tests.forms import Page
from tests.permissions import matrix
from tests.permissions.asking import addresses, ids_for, path_of, state, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


EVERYBODYS = {"rule", "budget", "privilege-kind"}  # of no team: all read them
OF_NO_FILE = ("api:robot-",)  # and not an operator's at all: 403 for whatever id
ROWS = [
    row
    for part in matrix.MATRIX.values()
    for row in part
    if not row.open and not row.url.startswith(OF_NO_FILE)
]


def sends(client, row, path, data):
    return getattr(client, row.method.lower())(path, data, headers=dict(row.headers))


def test_no_address_takes_another_teams_id(world, askers):
    """Each id of each address, alone and together, is swapped for the one of West."""
    wrong = []
    foreign = {name: row.pk for name, row in world.west.names.items()}
    for row in ROWS:
        own = ids_for(row.url, addresses()[row.url], world)
        own |= {key: pk for key, pk in row.ids(world).items() if own and key not in own}
        about = {one.pk: name for name, one in world.file.names.items() if name not in EVERYBODYS}
        client = (askers.rest if row.is_api else askers.browsers)["owner"]
        swaps = [{key: foreign[about[pk]]} for key, pk in own.items() if pk in about]
        for swap in [*swaps, {key: pk for one in swaps for key, pk in one.items()}] if swaps else []:
            path = path_of(row.url, own | swap)
            before = state()
            with undone():
                data = row.data(world) if callable(row.data) else row.data
                status = sends(client, row, path, data).status_code
                if status != 404 or state() != before:
                    wrong.append(f"{row.method} {row.url} with {swap}: {status}")
    assert wrong == [], "\n".join(wrong)


def test_a_part_of_another_of_ones_own_files_is_not_there_either(world, askers):
    """A touch, contact or change belongs to its file: the second file's id does not fit it."""
    wrong = []
    for name, nested in (
        ("profiles:touch-take-back", {"touch": world.second.touch.pk}),
        ("profiles:contact-reveal", {"contact": world.second.phone.pk}),
        ("profiles:kol-change-restore", {"change": world.second.change.pk}),
    ):
        before = state()
        path = reverse(name, kwargs={"pk": world.file.kol.pk, **nested})
        status = askers.browsers["owner"].post(path, {"version": world.file.kol.version}).status_code
        if status != 404 or state() != before:
            wrong.append(f"{name}: {status}")
    assert wrong == []


def bodies(world) -> dict[str, tuple]:
    """What is asked: (method, address, body, field of the refusal)."""
    west, kol = world.west, reverse("api:kol-detail", args=[world.file.kol.pk])
    plan = reverse("api:incentive-plan-detail", args=[world.file.plan.pk])
    contact = {"id": str(west.phone.pk), "channel": "phone", "value": "13500009999"}
    account = {"id": str(west.account.pk), "platform": "own", "handle": "mine"}
    item = {"id": str(west.plan.items.get().pk), "kind": "material", "what": "Mine"}
    figure = {"account": str(west.account.pk), "metric": "followers", "value": "5", "end": "2026-11-20"}
    nobody = {"channel": "phone", "value": "13500009999", "id": str(uuid.uuid4())}
    return {
        "a contact": ("patch", kol, {"contacts": [contact]}, "contacts.0.id"),
        "a contact of nobody": ("patch", kol, {"contacts": [nobody]}, "contacts.0.id"),
        "a contact in a PUT": ("put", kol, {"name": "x", "contacts": [contact]}, "contacts.0.id"),
        "an account": ("patch", kol, {"accounts": [account]}, "accounts.0.id"),
        "an owner": ("patch", kol, {"owner": "other"}, "owner"),
        "an owner above": ("patch", kol, {"owner": "manager"}, "owner"),
        "an owner of nobody": ("patch", kol, {"owner": "nobody"}, "owner"),
        "an owner of a new file": ("post", reverse("api:kol-list"), {"name": "x", "owner": "other"}, "owner"),
        "a team": ("patch", kol, {"staff_user": "owner"}, "staff_user"),
        "an item": ("patch", plan, {"items": [item]}, "items.0.id"),
        "a plan's file": (
            "post",
            reverse("api:incentive-plan-list"),
            {"kol": str(west.kol.pk), "title": "x"},
            "kol",
        ),
        "a touch's file": (
            "post",
            reverse("api:touch-list"),
            {"kol": str(west.kol.pk), "channel": "phone"},
            "kol",
        ),
        "a figure's account": ("post", reverse("api:snapshot-list"), figure, "account"),
    }


def test_no_body_takes_another_teams_id(world, askers):
    client, wrong = askers.rest["owner"], []
    for case, (method, path, body, field) in bodies(world).items():
        before = state()
        answer = getattr(client, method)(path, body, headers={"If-Match": "*"})
        errors = answer.json().get("errors", {})
        if answer.status_code != 400 or field not in errors or state() != before:
            wrong.append(f"{case}: {answer.status_code} {errors}")
    assert wrong == [], "\n".join(wrong)


def test_a_refusal_says_the_same_of_a_foreign_id_and_of_one_that_is_nobodys(world, askers):
    """Or an id could be tried out."""
    client = askers.rest["owner"]
    foreign, nobody = str(world.west.kol.pk), str(uuid.uuid4())
    for name, body in (("api:touch-list", {"channel": "phone"}), ("api:incentive-plan-list", {"title": "x"})):
        answers = [client.post(reverse(name), {"kol": kol, **body}).json() for kol in (foreign, nobody)]
        assert answers[0] == answers[1]
        assert "kol" in answers[0]["errors"]
    details = [client.get(reverse("api:kol-detail", args=[pk])).json() for pk in (foreign, nobody)]
    assert details[0] == details[1]
    named = [
        client.post(reverse("api:kol-list"), {"name": "x", "owner": one}).json() for one in ("other", "zz")
    ]
    assert named[0] == named[1]


def test_a_form_takes_no_row_of_another_file(world, askers):
    """The hidden ids of the edit form, swapped for those of West."""
    browser, path = askers.browsers["owner"], reverse("profiles:kol-edit", args=[world.file.kol.pk])
    form = Page(browser.get(path).content.decode()).form_to(path)
    for field, foreign in (("contacts.0.id", world.west.phone.pk), ("accounts.0.id", world.west.account.pk)):
        assert field in form
        before = state()
        changed = {field: str(foreign), field.replace(".id", ".label"): "mine"}
        assert browser.post(path, form | changed).status_code in (409, 422)
        assert state() == before
    assert ContactPoint.objects.get(pk=world.west.phone.pk).kol == world.west.kol


def test_claiming_in_bulk_takes_only_what_may_be_claimed(world, askers):
    before = state()
    ids = [world.west.kol.pk, world.file.kol.pk, world.trashed.pk, uuid.uuid4()]
    askers.browsers["owner"].post(reverse("profiles:kol-claim"), {"kol": ids})
    assert state() == before
    askers.browsers["other"].post(reverse("profiles:kol-claim"), {"kol": [world.unowned.pk]})
    assert Kol.objects.get(pk=world.unowned.pk).owner is None


def test_a_person_who_is_the_kol_cannot_reach_their_file_by_any_part_of_it(world, askers):
    """Nor by its touches, reviews, plans, greetings (DOMAIN 2.1)."""
    for row in ROWS:
        if row.expected("self") == 404 and row.method == "GET":
            client = (askers.rest if row.is_api else askers.browsers)["self"]
            path = path_of(row.url, ids_for(row.url, addresses()[row.url], world) | row.ids(world))
            assert client.get(path).status_code == 404, path


def test_back_leads_only_home(world, askers):
    answer = askers.browsers["owner"].post(reverse("profiles:kol-claim"), {"back": "https://evil.example/"})
    assert "evil" not in answer["Location"]


def test_an_agency_is_named_not_made_over(world):
    """Agencies are shared by all teams: naming one in any case finds it and changes nothing of it."""
    actor = Actor(world.users["owner"], "page", NOW)
    first = agency.named(actor, "Big MCN")
    before = state()
    assert agency.named(actor.again(), "big mcn") == first
    assert state() == before
