"""One fact edited in place (RELIABILITY 3; UI, screen 3)."""

import json

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles import facts
from profiles.models import Kol
from profiles.services import kol as files
from tests.factories import NOW, make_kol
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db


def url(kol, name):
    return reverse("profiles:kol-fact", args=[kol.pk, name])


@pytest.fixture
def opened(kol, operator, as_user):
    """``opened("city")``: the browser and what its input would send."""

    def open_(name, on=kol):
        browser = as_user(operator)
        return browser, sent_by(browser.get(url(on, name), {"edit": "1"}), "fact-form")

    return open_


def test_a_fact_is_saved_and_comes_back_as_a_row(kol, opened):
    browser, data = opened("city")
    assert data == {"version": "1", "initial-city": "", "city": ""}
    answer = browser.post(url(kol, "city"), {**data, "city": "杭州"})
    kol.refresh_from_db()
    assert (answer.status_code, kol.city, kol.version) == (200, "杭州", 2)
    assert "was-saved" in answer.content.decode()
    assert Change.objects.get(field="city").change_set.door == "page"


def test_saving_what_was_there_writes_nothing(kol, opened):
    browser, data = opened("city")
    assert browser.post(url(kol, "city"), data).status_code == 200
    assert Kol.objects.get().version == 1


@pytest.mark.parametrize("missing", ["version", "initial-city"])
def test_without_version_or_base_nothing_is_saved(kol, opened, missing):
    browser, data = opened("city")
    del data[missing]
    answer = browser.post(url(kol, "city"), {**data, "city": "杭州"})
    assert answer.status_code == 422
    assert "incomplete" in answer.content.decode()
    assert Kol.objects.get().city == ""


