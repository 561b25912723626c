"""The history of a file and putting a change back (DOMAIN 3.12)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change
from profiles import changes
from profiles.models import Agency, Kol
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import restoring
from tests.factories import NOW, field, kol_type, make_kol

pytestmark = pytest.mark.django_db


def url(kol):
    return reverse("profiles:kol-history", args=[kol.pk])


def edit(actor, kol, version, at=NOW, **values):
    return files.edit(actor.again(at=at), kol, values, version)


def line_of(name):
    [line] = changes.lines(Change.objects.filter(field=name))
    return line.label, line.before, line.after


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"city": "杭州"}, ("City", "–", "杭州")),
        ({"gender": "female"}, ("Gender", "–", "Female")),
        ({"likes": ["Trail", "Oolong"]}, ("Likes", "–", "Trail, Oolong")),
        ({"minor": True}, ("Under age", "no", "yes")),
        ({"guardian_consent_on": NOW.date()}, ("Guardian's consent on", "–", "23 Nov 2026")),
    ],
)
def test_a_change_is_told_in_words(kol, actor, values, line):
    edit(actor, kol, 1, **values)
    label, before, after = line_of(next(iter(values)))
    assert (label, before, after.replace("\u00a0", " ")) == line


def test_linked_rows_have_the_name_they_had_then(kol, actor):
    agency = Agency.objects.create(name="Blue Harbor", folded="blue harbor")
    edit(actor, kol, 1, agency=agency, type=kol_type("creator"))
    Agency.objects.update(name="Red Harbor")
    assert line_of("agency") == ("Agency", "–", "Blue Harbor")


def test_fields_of_interest_are_told_with_their_strength(kol, actor):
    files.edit(actor, kol, {}, 1, fields=[(field("running"), 4)])
    assert line_of("fields") == ("Fields", "–", "Running 4")


def test_contacts_are_told_by_their_mask(kol, actor):
    phone = contacts.add(actor, kol, {"channel": "phone", "value": "13812345678"})
    contacts.change(actor.again(), phone, {"value": "13987654321"})
    assert line_of("value") == ("Contact · value", "138****5678", "139****4321")


def test_a_row_that_came_is_told_by_its_columns_words(kol, actor):
    """Days as days and choices by their names, not as they are kept."""
    kept = {"happened_at": "2026-11-01T04:27:24.022540+00:00", "state": "open", "penalty": None}
    row = Change(model="lifecycle.violation", field="", after=kept, root=kol.pk)
    assert [line.after for line in changes.lines([row])] == ["1\xa0Nov\xa02026, To decide"]


def test_the_page_filters_by_field_person_door_day_and_change_set(kol, actor, operator, manager, as_user):
    edit(actor, kol, 1, city="杭州", alias="小雨")
    files.edit(Actor(manager, "api", NOW + timedelta(days=1)), kol, {"city": "北京"}, 2)
    browser = as_user(operator)

    def found(**asked):
        listing = browser.get(url(kol), asked).context["listing"]
        assert listing.problems == {}
        return sorted((row.field, str(row.after)) for row in listing.rows if row.field)

    assert found(field="city") == [("city", "北京"), ("city", "杭州")]
    assert found(who="manager") == [("city", "北京")]
    assert found(door="page") == [("alias", "小雨"), ("city", "杭州")]
    assert found(since="2026-11-24") == [("city", "北京")]
    assert found(until="2026-11-23", field="city") == [("city", "杭州")]
    act = Change.objects.get(field="alias").change_set_id
    assert found(act=str(act)) == [("alias", "小雨"), ("city", "杭州")]


def test_a_filter_that_is_not_understood_shows_none(kol, actor, operator, as_user):
    listing = as_user(operator).get(url(kol), {"since": "yesterday"}).context["listing"]
    assert (listing.rows, list(listing.problems)) == ([], ["since"])


def test_the_history_of_another_file_does_not_show(kol, actor, operator, as_user):
    other = make_kol(operator, "another")
    edit(actor, other, 1, city="SECRET")
    assert "SECRET" not in as_user(operator).get(url(kol)).content.decode()


# Restoring


def restore(actor, kol, name, version):
    row = Change.objects.filter(root=kol.pk, field=name).order_by("at", "id").last()
    restoring.restore(actor.again(), kol, row, version)
    return Kol.objects.get(pk=kol.pk)


@pytest.mark.parametrize(
    ("name", "value", "was"),
    [
        ("city", "杭州", ""),
        ("likes", ["Trail"], []),
        ("minor", True, False),
        ("guardian_consent_on", NOW.date(), None),
        ("birth_year", 1994, None),
    ],
)
def test_restoring_is_an_edit_back_that_stands_in_the_history(kol, actor, name, value, was):
    edit(actor, kol, 1, **{name: value})
    restored = restore(actor, kol, name, 2)
    assert (getattr(restored, name), restored.version) == (was, 3)
    assert Change.objects.filter(field=name).count() == 2


def test_linked_rows_lists_and_dates_are_restored(kol, actor, manager):
    edit(actor, kol, 1, owner=manager, guardian_consent_on=NOW.date())
    edit(actor, kol, 2, guardian_consent_on=None)
    assert restore(actor, kol, "guardian_consent_on", 3).guardian_consent_on == NOW.date()
    files.edit(actor.again(), kol, {}, 4, fields=[(field("running"), 4)], tags=["a"])
    files.edit(actor.again(), kol, {}, 5, fields=[(field("tea"), 2)], tags=["b"])
    restore(actor, kol, "fields", 6)
    restore(actor, kol, "tags", 7)
    assert list(kol.kol_fields.values_list("field__slug", "strength")) == [("running", 4)]
    assert list(kol.kol_tags.values_list("tag__name", flat=True)) == ["a"]
    restoring.restore(Actor(manager, "page", NOW), kol, Change.objects.get(field="owner"), 8)
    assert Kol.objects.get().owner == actor.user


def test_a_contact_value_is_restored_from_its_sealed_form(kol, actor):
    phone = contacts.add(actor, kol, {"channel": "phone", "value": "13812345678"})
    contacts.change(actor.again(), phone, {"value": "13987654321"})
    restored = restore(actor, kol, "value", 3)
    phone.refresh_from_db()
    assert (contacts.value_of(phone), restored.version) == ("13812345678", 4)


def test_restoring_on_a_stale_version_changes_nothing(kol, actor):
    edit(actor, kol, 1, city="杭州")
    edit(actor, kol, 2, alias="小雨")
    with pytest.raises(Conflict):
        restore(actor, kol, "city", 2)
    assert Kol.objects.get().city == "杭州"


@pytest.mark.parametrize("name", ["archived_at", "level_override", ""])
def test_what_no_edit_can_put_back_is_refused(kol, actor, name):
    if name == "archived_at":
        files.archive(actor.again(), kol, 1)
    row = Change.objects.filter(root=kol.pk, field=name).first() or Change(
        root=kol.pk, field=name, model="profiles.kol"
    )
    with pytest.raises(ValidationError):
        restoring.restore(actor.again(), kol, row, kol.version)


def test_a_change_of_another_file_is_not_restored_here(kol, actor, operator, as_user):
    other = make_kol(operator, "another")
    edit(actor, other, 1, city="杭州")
    change = Change.objects.get(field="city")
    wrong = reverse("profiles:kol-change-restore", args=[kol.pk, change.pk])
    assert as_user(operator).post(wrong, {"version": "1"}).status_code == 404
    assert Kol.objects.get(pk=other.pk).city == "杭州"


def test_the_page_restores_and_a_stale_one_is_told(kol, actor, operator, as_user):
    edit(actor, kol, 1, city="杭州")
    browser = as_user(operator)
    change = Change.objects.get(field="city")
    to = reverse("profiles:kol-change-restore", args=[kol.pk, change.pk])
    assert change.pk.hex in browser.get(url(kol)).content.decode().replace("-", "")
    for stale in ({"version": "1"}, {}, {"version": "x"}):
        assert browser.post(to, stale).status_code == 409
        assert Kol.objects.get().city == "杭州"
    assert browser.post(to, {"version": "2"}).status_code == 302
    assert Kol.objects.get().city == ""


def test_a_colleague_reads_the_history_and_restores_nothing(kol, actor, colleague, as_user):
    edit(actor, kol, 1, city="杭州")
    browser = as_user(colleague)
    change = Change.objects.get(field="city")
    to = reverse("profiles:kol-change-restore", args=[kol.pk, change.pk])
    assert to not in browser.get(url(kol)).content.decode()
    assert browser.post(to, {"version": "2"}).status_code == 403
    assert Kol.objects.get().city == "杭州"
