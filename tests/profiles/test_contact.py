"""Contact data: sealed, masked, revealed on record (DOMAIN 2.3, 3.1; RELIABILITY 5)."""

import base64
import json
import logging
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change, Disclosure
from profiles.models import ContactPoint, Kol
from profiles.services import contact as verbs
from profiles.services import contact_values
from profiles.services import kol as files
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db

PHONE, OTHER = "13812345678", "13987654321"


@pytest.fixture
def phone(operator):
    kol = make_kol(operator, contacts=[{"channel": "phone", "value": PHONE}])
    return kol.contacts.get()


def state(contact):
    """Everything of a contact point that a change could touch."""
    return ContactPoint.objects.values().get(pk=contact.pk), Kol.objects.get(pk=contact.kol_id).version


@pytest.mark.parametrize(
    ("channel", "value", "masked"),
    [
        ("phone", "13812345678", "138****5678"),
        ("phone", "+86 138 1234 5678", "+86****5678"),
        ("phone", "12345", "****45"),
        ("mail", "siyu@163.com", "si****@163.com"),
        ("mail", "a@b.cn", "a****@b.cn"),
        ("wechat", "siyu_run88", "si****"),
        ("wechat", "abcd", "a****"),
        ("address", "上海市静安区南京西路1号", "上海****"),
    ],
)
def test_a_mask_shows_little_of_each_kind(channel, value, masked):
    assert contact_values.mask(channel, value) == masked


def test_equal_phones_in_any_writing_have_one_digest_and_are_found_by_their_last_four():
    ways = ("13812345678", "+86 138-1234-5678", "１３８ １２３４ ５６７８")
    assert len({verbs.digests("phone", way)["digest"] for way in ways}) == 1
    assert len({verbs.digests("phone", way)["tail_digest"] for way in ways}) == 1


def test_the_value_is_sealed_and_comes_back_only_by_decrypting(phone):
    assert PHONE.encode() not in bytes(phone.sealed)
    assert verbs.value_of(phone) == PHONE


def test_a_value_equal_to_the_mask_leaves_everything_as_it_is(phone, actor):
    before = state(phone)
    verbs.change(actor, phone, {"value": phone.masked, "label": ""})
    assert state(phone) == before
    assert Change.objects.filter(field="value").count() == 0


@pytest.mark.parametrize("value", ["139****5678", "138••••5678", "138＊＊＊＊5678", "*", "138****567*"])
def test_any_other_value_with_mask_characters_is_refused_at_the_field(phone, actor, value):
    before = state(phone)
    with pytest.raises(ValidationError) as refusal:
        verbs.change(actor, phone, {"value": value})
    assert list(refusal.value.message_dict) == ["value"]
    assert state(phone) == before


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"channel": "phone", "value": ""}, "value"),
        ({"channel": "phone", "value": "123"}, "value"),
        ({"channel": "mail", "value": "no-mail"}, "value"),
        ({"channel": "fax", "value": "12345678"}, "channel"),
        ({"channel": "phone", "value": "138****5678"}, "value"),
    ],
)
def test_a_bad_contact_is_refused_at_its_field(kol, actor, values, at):
    with pytest.raises(ValidationError) as refusal:
        verbs.add(actor, kol, values)
    assert list(refusal.value.message_dict) == [at]
    assert (ContactPoint.objects.count(), Kol.objects.get().version) == (0, 1)


def test_another_value_forgets_that_the_old_one_was_verified_or_dead(phone, actor):
    verbs.change(actor, phone, {"verified_on": date(2026, 11, 1), "dead_since": date(2026, 11, 2)})
    # as the form sends it: all columns, the known ones unchanged
    sent = {"value": OTHER, "verified_on": date(2026, 11, 1), "dead_since": date(2026, 11, 2)}
    verbs.change(actor.again(), phone, sent)
    phone.refresh_from_db()
    assert (phone.verified_on, phone.dead_since, verbs.value_of(phone)) == (None, None, OTHER)
    assert set(Change.objects.filter(row=phone.pk, after__isnull=True).values_list("field", flat=True)) == {
        "verified_on",
        "dead_since",
    }


def test_another_value_can_be_verified_at_once(phone, actor):
    verbs.change(actor, phone, {"value": OTHER, "verified_on": date(2026, 11, 23)})
    phone.refresh_from_db()
    assert phone.verified_on == date(2026, 11, 23)


