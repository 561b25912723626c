"""Shared contacts and agencies (DOMAIN 2.3, 3.1, 3.2)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, Disclosure
from profiles.models import Agency, ContactPoint, Kol
from profiles.services import access, agency, contact, sharing
from profiles.services import kol as kols
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "138 1234 8000"}
SAME = {"channel": "phone", "value": "+86 13812348000"}


def marks() -> list[bool]:
    return list(ContactPoint.objects.order_by("id").values_list("shared", flat=True))


@pytest.fixture
def mcn(actor, kol):
    made = agency.create(
        actor.again(), {"name": "Big MCN"}, [{"channel": "mail", "value": "desk@mcn.example"}]
    )
    kols.edit(actor.again(), kol, {"agency": made}, None)
    return made


def test_a_contact_on_three_files_is_shared_everywhere(operator):
    make_kol(operator, contacts=[PHONE])
    make_kol(operator, contacts=[SAME])
    assert marks() == [False, False]
    make_kol(operator, contacts=[PHONE])
    assert marks() == [True, True, True]


def test_marking_is_recorded_and_raises_the_version_of_the_other_files(operator):
    first = make_kol(operator, contacts=[PHONE])
    make_kol(operator, contacts=[PHONE])
    make_kol(operator, contacts=[PHONE])
    assert Kol.objects.get(pk=first.pk).version == first.version + 1
    row = Change.objects.get(root=first.pk, field="shared")
    assert (row.before, row.after) == (False, True)


def test_a_contact_of_an_agency_is_shared_with_the_file_that_has_it(actor, operator, kol):
    contact.add(actor, kol, PHONE)
    agency.create(actor.again(), {"name": "Big MCN"}, [SAME])
    assert marks() == [True, True]
    other = make_kol(operator, contacts=[PHONE])
    assert other.contacts.get().shared


def test_changing_a_value_to_a_shared_one_marks_it(actor, operator, kol):
    for _ in range(2):
        make_kol(operator, contacts=[PHONE])
    point = contact.add(actor, kol, {"channel": "phone", "value": "13500001111"})
    contact.change(actor.again(), point, {"value": PHONE["value"]})
    assert set(marks()) == {True}


def test_who_shares_a_contact_is_told_as_far_as_one_sees(actor, operator, stranger, kol):
    point = contact.add(actor, kol, PHONE)
    other = make_kol(operator, "李健", contacts=[PHONE])
    make_kol(stranger, "秘密同学", contacts=[PHONE])
    found = sharing.holders(operator, point)
    assert (found.kols, found.agencies, found.hidden) == ([other], [], 1)


def test_an_agencys_name_in_any_spelling_stands_once(actor, mcn):
    with pytest.raises(ValidationError) as refusal:
        agency.create(actor.again(), {"name": "big  mcn"})
    assert list(refusal.value.message_dict) == ["name"]
    assert Agency.objects.count() == 1
    other = agency.create(actor.again(), {"name": "Small MCN"})
    with pytest.raises(ValidationError):
        agency.edit(actor.again(), other, {"name": "BIG MCN"}, None)


def test_an_agency_is_edited_on_its_version_and_keeps_its_history(actor, mcn):
    saved = agency.edit(actor.again(), mcn, {"name": "Bigger MCN", "city": "Hangzhou"}, mcn.version)
    assert (saved.folded, saved.version) == ("bigger mcn", mcn.version + 1)
    assert set(Change.objects.filter(root=mcn.pk, row=mcn.pk).values_list("field", flat=True)) == {
        "",
        "name",
        "city",
    }
    with pytest.raises(Conflict):
        agency.edit(actor.again(), mcn, {"city": "Suzhou"}, mcn.version)


def test_who_sees_and_edits_a_file_of_an_agency_sees_and_edits_the_agency(
    mcn, operator, colleague, stranger, manager, manager_elsewhere, finance, admin
):
    for person in (operator, manager, admin):
        assert access.agency_or_404(person, mcn.pk, "edit") == mcn
    with pytest.raises(PermissionDenied):
        access.agency_or_404(colleague, mcn.pk, "edit")
    for person in (stranger, manager_elsewhere, finance):
        with pytest.raises(Http404):
            access.agency_or_404(person, mcn.pk)


def test_an_agency_without_files_is_the_managers(actor, manager_elsewhere, operator):
    made = agency.create(actor, {"name": "New MCN"})
    assert access.agency_or_404(manager_elsewhere, made.pk, "edit") == made
    with pytest.raises(Http404):
        access.agency_or_404(operator, made.pk)


def test_its_contacts_are_masked_until_revealed_on_record(as_user, mcn, operator, manager, colleague):
    point = mcn.contacts.get()
    path = reverse("profiles:agency-contact-reveal", args=[mcn.pk, point.pk])
    page = as_user(operator).get(reverse("profiles:agency-detail", args=[mcn.pk])).content.decode()
    assert "desk@mcn.example" not in page
    assert point.masked in page
    assert as_user(colleague).post(path, {"reason": "x"}).status_code == 403
    assert as_user(manager).post(path, {"reason": ""}).status_code == 422
    assert not Disclosure.objects.exists()
    assert "desk@mcn.example" in as_user(operator).post(path).content.decode()
    assert "desk@mcn.example" in as_user(manager).post(path, {"reason": "to call"}).content.decode()
    shown = Disclosure.objects.order_by("at", "pk").values_list("user", "subject", "reason")
    assert set(shown) == {(operator.pk, mcn.pk, ""), (manager.pk, mcn.pk, "to call")}


def test_a_token_sees_an_agencys_contacts_only_with_the_scope(api, mcn, operator):
    path = reverse("api:agency-detail", args=[mcn.pk])
    masked = api(operator, "kols:read").get(path).json()["contacts"][0]
    clear = api(operator, "kols:read", "contacts:read").get(path).json()["contacts"][0]
    assert (masked["value"], masked["masked"]) == ("de****@mcn.example", True)
    assert (clear["value"], clear["masked"]) == ("desk@mcn.example", False)
    assert Disclosure.objects.get().subject == mcn.pk


def test_the_page_says_how_many_of_its_kols_are_others(as_user, mcn, operator, stranger):
    theirs = make_kol(stranger, "秘密同学")
    kols.edit(Actor(stranger, "page", NOW), theirs, {"agency": "Big MCN"}, None)
    page = as_user(operator).get(reverse("profiles:agency-detail", args=[mcn.pk])).content.decode()
    assert "王思雨" in page
    assert "秘密同学" not in page
    assert "and 1 of other teams" in page


def test_files_of_an_agency_are_a_list(as_user, mcn, operator):
    make_kol(operator, "李健")
    page = as_user(operator).get(reverse("profiles:kol-list"), {"agency": mcn.pk}).content.decode()
    assert "王思雨" in page
    assert "李健" not in page
