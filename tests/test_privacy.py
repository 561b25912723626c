"""Every stored field has a class and a purpose; contact data stands nowhere in clear (RELIABILITY 5)."""

import pytest
from django.db import connection
from django.urls import get_resolver

from kol_crm.core import checks, lists, personal
from kol_crm.core.actor import Actor
from kol_crm.core.personal import Entry, Kind
from profiles.models import ContactPoint, Kol
from profiles.services import contact as contact_verbs
from profiles.services import kol as kol_verbs
from tests.factories import NOW, make_kol

OLD, NEW, WECHAT = "13987654321", "13611112222", "siyu_secret_wx"
PLAIN = (OLD, NEW, WECHAT, OLD[-8:], NEW[-8:])


def test_every_field_is_classified_and_no_entry_is_stale():
    assert checks.every_field_is_classified() == []


def test_the_check_refuses_a_field_left_out_a_stale_one_and_one_named_twice(monkeypatch):
    said = personal.declared()
    team = [Entry(Kind.GENERAL, "a name", "name name gone"), Entry(Kind.SYSTEM, "ids", "id path version")]
    wrong = {**said, "core.Team": team, "core.Gone": []}
    monkeypatch.setattr(personal, "declared", lambda: dict(wrong))
    assert {(error.id, error.msg) for error in checks.every_field_is_classified()} == {
        ("core.E001", "core.Team.parent has no class of personal data."),
        ("core.E002", "core.Team: gone does not exist."),
        ("core.E002", "core.Team: name is classified twice."),
        ("core.E002", "core.Gone is classified but there is no such model."),
    }


def test_the_check_refuses_a_model_nobody_spoke_of(monkeypatch):
    said = personal.declared()
    del said["profiles.Touch"]
    monkeypatch.setattr(personal, "declared", lambda: said)
    [error] = checks.every_field_is_classified()
    assert error.msg == "profiles.Touch.* has no class of personal data."


def test_each_entry_says_what_for():
    silent = [label for label, said in personal.declared().items() for entry in said if not entry.purpose]
    assert silent == []


def _columns_holding(words) -> list[tuple[str, str, str]]:
    """(table, column, word) of every column of the database in which a word stands, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    is_bytes = isinstance(value, bytes | memoryview)
                    text = bytes(value).decode("latin-1") if is_bytes else str(value)
                    found += [(table, name, word) for word in words if word in text]
    return found


@pytest.mark.django_db
def test_a_dump_after_a_changed_phone_holds_neither_the_old_nor_the_new_one(operator):
    actor = Actor(operator, "page", NOW)
    points = [{"channel": "phone", "value": OLD}, {"channel": "wechat", "value": WECHAT}]
    kol = make_kol(operator, contacts=points, city="UNPROTECTED-CITY")
    phone, wechat = kol.contacts.get(channel="phone"), kol.contacts.get(channel="wechat")
    contact_verbs.change(actor.again(), phone, {"value": NEW})
    contact_verbs.reveal(actor.again(), phone, own=True)
    contact_verbs.remove(actor.again(), wechat)
    kol_verbs.edit(actor.again(), Kol.objects.get(), {"city": "Suzhou"}, None)
    assert _columns_holding(["UNPROTECTED-CITY"]), "the search through the dump finds nothing at all"
    assert _columns_holding(PLAIN) == []


@pytest.mark.django_db
def test_a_dump_without_sealing_would_be_found(operator, monkeypatch):
    """The test above bites: with the seal off, its search finds the phone."""
    monkeypatch.setattr(contact_verbs.vault, "seal", lambda *args: args[-1].encode())
    make_kol(operator, contacts=[{"channel": "phone", "value": OLD}])
    assert ("profiles_contactpoint", "sealed", OLD) in _columns_holding([OLD])


def _asked_columns(spec) -> set[str]:
    """What a reader can filter or sort a list by, as far as it is a column."""
    filters = {one.field_name for one in spec.filterset.base_filters.values() if one.method is None}
    return filters | {sort.column for sort in spec.sorts}


def test_no_list_is_filtered_or_sorted_by_contact_data():
    """A hidden value that can be filtered by can be guessed (RELIABILITY 4)."""
    assert get_resolver().url_patterns  # registers the lists
    hidden = {name for _model, name in personal.fields_of(Kind.CONTACT)}
    asked = {(spec.name, column) for spec in lists.registered() for column in _asked_columns(spec)}
    assert len(asked) >= 15
    wrong = {
        (name, column)
        for name, column in asked
        if column.split("__")[-1] in hidden or column.startswith("contacts")
    }
    assert wrong == set()


def test_contact_data_is_bytes_a_hash_a_mask_or_a_protected_copy():
    """Whoever adds a contact field must think here: in which protected form does it stand?"""
    protected = {
        (ContactPoint._meta.label, name) for name in ("sealed", "digest", "tail_digest", "masked")
    } | {
        ("core.Change", "before"),
        ("core.Change", "after"),
        ("core.Send", "outcome"),
        ("incentives.Greeting", "outcome"),
        ("profiles.Import", "columns"),
        ("profiles.Import", "mends"),
        ("profiles.ImportRow", "changes"),
        ("profiles.ImportRow", "problems"),
        ("profiles.ImportRow", "twins"),
        ("profiles.Duplicate", "parts"),
        ("profiles.NoGoMark", "digest"),
        ("profiles.Merge", "left"),
        ("profiles.MergedRow", "before"),
        ("profiles.MergedRow", "after"),
    }
    assert {(model._meta.label, name) for model, name in personal.fields_of(Kind.CONTACT)} == protected