def test_the_same_contact_twice_on_a_file_is_refused(phone, actor):
    with pytest.raises(ValidationError) as refusal:
        verbs.add(actor, phone.kol, {"channel": "phone", "value": "+86 138 1234 5678"})
    assert list(refusal.value.message_dict) == ["value"]
    second = verbs.add(actor.again(), phone.kol, {"channel": "phone", "value": OTHER})
    with pytest.raises(ValidationError):
        verbs.change(actor.again(), second, {"value": PHONE})
    assert sorted(verbs.values_of(list(ContactPoint.objects.all()))) == [PHONE, OTHER]


def test_the_first_of_a_channel_is_preferred_and_another_takes_its_place_on_record(phone, actor):
    second = verbs.add(actor, phone.kol, {"channel": "phone", "value": OTHER})
    assert (ContactPoint.objects.get(pk=phone.pk).preferred, second.preferred) == (True, False)
    verbs.change(actor.again(), second, {"preferred": True})
    assert ContactPoint.objects.get(preferred=True) == second
    moved = Change.objects.filter(field="preferred").values_list("row", "before", "after")
    assert set(moved) == {(phone.pk, True, False), (second.pk, False, True)}


def test_the_database_holds_one_preferred_contact_per_channel(phone, actor):
    verbs.add(actor, phone.kol, {"channel": "phone", "value": OTHER})
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.update(preferred=True)


def test_a_contact_keeps_its_channel(phone, actor):
    before = state(phone)
    with pytest.raises(ValidationError) as refusal:
        verbs.change(actor, phone, {"channel": "wechat"})
    assert list(refusal.value.message_dict) == ["channel"]
    assert state(phone) == before


def test_a_stale_change_of_a_contact_is_refused(phone, actor):
    files.edit(actor, phone.kol, {"city": "杭州"}, 1)
    before = state(phone)
    with pytest.raises(Conflict):
        verbs.change(actor.again(), phone, {"value": OTHER}, 1)
    assert state(phone) == before


def test_the_history_holds_contact_data_only_masked_and_sealed(phone, actor):
    verbs.change(actor, phone, {"value": OTHER})
    verbs.remove(actor.again(), phone)
    kept = json.dumps(list(Change.objects.values_list("before", "after")))
    assert PHONE not in kept
    assert OTHER not in kept
    change = Change.objects.get(field="value")
    assert (change.before["masked"], change.after["masked"]) == ("138****5678", "139****4321")
    assert set(change.before) == {"masked", "sealed"}
    assert PHONE.encode() not in base64.b64decode(change.before["sealed"])


def test_dead_ones_are_passed_over_for_the_mail_to_write_to(kol, actor):
    first = verbs.add(actor, kol, {"channel": "mail", "value": "a@b.example"})
    verbs.add(actor.again(), kol, {"channel": "mail", "value": "c@d.example"})
    assert verbs.living_mail(kol).masked == "a****@b.example"
    verbs.mark_dead(actor.again(), first, NOW.date())
    assert verbs.living_mail(kol).masked == "c****@d.example"


# Revealing


def test_a_reveal_is_recorded_with_who_what_and_why(phone, actor):
    assert verbs.reveal(actor, phone, own=True) == PHONE
    row = Disclosure.objects.get()
    assert (row.user, row.door, row.action, row.subject) == (actor.user, "page", "reveal", phone.kol_id)
    assert (row.detail, row.reason, row.at) == ("phone", "", NOW)


def test_on_anothers_file_a_reveal_needs_a_reason(phone, manager):
    with pytest.raises(ValidationError) as refusal:
        verbs.reveal(Actor(manager, "page", NOW), phone, own=False, reason="  ")
    assert list(refusal.value.message_dict) == ["reason"]
    assert Disclosure.objects.count() == 0


def test_beyond_the_hours_limit_nothing_is_revealed_until_the_hour_is_over(phone, actor, manager):
    policy.change(Actor(manager, "page", NOW), {"reveals_per_hour": 2})
    for _again in range(2):
        verbs.reveal(actor, phone, own=True)
    with pytest.raises(Refused) as refusal:
        verbs.reveal(actor, phone, own=True)
    assert (refusal.value.code, Disclosure.objects.count()) == ("too_many", 2)
    later = Actor(actor.user, "page", NOW + timedelta(hours=1))
    assert verbs.reveal(later, phone, own=True) == PHONE


def url(contact):
    return reverse("profiles:contact-reveal", args=[contact.kol_id, contact.pk])


