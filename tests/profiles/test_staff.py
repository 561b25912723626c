"""A KOL who is a colleague too: that user does not see the file (DOMAIN 2.1)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import kol as kols
from profiles.services import staff
from tests.factories import NOW, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(manager):
    return Actor(manager, "page", NOW)


def test_from_then_on_the_colleague_sees_the_file_nowhere_and_everybody_else_does(
    kol, operator, colleague, boss, as_user
):
    page = reverse("profiles:kol-detail", args=[kol.pk])
    assert as_user(colleague).get(page).status_code == 200
    saved = staff.set_person(boss, kol, colleague)
    assert (saved.staff_user, saved.version) == (colleague, kol.version + 1)
    assert as_user(colleague).get(page).status_code == 404
    assert not Kol.objects.visible_to(colleague).filter(pk=kol.pk).exists()
    assert "Also Colleague" in as_user(operator).get(page).content.decode()
    change = Change.objects.get(root=kol.pk, field="staff_user")
    assert change.after["label"] == "Colleague"
    staff.set_person(boss.again(), saved, None)
    assert as_user(colleague).get(page).status_code == 200


@pytest.mark.parametrize("who", ["operator", "colleague"])
def test_it_is_a_managers_decision(kol, colleague, manager, request, who):
    before = state()
    with pytest.raises(PermissionDenied):
        staff.set_person(Actor(request.getfixturevalue(who), "page", NOW), kol, colleague)
    assert state() == before


def test_neither_the_owner_nor_oneself_nor_a_stranger_nor_one_who_has_a_file(
    kol, operator, colleague, stranger, manager, boss
):
    other = make_kol(operator, "B")
    staff.set_person(boss, other, colleague)
    before = state()
    for person in (operator, manager, stranger, colleague):
        with pytest.raises(ValidationError) as refusal:
            staff.set_person(boss.again(), kol, person)
        assert list(refusal.value.message_dict) == ["staff_user"]
    assert state() == before


def test_on_a_stale_page_nothing_is_written(kol, colleague, boss):
    before = state()
    with pytest.raises(Conflict):
        staff.set_person(boss, kol, colleague, kol.version + 7)
    assert state() == before


def test_the_colleague_is_not_given_the_file(kol, colleague, boss):
    saved = staff.set_person(boss, kol, colleague)
    before = state()
    with pytest.raises(ValidationError) as refusal:
        kols.edit(boss.again(), saved, {"owner": colleague}, None)
    assert list(refusal.value.message_dict) == ["owner"]
    assert state() == before


def test_the_page_says_and_takes_back(kol, colleague, manager, operator, as_user):
    path, browser = reverse("profiles:kol-staff", args=[kol.pk]), as_user(manager)
    assert path in browser.get(reverse("profiles:kol-detail", args=[kol.pk])).content.decode()
    assert browser.post(path, {"version": kol.version, "staff_user": colleague.pk}).status_code == 302
    kol.refresh_from_db()
    assert kol.staff_user == colleague
    assert browser.post(path, {"version": kol.version, "staff_user": ""}).status_code == 302
    kol.refresh_from_db()
    assert kol.staff_user is None
    before = state()
    assert browser.post(path, {"version": kol.version, "staff_user": operator.pk}).status_code == 422
    assert as_user(operator).post(path, {"version": kol.version}).status_code == 403
    assert state() == before
    assert path not in as_user(operator).get(reverse("profiles:kol-detail", args=[kol.pk])).content.decode()


def test_the_api_says_it_on_the_version(kol, colleague, manager, operator, api):
    path, client = f"/api/v1/kols/{kol.pk}/staff/", api(manager)
    answer = client.get(path)
    assert (answer.json(), answer["ETag"]) == ({"staff_user": None}, f'"{kol.version}"')
    before, tag = state(), {"If-Match": answer["ETag"]}
    assert client.put(path, {"staff_user": "colleague"}).status_code == 428
    assert client.put(path, {"staff_user": "colleague"}, headers={"If-Match": '"99"'}).status_code == 412
    for name in ("nobody", "operator"):
        refused = client.put(path, {"staff_user": name}, headers=tag)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["staff_user"])
    assert api(operator).put(path, {"staff_user": "colleague"}, headers=tag).status_code == 403
    assert state() == before
    done = client.put(path, {"staff_user": "colleague"}, headers=tag)
    assert (done.status_code, done.json()) == (200, {"staff_user": "colleague"})
    assert api(colleague).get(path).status_code == 404
    gone = client.delete(path, headers={"If-Match": done["ETag"]})
    assert gone.json() == {"staff_user": None}
