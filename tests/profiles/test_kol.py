"""The verbs of the KOL file (DOMAIN 3.1, 3.2, 3.12–3.14)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles.models import Kol, KolField
from profiles.services import holder, touch
from profiles.services import kol as verbs
from tests.factories import NOW, field, make_account, make_kol

pytestmark = pytest.mark.django_db


def test_a_new_file_belongs_to_whoever_creates_it_and_starts_at_version_1(operator):
    kol = make_kol(operator)
    assert (kol.owner, kol.team, kol.version, kol.dormant) == (operator, operator.team, 1, False)


def test_a_new_file_is_found_by_name_pinyin_and_initials(operator):
    kol = make_kol(operator, "李健", alias="Jian")
    assert kol.pinyin == "Lǐ Jiàn"
    assert {"李健", "lijian", "lj", "jian"} <= set(kol.search.split("\n"))
    assert "lj" in kol.grams.split()


def test_an_edit_writes_one_change_per_field_with_before_and_after(kol, actor):
    saved = verbs.edit(actor, kol, {"city": "杭州", "alias": "Siyu"}, 1)
    assert (saved.version, Kol.objects.get().city) == (2, "杭州")
    changes = Change.objects.filter(root=kol.pk).exclude(field="").order_by("field")
    assert [(change.field, change.before, change.after) for change in changes] == [
        ("alias", "", "Siyu"),
        ("city", "", "杭州"),
    ]
    assert changes[0].change_set.user == actor.user


def test_an_edit_of_the_name_renews_what_it_is_found_by(kol, actor):
    verbs.edit(actor, kol, {"name": "李健"}, 1)
    assert "lj" in Kol.objects.get().grams.split()


def test_a_stale_edit_changes_nothing_and_says_what_changed(kol, actor):
    verbs.edit(actor, kol, {"city": "杭州"}, 1)
    with pytest.raises(Conflict) as conflict:
        verbs.edit(actor.again(), kol, {"city": "上海", "alias": "x"}, 1)
    kol.refresh_from_db()
    assert (kol.city, kol.alias, kol.version) == ("杭州", "", 2)
    assert conflict.value.changed == {"city"}
    assert Change.objects.filter(field="city").count() == 1


def test_an_edit_that_changes_nothing_writes_nothing(kol, actor):
    verbs.edit(actor, kol, {"name": kol.name}, 1)
    assert Kol.objects.get().version == 1


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"birth_month": 13}, "birth_month"),
        ({"birth_month": 2, "birth_day": 30}, "birth_day"),
        ({"birth_year": 1850}, "birth_year"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"name": ""}, "name"),
        ({"likes": "tea"}, "likes"),
        ({"birth_leap": True}, "birth_leap"),
    ],
)
def test_bad_facts_are_refused_at_their_field(kol, actor, values, at):
    with pytest.raises(ValidationError) as refusal:
        verbs.edit(actor, kol, values, 1)
    assert list(refusal.value.message_dict) == [at]
    assert Kol.objects.get().version == 1


def test_the_main_field_is_the_strongest_and_on_equal_strength_the_first_listed(operator):
    kol = make_kol(operator, fields=[(field("tea"), 2), (field("running"), 4), (field("cooking"), 4)])
    assert Kol.objects.get(pk=kol.pk).main_field.slug == "running"


def test_strength_outside_1_to_5_is_refused_at_its_field(operator):
    with pytest.raises(ValidationError) as refusal:
        make_kol(operator, fields=[(field("tea"), 6)])
    assert list(refusal.value.message_dict) == ["fields.0.strength"]
    assert (Kol.objects.count(), KolField.objects.count()) == (0, 0)


def test_a_kol_has_one_account_on_the_own_platform(kol):
    make_account(kol, "own", "a")
    with pytest.raises(ValidationError):
        make_account(kol, "own", "b")
    assert kol.accounts.count() == 1


def test_an_account_is_unique_by_its_folded_handle(kol, operator):
    make_account(kol, "bilibili", "Siyu")
    with pytest.raises(ValidationError) as refusal:
        make_account(make_kol(operator, "b"), "bilibili", "@ＳＩＹＵ")
    assert list(refusal.value.message_dict) == ["handle"]


def test_archiving_hides_a_file_and_restoring_brings_it_back_as_it_was(kol, actor):
    verbs.archive(actor, kol, 1)
    assert not Kol.objects.visible_to(actor.user).exists()
    assert Kol.objects.visible_to(actor.user, "trash").exists()
    restored = verbs.restore(actor.again(), kol)
    assert (restored.archived_at, restored.stage) == (None, "introduction")


def test_an_unowned_file_is_claimed_once(manager, operator, colleague):
    kol = verbs.create(Actor(None, "import", NOW), {"name": "x", "owner": None, "team": operator.team})
    verbs.claim(Actor(operator, "page", NOW), kol)
    with pytest.raises(Refused):
        verbs.claim(Actor(colleague, "page", NOW), kol)
    assert Kol.objects.get().owner == operator


def test_an_imported_file_has_no_dates_until_owned_and_first_touched(operator):
    kol = verbs.create(Actor(operator, "import", NOW), {"name": "x", "owner": operator})
    assert (kol.dormant, Kol.objects.get().next_due) == (True, None)
    touch.log(Actor(operator, "page", NOW), kol, channel="wechat", began="us", text="hello")
    kol.refresh_from_db()
    assert (kol.dormant, kol.touch_due) == (False, date(2026, 12, 7))


def test_a_new_file_is_due_for_a_touch_after_the_interval_of_its_stage(kol):
    assert kol.touch_due == (NOW + timedelta(days=14)).date()


def test_a_new_owner_brings_the_file_into_his_team(kol, admin, stranger):
    assert verbs.edit(Actor(admin, "page", NOW), kol, {"owner": stranger}, 1).team == stranger.team


def test_a_lunar_birthday_is_stored_as_its_next_solar_day(operator):
    kol = make_kol(operator, birth_calendar="lunar", birth_year=1994, birth_month=10, birth_day=15)
    assert kol.next_birthday == date(2026, 11, 23)


def test_an_admin_who_claims_a_file_leaves_it_in_its_team(operator, admin):
    kol = make_kol(operator, owner=None, team=operator.team)
    assert verbs.claim(Actor(admin, "page", NOW), kol).team == operator.team


def test_an_account_on_the_own_platform_is_not_passed_to_who_has_one(kol, operator, actor):
    account, other = make_account(kol), make_kol(operator, "b")
    make_account(other, handle="b")
    with pytest.raises(ValidationError) as refusal:
        holder.pass_on(actor, account, other)
    assert list(refusal.value.message_dict) == ["kol"]
    assert kol.holdings.get().until is None


def test_an_account_changes_hands_with_a_dated_holder(kol, operator, actor):
    account, other = make_account(kol, "bilibili"), make_kol(operator, "b")
    holder.pass_on(actor, account, other)
    assert (other.accounts.get(), account.holdings.get(until=None).kol) == (account, other)
