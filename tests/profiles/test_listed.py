"""Contacts, accounts, prices and fields edited where they stand (RELIABILITY 3; DOMAIN 2.3, 3.1)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import contact as contacts
from profiles.services import kol as files
from tests.factories import NOW, field, make_kol
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db


def url(kol, name):
    return reverse("profiles:kol-rows", args=[kol.pk, name])


@pytest.fixture
def full(operator):
    return make_kol(
        operator,
        contacts=[{"channel": "phone", "value": "13812345678"}, {"channel": "wechat", "value": "siyu_run88"}],
        accounts=[{"platform": "own", "handle": "siyu"}, {"platform": "bilibili", "handle": "siyu_b"}],
        fields=[(field("running"), 5), (field("tea"), 2)],
        quotes=[{"what": "video", "amount": Decimal(900), "currency": "CNY", "on": date(2026, 11, 1)}],
    )


@pytest.fixture
def opened(full, operator, as_user):
    """``opened("contacts", row)``: the browser and what the row's input would send."""

    def open_(name, row=None):
        browser = as_user(operator)
        key = row.pk if row is not None else "all" if name == "fields" else "new"
        return browser, sent_by(browser.get(url(full, name), {"edit": key}), "fact-form")

    return open_


def theirs(manager):
    return Actor(manager, "page", NOW)


def test_one_contact_is_changed_and_the_others_stay(full, opened):
    phone = full.contacts.get(channel="phone")
    browser, data = opened("contacts", phone)
    assert data["contacts.0.value"] == "138****5678"
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.label": "work"})
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#list-contacts")
    phone.refresh_from_db()
    assert (phone.label, contacts.value_of(phone), full.contacts.count()) == ("work", "13812345678", 2)
    assert Kol.objects.get().version == 2


def test_a_row_saved_as_it_was_writes_nothing(full, opened):
    for name, row in (("contacts", full.contacts.first()), ("quotes", full.quotes.get()), ("fields", None)):
        browser, data = opened(name, row)
        assert browser.post(url(full, name), data).status_code == 200, name
    assert Kol.objects.get().version == 1


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("contacts", {"channel": "mail", "value": "siyu@163.com"}),
        ("accounts", {"platform": "weibo", "handle": "siyu_w"}),
        ("quotes", {"what": "talk", "amount": "100", "currency": "CNY", "on": "2026-11-02"}),
    ],
)
def test_a_row_is_added(full, opened, name, sent):
    browser, data = opened(name)
    before = getattr(full, name).count()
    sent = {f"{name}.0.{column}": value for column, value in sent.items()}
    assert browser.post(url(full, name), {**data, **sent}).status_code == 200
    assert (getattr(full, name).count(), Kol.objects.get().version) == (before + 1, 2)


def test_a_row_is_taken_off(full, opened):
    browser, data = opened("contacts", full.contacts.get(channel="wechat"))
    assert browser.post(url(full, "contacts"), {**data, "remove": "1"}).status_code == 200
    assert list(full.contacts.values_list("channel", flat=True)) == ["phone"]


def test_fields_are_edited_as_a_whole(full, opened):
    browser, data = opened("fields")
    sent = {**data, "fields.1.strength": "4", "fields.new1.field": "cooking", "fields.new1.strength": "3"}
    assert browser.post(url(full, "fields"), sent).status_code == 200
    found = list(full.kol_fields.values_list("field__slug", "strength"))
    assert found == [("running", 5), ("tea", 4), ("cooking", 3)]


@pytest.mark.parametrize("wrong", ["13800****00", "1", ""])
def test_an_error_stands_at_its_field_and_what_was_typed_stays(full, opened, wrong):
    browser, data = opened("contacts", full.contacts.get(channel="phone"))
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.value": wrong})
    assert answer.status_code == 422
    assert answer.context["editor"].form.errors.keys() == {"value"}
    assert sent_by(answer, "fact-form")["contacts.0.value"] == wrong
    assert Kol.objects.get().version == 1