def test_one_click_shows_it_on_ones_own_file_and_no_cache_keeps_it(phone, operator, as_user):
    answer = as_user(operator).post(url(phone))
    assert answer.status_code == 200
    assert f'data-value="{PHONE}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Disclosure.objects.count() == 1


def test_a_manager_gives_a_reason_and_a_colleague_cannot(phone, manager, colleague, stranger, as_user):
    refused = as_user(manager).post(url(phone))
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    assert as_user(colleague).post(url(phone), {"reason": "please"}).status_code == 403
    assert as_user(stranger).post(url(phone), {"reason": "please"}).status_code == 404
    assert Disclosure.objects.count() == 0
    assert PHONE in as_user(manager).post(url(phone), {"reason": "call them"}).content.decode()
    assert Disclosure.objects.get().reason == "call them"


def test_a_reveal_is_a_post(phone, operator, as_user):
    shown = as_user(operator).get(url(phone))
    assert PHONE not in shown.content.decode()
    assert Disclosure.objects.count() == 0


def test_the_limit_is_a_429_with_its_message(phone, operator, manager, as_user):
    policy.change(Actor(manager, "page", NOW), {"reveals_per_hour": 0})
    answer = as_user(operator).post(url(phone))
    assert answer.status_code == 429
    assert PHONE not in answer.content.decode()
    assert "within an hour" in answer["HX-Trigger"]


def test_a_contact_is_revealed_only_under_its_own_file(phone, operator, as_user):
    elsewhere = make_kol(operator, "another")
    wrong = reverse("profiles:contact-reveal", args=[elsewhere.pk, phone.pk])
    assert as_user(operator).post(wrong).status_code == 404
    assert Disclosure.objects.count() == 0


def test_no_page_of_a_file_shows_contact_data(phone, operator, as_user):
    browser = as_user(operator)
    names = ("kol-detail", "kol-edit", "kol-history", "kol-timeline", "touch-form", "kol-disclosures")
    for name in names:
        page = browser.get(reverse(f"profiles:{name}", args=[phone.kol_id]))
        assert page.status_code == 200, name
        assert PHONE not in page.content.decode(), name


# The dump


def dump() -> str:
    """Every row of every table as text, blobs also as the bytes they hold."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    blob = isinstance(value, bytes | memoryview)
                    text.append(bytes(value).decode("latin-1") if blob else str(value))
    return "\n".join(text)


def writings(number: str) -> set[str]:
    """The ways in which a number could lie about in clear."""
    raw = number.encode()
    return {number, number[::-1], raw.hex(), base64.b64encode(raw).decode(), number[3:], f"+86{number}"}


def test_the_dump_after_a_change_by_the_page_holds_neither_the_old_nor_the_new_number(
    phone, operator, as_user, caplog
):
    caplog.set_level(logging.DEBUG)
    browser = as_user(operator)
    page = browser.get(reverse("profiles:kol-edit", args=[phone.kol_id])).context["editor"]
    data = {"version": "1", page.contacts.base_name: str(phone.pk)}
    data |= {"accounts.base": "", "fields.base": "", "quotes.base": ""}
    data |= {page.form.add_initial_prefix(name): "" for name in page.form.tracked}
    data |= {"name": phone.kol.name, "initial-name": phone.kol.name, "birth_calendar": "solar"}
    data |= {"initial-birth_calendar": "solar", "owner": operator.pk, "initial-owner": operator.pk}
    data |= {"initial-minor": "False", "initial-birth_leap": "False", "contacts.0.preferred": "on"}
    data |= {"contacts.0.id": str(phone.pk), "contacts.0.channel": "phone", "contacts.0.value": OTHER}
    answer = browser.post(reverse("profiles:kol-edit", args=[phone.kol_id]), data)
    assert answer.status_code == 302, answer.context["editor"].form.errors
    phone.refresh_from_db()
    assert verbs.value_of(phone) == OTHER
    browser.post(url(phone))
    text = dump() + caplog.text
    assert "138****5678" in text, "the dump holds the history at all"
    for number in (PHONE, OTHER):
        assert [way for way in writings(number) if way in text] == []


def test_a_value_checked_before_is_built_as_one_checked_now(kol):
    """An import checks a value when it reads it, and hashes it once."""
    built = [
        verbs.build(kol, {"channel": "phone", "value": value}, b"k" * 32)
        for value in ("138 0000 1111", verbs.checked("phone", "138 0000 1111"))
    ]
    columns = [(one.masked, one.digest, one.tail_digest) for one in built]
    assert columns[0] == columns[1]
    assert all(columns[0])