def test_an_error_stands_in_the_row_with_what_was_typed(kol, opened):
    browser, data = opened("birthday")
    answer = browser.post(url(kol, "birthday"), {**data, "birth_month": "2", "birth_day": "30"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"birth_day"}
    assert sent_by(answer, "fact-form")["birth_day"] == "30"
    assert Kol.objects.get().birth_month is None


def test_several_columns_of_one_fact_are_saved_at_once(kol, opened):
    browser, data = opened("birthday")
    sent = {**data, "birth_calendar": "lunar", "birth_year": "1994", "birth_month": "10", "birth_day": "15"}
    assert browser.post(url(kol, "birthday"), sent).status_code == 200
    kol.refresh_from_db()
    assert (kol.birth_calendar, kol.birth_year, kol.next_birthday is None) == ("lunar", 1994, False)
    assert Change.objects.exclude(field="").values("change_set").distinct().count() == 1


def test_a_field_that_both_changed_is_asked_and_nothing_is_saved(kol, manager, opened):
    browser, data = opened("city")
    files.edit(Actor(manager, "page", NOW), kol, {"city": "北京"}, 1)
    answer = browser.post(url(kol, "city"), {**data, "city": "杭州"})
    [clash] = answer.context["form"].clashes
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "北京" in page
    assert "杭州" in page
    assert str(manager) in page
    assert (clash.base, clash.mine, clash.theirs) == ("", "杭州", "北京")
    assert (clash.who, clash.when) == (str(manager), NOW)
    assert (Kol.objects.get().city, Kol.objects.get().version) == ("北京", 2)
    again = sent_by(answer, "fact-form")
    assert (again["city"], again["version"]) == ("杭州", "2")
    assert browser.post(url(kol, "city"), again).status_code == 200
    assert Kol.objects.get().city == "杭州"


def test_a_stale_save_of_another_fact_is_merged_and_says_what_else_changed(kol, manager, opened):
    browser, data = opened("city")
    files.edit(Actor(manager, "page", NOW), kol, {"alias": "小雨"}, 1)
    answer = browser.post(url(kol, "city"), {**data, "city": "杭州"})
    kol.refresh_from_db()
    assert (answer.status_code, kol.city, kol.alias, kol.version) == (200, "杭州", "小雨", 3)
    told = json.loads(answer["HX-Trigger"])
    assert told["toast"]["text"] == f"Meanwhile {manager} changed: Alias."
    assert "kol-changed" in told


def test_the_same_value_typed_by_both_is_no_clash(kol, manager, opened):
    browser, data = opened("city")
    files.edit(Actor(manager, "page", NOW), kol, {"city": "杭州"}, 1)
    assert browser.post(url(kol, "city"), {**data, "city": "杭州"}).status_code == 200
    assert (Kol.objects.get().city, Kol.objects.get().version) == ("杭州", 2)


def test_columns_of_one_fact_merge_too_but_what_they_say_together_must_hold(kol, manager, opened):
    browser, data = opened("birthday")
    files.edit(Actor(manager, "page", NOW), kol, {"birth_month": 2}, 1)
    answer = browser.post(url(kol, "birthday"), {**data, "birth_day": "30"})
    assert answer.status_code == 409
    assert answer.context["form"].errors.keys() == {"birth_day"}
    assert Kol.objects.get().birth_day is None
    data = sent_by(answer, "fact-form")
    assert browser.post(url(kol, "birthday"), {**data, "birth_day": "28"}).status_code == 200
    assert (Kol.objects.get().birth_month, Kol.objects.get().birth_day) == (2, 28)


def test_of_a_file_archived_meanwhile_it_is_said_and_what_was_typed_stays(kol, manager, opened):
    browser, data = opened("city")
    files.archive(Actor(manager, "page", NOW), kol, 1)
    answer = browser.post(url(kol, "city"), {**data, "city": "杭州"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{manager} archived this file meanwhile" in page
    assert reverse("profiles:kol-trash") in page
    assert sent_by(answer, "fact-form")["city"] == "杭州"
    assert Kol.objects.get().city == ""


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("name", {"name": "李健"}, "李健"),
        ("tags", {"tags": "marathon, 茶"}, "marathon"),
        ("quiet", {"quiet_cause": "mourning"}, "In mourning"),
        ("gender", {"gender": "female"}, "Female"),
        ("agency", {"agency": "Blue Harbor"}, "Blue Harbor"),
        ("minor", {"minor": "on"}, "Under age"),
    ],
)
def test_every_kind_of_fact_has_its_input(kol, opened, name, sent, shown):
    browser, data = opened(name)
    answer = browser.post(url(kol, name), {**data, **sent})
    assert answer.status_code == 200
    assert shown in answer.content.decode()
    assert "was-saved" in answer.content.decode()
    assert Kol.objects.get().version == 2


def test_what_one_may_not_edit_or_see_has_no_input(kol, colleague, stranger, as_user):
    data = {"version": "1", "initial-city": "", "city": "杭州"}
    assert as_user(colleague).get(url(kol, "city"), {"edit": "1"}).status_code == 403
    assert as_user(colleague).post(url(kol, "city"), data).status_code == 403
    assert as_user(stranger).post(url(kol, "city"), data).status_code == 404
    assert Kol.objects.get().city == ""


@pytest.mark.parametrize("name", ["stage", "level", "archived_at", "password"])
def test_only_facts_are_edited_in_place(kol, operator, as_user, name):
    assert as_user(operator).get(url(kol, name), {"edit": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"birth_year": 1994}, "1994"),
        ({"birth_month": 9}, "Sep"),
        ({"birth_month": 9, "birth_year": 1994}, "Sep 1994"),
        ({"birth_month": 9, "birth_day": 15}, "15 Sep"),
        ({"birth_month": 9, "birth_day": 15, "birth_year": 1994}, "15 Sep 1994"),
        ({"birth_month": 2, "birth_day": 29, "birth_year": 1990}, "29 Feb (1990)"),
        ({"birth_calendar": "lunar", "birth_month": 8, "birth_day": 15}, "Lunar 八月十五"),
        (
            {"birth_calendar": "lunar", "birth_month": 4, "birth_day": 1, "birth_leap": True},
            "Lunar 闰四月初一",
        ),
    ],
)
def test_a_birthday_in_words_as_far_as_it_is_known(operator, values, words):
    kol = make_kol(operator, **values)
    assert facts.born(kol).replace("\u00a0", " ") == words