@pytest.mark.parametrize("missing", ["version", "initial-contacts.0.label"])
def test_without_version_or_base_nothing_is_saved(full, opened, missing):
    browser, data = opened("contacts", full.contacts.get(channel="phone"))
    del data[missing]
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.label": "work"})
    assert answer.status_code == 422
    assert "incomplete" in answer.content.decode()
    assert Kol.objects.get().version == 1


def test_another_row_and_another_column_are_merged(full, manager, opened):
    phone = full.contacts.get(channel="phone")
    browser, data = opened("contacts", phone)
    contacts.change(theirs(manager), phone, {"guardian": True})
    contacts.add(theirs(manager), full, {"channel": "mail", "value": "siyu@163.com"})
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.label": "work"})
    phone.refresh_from_db()
    assert (answer.status_code, phone.label, phone.guardian, full.contacts.count()) == (200, "work", True, 3)
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == (
        f"Meanwhile {manager} changed: Contact · guardian's, Contact."
    )


def test_the_same_column_is_asked(full, manager, opened):
    phone = full.contacts.get(channel="phone")
    browser, data = opened("contacts", phone)
    contacts.change(theirs(manager), phone, {"value": "13733334444"})
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.value": "13911112222"})
    assert answer.status_code == 409
    [clash] = answer.context["editor"].clashes
    assert (clash.base, clash.mine, clash.theirs) == ("138****5678", "13911112222", "137****4444")
    again = sent_by(answer, "fact-form")
    assert again["contacts.0.value"] == "13911112222"
    assert browser.post(url(full, "contacts"), again).status_code == 200
    assert contacts.value_of(full.contacts.get(channel="phone")) == "13911112222"


def test_taking_off_what_they_changed_is_asked(full, manager, opened):
    phone = full.contacts.get(channel="phone")
    browser, data = opened("contacts", phone)
    contacts.change(theirs(manager), phone, {"label": "work"})
    answer = browser.post(url(full, "contacts"), {**data, "remove": "1"})
    assert (answer.status_code, full.contacts.count()) == (409, 2)
    again = sent_by(answer, "fact-form")
    assert browser.post(url(full, "contacts"), {**again, "remove": "1"}).status_code == 200
    assert full.contacts.count() == 1


def test_changing_what_they_took_off_is_asked(full, manager, opened):
    phone = full.contacts.get(channel="phone")
    browser, data = opened("contacts", phone)
    contacts.remove(theirs(manager), phone)
    answer = browser.post(url(full, "contacts"), {**data, "contacts.0.value": "13911112222"})
    assert (answer.status_code, full.contacts.count()) == (409, 1)
    assert browser.post(url(full, "contacts"), sent_by(answer, "fact-form")).status_code == 200
    assert contacts.value_of(full.contacts.get(channel="phone")) == "13911112222"


def test_fields_that_others_changed_are_merged_one_by_one(full, manager, opened):
    browser, data = opened("fields")
    files.edit(theirs(manager), full, {}, 1, fields=[(field("running"), 5), (field("tea"), 3)])
    assert browser.post(url(full, "fields"), {**data, "fields.0.strength": "1"}).status_code == 200
    assert dict(full.kol_fields.values_list("field__slug", "strength")) == {"running": 1, "tea": 3}


def test_a_row_of_another_file_is_not_reached(full, operator, opened):
    other = make_kol(operator, "b", contacts=[{"channel": "phone", "value": "13999999999"}]).contacts.get()
    browser, data = opened("contacts", full.contacts.get(channel="phone"))
    before = Change.objects.count()
    answer = browser.post(
        url(full, "contacts"), {**data, "contacts.0.id": str(other.pk), "contacts.0.label": "x"}
    )
    assert answer.status_code == 422
    other.refresh_from_db()
    assert (other.label, Change.objects.count()) == ("", before)


def test_whoever_may_only_see_the_file_edits_no_list(full, colleague, stranger, as_user):
    assert as_user(colleague).get(url(full, "contacts"), {"edit": "new"}).status_code == 403
    assert as_user(stranger).post(url(full, "contacts"), {}).status_code == 404
    assert as_user(colleague).post(url(full, "contacts"), {}).status_code == 403
    assert as_user(colleague).get(url(full, "nothing")).status_code == 404
