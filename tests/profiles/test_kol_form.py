"""Creating and editing by the page: errors at the field, stale saves by field (RELIABILITY 3; DOMAIN 2.1)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, User
from profiles.models import Account, Agency, ContactPoint, Kol
from profiles.services import contact as contacts
from profiles.services import kol as files
from tests.factories import NOW, TeamFactory, UserFactory, field, make_account, make_kol
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db

NEW = "/kols/new/"


def url(kol):
    return reverse("profiles:kol-edit", args=[kol.pk])


@pytest.fixture
def full(operator):
    """A file with something in every list."""
    return make_kol(
        operator,
        city="上海",
        likes=["Oolong", "Trail"],
        contacts=[{"channel": "phone", "value": "13812345678"}, {"channel": "wechat", "value": "siyu_run88"}],
        accounts=[{"platform": "own", "handle": "siyu"}, {"platform": "bilibili", "handle": "siyu_b"}],
        fields=[(field("running"), 5), (field("tea"), 2)],
        tags=["marathon"],
    )


def stood(kol):
    """What a refusal must leave as it is."""
    row = Kol.objects.values().get(pk=kol.pk)
    return row, Change.objects.count(), ContactPoint.objects.count(), Account.objects.count()


# Creating


def test_a_file_is_created_with_all_that_was_typed(operator, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(NEW), "kol-form")
    data |= {"name": "王思雨", "likes": "Trail，Oolong、Trail", "agency": "悦动 MCN", "tags": "marathon"}
    data |= {"birth_calendar": "lunar", "birth_month": "8", "birth_day": "15"}
    data |= {
        "contacts.new1.channel": "mail",
        "contacts.new1.value": "siyu@163.com",
        "contacts.new1.preferred": "on",
    }
    data |= {"accounts.new2.platform": "own", "accounts.new2.handle": "@siyu"}
    data |= {"fields.new3.field": "running", "fields.new3.strength": "4"}
    answer = browser.post(NEW, data)
    kol = Kol.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("profiles:kol-detail", args=[kol.pk]))
    assert (kol.name, kol.owner, kol.likes, kol.agency.name) == (
        "王思雨",
        operator,
        ["Trail", "Oolong"],
        "悦动 MCN",
    )
    assert (kol.birth_calendar, kol.birth_month, kol.birth_day) == ("lunar", 8, 15)
    assert (kol.contacts.get().masked, kol.accounts.get().handle) == ("si****@163.com", "siyu")
    assert (kol.main_field.slug, kol.kol_tags.get().tag.name) == ("running", "marathon")


def test_rows_left_empty_are_no_rows(operator, as_user):
    data = {"name": "x", "birth_calendar": "solar", "owner": operator.pk}
    data |= {"contacts.new1.channel": "phone", "contacts.new1.value": " "}
    as_user(operator).post(NEW, data)
    assert ContactPoint.objects.count() == 0


def test_errors_stand_at_their_fields_and_everything_typed_stays(operator, as_user):
    make_account(make_kol(operator, "holder"), "bilibili", "taken")
    data = {"name": "王思雨", "birth_calendar": "solar", "owner": operator.pk, "city": "杭州"}
    data |= {"birth_month": "2", "birth_day": "30"}
    data |= {"contacts.new1.channel": "phone", "contacts.new1.value": "138****5678"}
    data |= {"accounts.new2.platform": "bilibili", "accounts.new2.handle": "Taken"}
    before = Kol.objects.count()
    answer = as_user(operator).post(NEW, data)
    assert answer.status_code == 422
    assert answer.context["editor"].form.errors.keys() == {"birth_day"}
    data["birth_day"] = "28"
    answer = as_user(operator).post(NEW, data)
    assert answer.context["editor"].contacts.forms[0].errors.keys() == {"value"}
    data["contacts.new1.value"] = "13812345678"
    answer = as_user(operator).post(NEW, data)
    assert answer.context["editor"].accounts.forms[0].errors.keys() == {"handle"}
    shown = sent_by(answer, "kol-form")
    assert (shown["city"], shown["contacts.new1.value"], shown["accounts.new2.handle"]) == (
        "杭州",
        "13812345678",
        "Taken",
    )
    assert (Kol.objects.count(), ContactPoint.objects.count()) == (before, 0)


def test_finance_creates_nothing(finance, as_user):
    assert as_user(finance).get(NEW).status_code == 403
    assert as_user(finance).post(NEW, {"name": "x"}).status_code == 403
    assert Kol.objects.count() == 0


# Editing


def test_saving_without_a_change_changes_nothing(full, operator, as_user):
    browser = as_user(operator)
    before = stood(full)
    answer = browser.post(url(full), sent_by(browser.get(url(full)), "kol-form"))
    assert answer.status_code == 302
    assert stood(full) == before


def test_only_what_was_changed_is_written(full, operator, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州", "contacts.0.label": "work"}
    assert browser.post(url(full), data).status_code == 302
    full.refresh_from_db()
    assert (full.city, full.version) == ("杭州", 2)
    changed = Change.objects.exclude(change_set__in=Change.objects.filter(field="").values("change_set"))
    assert set(changed.values_list("field", flat=True)) == {"city", "label"}
    assert {contacts.value_of(one) for one in full.contacts.all()} == {"13812345678", "siyu_run88"}


def test_rows_are_added_changed_and_taken_off(full, operator, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form")
    gone = next(name.split(".")[1] for name, value in data.items() if value == "si****")
    data = {name: value for name, value in data.items() if f"contacts.{gone}." not in name}
    data |= {"contacts.new1.channel": "mail", "contacts.new1.value": "siyu@163.com"}
    data |= {"accounts.0.handle": "siyu_new", "fields.0.strength": "3", "fields.1.strength": "4"}
    assert browser.post(url(full), data).status_code == 302
    assert set(full.contacts.values_list("channel", flat=True)) == {"phone", "mail"}
    assert full.accounts.get(platform="own").handle == "siyu_new"
    assert Kol.objects.get().main_field.slug == "tea"


def test_without_its_version_a_save_is_an_error_not_a_pass(full, operator, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州"}
    before = stood(full)
    for missing in ("version", "initial-city", "contacts.base"):
        answer = browser.post(url(full), {name: value for name, value in data.items() if name != missing})
        assert answer.status_code == 422, missing
        assert "incomplete" in answer.content.decode(), missing
    assert stood(full) == before


def test_a_contact_of_another_file_cannot_be_named(full, operator, as_user):
    other = make_kol(operator, "b", contacts=[{"channel": "phone", "value": "13999999999"}]).contacts.get()
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"contacts.0.id": str(other.pk)}
    before = stood(full)
    assert browser.post(url(full), data).status_code == 422
    assert stood(full) == before
    assert contacts.value_of(other) == "13999999999"


# A stale save


def test_a_stale_save_is_a_409_with_both_values_and_what_was_typed(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州", "introduction": "mine"}
    theirs = {"city": "北京", "alias": "小雨"}
    files.edit(Actor(manager, "page", NOW + timedelta(minutes=1)), full, theirs, 1)
    before = stood(full)
    answer = browser.post(url(full), data)
    assert answer.status_code == 409
    assert stood(full) == before
    [clash] = answer.context["editor"].clashes
    assert (clash.name, clash.base, clash.mine, clash.theirs) == ("city", "上海", "杭州", "北京")
    assert clash.who == str(manager)
    again = sent_by(answer, "kol-form")
    # Mine is chosen unless told otherwise; theirs flows in elsewhere, mine stays; the version is the new one.
    assert (again["city"], again["alias"], again["introduction"], again["version"]) == (
        "杭州",
        "小雨",
        "mine",
        "2",
    )
    assert browser.post(url(full), {**again, "city": "北京"}).status_code == 302
    full.refresh_from_db()
    assert (full.city, full.alias, full.introduction, full.version) == ("北京", "小雨", "mine", 3)


def test_saving_again_on_the_new_version_takes_mine(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州"}
    files.edit(Actor(manager, "page", NOW), full, {"city": "北京"}, 1)
    again = sent_by(browser.post(url(full), data), "kol-form")
    assert browser.post(url(full), again).status_code == 302
    last = Change.objects.filter(field="city").order_by("-at", "-pk").first()
    assert (last.before, last.after) == ("北京", "杭州")


def test_what_only_others_changed_is_merged_and_told(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州"}
    theirs = Actor(manager, "page", NOW + timedelta(minutes=1))
    files.edit(theirs, full, {"alias": "小雨"}, 1, fields=[(field("cooking"), 5)], tags=["tea"])
    answer = browser.post(url(full), data, follow=True)
    full.refresh_from_db()
    assert (full.city, full.alias, full.version) == ("杭州", "小雨", 3)
    assert list(full.kol_fields.values_list("field__slug", flat=True)) == ["cooking"]
    assert [row.tag.name for row in full.kol_tags.all()] == ["tea"]
    [message] = answer.context["messages"]
    assert str(message) == f"Saved. Meanwhile {manager} changed: Alias, Fields, Tags."


def test_a_contact_that_came_meanwhile_stays_beside_mine(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"contacts.new1.channel": "mail"}
    data |= {"contacts.new1.value": "mine@163.com"}
    contacts.add(Actor(manager, "page", NOW), full, {"channel": "address", "value": "上海市静安区"})
    assert browser.post(url(full), data).status_code == 302
    assert set(full.contacts.values_list("channel", flat=True)) == {"phone", "wechat", "mail", "address"}


def row_of(data, mask) -> str:
    return next(name.split(".")[1] for name, value in data.items() if value == mask)


def without(data, place) -> dict:
    return {name: value for name, value in data.items() if f"contacts.{place}." not in name}


def test_a_contact_that_was_removed_meanwhile_stays_away_unless_i_changed_it(
    full, operator, manager, as_user
):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form")
    contacts.remove(Actor(manager, "page", NOW), full.contacts.get(channel="wechat"))
    assert browser.post(url(full), {**data, "city": "杭州"}).status_code == 302
    assert list(full.contacts.values_list("channel", flat=True)) == ["phone"]
    place = row_of(data, "si****")
    answer = browser.post(url(full), {**data, f"contacts.{place}.value": "other_id"})
    assert answer.status_code == 409
    assert "Was removed meanwhile." in answer.content.decode()
    assert list(full.contacts.values_list("channel", flat=True)) == ["phone"]
    assert browser.post(url(full), sent_by(answer, "kol-form")).status_code == 302
    assert contacts.value_of(full.contacts.get(channel="wechat")) == "other_id"


def test_a_contact_that_i_removed_and_they_changed_comes_back_to_be_looked_at(
    full, operator, manager, as_user
):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form")
    mine = without(data, row_of(data, "si****"))
    contacts.change(Actor(manager, "page", NOW), full.contacts.get(channel="wechat"), {"label": "work"})
    answer = browser.post(url(full), mine)
    assert answer.status_code == 409
    assert "Was changed meanwhile." in answer.content.decode()
    assert full.contacts.filter(channel="wechat", label="work").exists()


def test_a_contact_that_both_changed_shows_both_masks(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form")
    place = next(name.split(".")[1] for name, value in data.items() if value == "138****5678")
    data[f"contacts.{place}.value"] = "13911112222"
    phone = full.contacts.get(channel="phone")
    contacts.change(Actor(manager, "page", NOW), phone, {"value": "13733334444"})
    answer = browser.post(url(full), data)
    assert answer.status_code == 409
    [clash] = answer.context["editor"].clashes
    assert (clash.mine, clash.theirs) == ("13911112222", "137****4444")
    kept = {**sent_by(answer, "kol-form"), f"contacts.{place}.value": clash.theirs}
    assert browser.post(url(full), kept).status_code == 302
    assert contacts.value_of(full.contacts.get(channel="phone")) == "13733334444"


def test_fields_merge_one_by_one_and_the_same_one_is_asked(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"fields.0.strength": "1"}
    theirs = [(field("running"), 4), (field("tea"), 2), (field("cooking"), 5)]
    files.edit(Actor(manager, "page", NOW), full, {}, 1, fields=theirs)
    answer = browser.post(url(full), data)
    assert answer.status_code == 409
    [clash] = answer.context["editor"].clashes
    assert (clash.label, clash.base, clash.mine, clash.theirs) == ("Running · Strength", "5", "1", "4")
    assert browser.post(url(full), sent_by(answer, "kol-form")).status_code == 302
    found = sorted(full.kol_fields.values_list("field__slug", "strength"))
    assert found == [("cooking", 5), ("running", 1), ("tea", 2)]


def test_a_field_i_take_off_and_one_they_add_are_both_done(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form")
    data = {name: value for name, value in data.items() if not name.startswith("fields.1.")}
    theirs = [(field("running"), 5), (field("tea"), 2), (field("cooking"), 3)]
    files.edit(Actor(manager, "page", NOW), full, {}, 1, fields=theirs)
    assert browser.post(url(full), data).status_code == 302
    found = sorted(full.kol_fields.values_list("field__slug", flat=True))
    assert found == ["cooking", "running"]


def test_a_form_of_a_file_archived_meanwhile_keeps_what_was_typed(full, operator, manager, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(url(full)), "kol-form") | {"city": "杭州"}
    files.archive(Actor(manager, "page", NOW), full, 1)
    before = stood(full)
    answer = browser.post(url(full), data)
    assert answer.status_code == 409
    assert "archived this file meanwhile" in answer.content.decode()
    assert sent_by(answer, "kol-form")["city"] == "杭州"
    assert stood(full) == before


# Whose file it becomes (DOMAIN 2.1)


def offered(browser, kol) -> set[str]:
    form = browser.get(url(kol)).context["editor"].form
    return set(form.fields["owner"].queryset.values_list("username", flat=True))


def test_an_operator_gives_a_file_within_the_team_a_manager_below_too(
    kol, operator, colleague, manager, stranger, admin, as_user
):
    below = UserFactory(username="below", team=TeamFactory(parent=operator.team))
    assert offered(as_user(operator), kol) == {"operator", "colleague", "manager"}
    assert offered(as_user(manager), kol) == {"operator", "colleague", "manager", "below"}
    assert offered(as_user(admin), kol) == {"operator", "colleague", "manager", "below", "stranger"}
    assert below.team != operator.team


def test_a_person_who_is_not_offered_is_refused_and_nothing_changes(
    kol, operator, stranger, finance, as_user
):
    browser = as_user(operator)
    data = sent_by(browser.get(url(kol)), "kol-form")
    before = stood(kol)
    for wrong in (stranger.pk, finance.pk, "", 999_999):
        answer = browser.post(url(kol), {**data, "owner": wrong})
        assert answer.status_code == 422, wrong
        assert answer.context["editor"].form.errors.keys() == {"owner"}
    assert stood(kol) == before


def test_a_manager_may_leave_a_file_to_the_team(kol, manager, as_user):
    browser = as_user(manager)
    data = sent_by(browser.get(url(kol)), "kol-form")
    assert browser.post(url(kol), {**data, "owner": ""}).status_code == 302
    assert Kol.objects.get().owner is None


def test_an_owner_who_has_left_stays_until_somebody_else_is_chosen(kol, operator, manager, as_user):
    User.objects.filter(pk=operator.pk).update(is_active=False)
    browser = as_user(manager)
    data = sent_by(browser.get(url(kol)), "kol-form") | {"city": "杭州"}
    assert data["owner"] == str(operator.pk)
    assert browser.post(url(kol), data).status_code == 302
    assert Kol.objects.get().owner == operator


def test_an_agency_in_another_spelling_is_the_same_one(kol, operator, as_user):
    Agency.objects.create(name="Blue Harbor", folded="blue harbor")
    browser = as_user(operator)
    data = sent_by(browser.get(url(kol)), "kol-form") | {"agency": "ＢＬＵＥ  harbor"}
    assert browser.post(url(kol), data).status_code == 302
    assert (Agency.objects.count(), Kol.objects.get().agency.name) == (1, "Blue Harbor")
