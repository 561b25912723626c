"""Contact lists and address books of ../shared/data, from the file to the undo (issue 3, Import)."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from profiles.models import Account, ContactPoint, Kol, Snapshot
from profiles.services import contact as contact_verbs
from tests.profiles.importing import counts, run, undo

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the tables of {DATA} are not here"),
]
BOOKS = sorted(path.name for path in DATA.glob("vcf_*.vcf"))
LISTS = {
    "ct_google_classic.csv": "csv",
    "ct_google_new_layout.csv": "csv",
    "ct_outlook_all_columns.csv": "csv",
    "ct_tb_utf16_addressbook.csv": "csv",
}

WITHOUT_CONTACTS = {"vcf_khard_text-bday.vcf"}
SHARED = {"vcf_android.vcf": 2}


def brought(bring, name, platform=""):
    return bring((DATA / name).read_bytes(), platform, name=name)


@pytest.mark.parametrize("name", [*LISTS, *BOOKS])
def test_it_goes_in_comes_again_unchanged_and_out(bring, name):
    imported = run(brought(bring, name))
    said = counts(imported)
    assert said.get("created"), said
    assert sum(said.values()) == imported.total
    assert not said.get("rejected"), list(imported.rows.values_list("number", "why"))
    assert ContactPoint.objects.exists() is (name not in WITHOUT_CONTACTS)
    for contact in ContactPoint.objects.all():
        assert contact_verbs.value_of(contact)
    again = run(brought(bring, name))
    assert not {"created", "updated"} & set(counts(again)), counts(again)
    # a contact that two of the book's cards share finds two files: told, not guessed
    assert set(again.rows.filter(outcome="rejected").values_list("why", flat=True)) <= {
        "more than one file fits: choose another key"
    }
    assert counts(again).get("rejected", 0) == SHARED.get(name, 0)
    undo(imported)
    assert not Kol.objects.filter(archived_at=None).exists()


def test_outlooks_names_and_contacts_land_where_they_belong(bring):
    imported = run(brought(bring, "ct_outlook_all_columns.csv"))
    targets = {column["heading"]: column["target"] for column in imported.columns}
    assert targets["First Name"] == "name_given"
    assert targets["Email Work"] == "mail"
    assert targets["Business Phone"] == "phone"
    channels = set(ContactPoint.objects.values_list("channel", flat=True))
    assert channels == {"address", "mail"}  # its phones are empty


@pytest.mark.parametrize("name", BOOKS)
def test_an_address_book_says_what_was_dropped(bring, name):
    imported = brought(bring, name)
    text = (DATA / name).read_bytes().upper()
    if b"\nPHOTO" in text:
        assert any("PHOTO" in note for note in imported.notes_now), imported.notes_now


def test_the_daily_series_goes_in_a_column_per_account_and_a_second_time_changes_nothing(bring):
    name = "ts_bilibili_followers_daily.csv"
    imported = run(brought(bring, name, "bilibili"))
    assert (imported.kind, counts(imported)) == ("wide", {"created": 72})
    assert Account.objects.filter(platform="bilibili").count() == 72
    figures = Snapshot.objects.filter(standing=True).count()
    assert figures > 20_000
    assert Snapshot.objects.earliest("end").end > date(2010, 1, 1)
    assert counts(run(brought(bring, name, "bilibili"))) == {"unchanged": 72}
    assert Snapshot.objects.filter(standing=True).count() == figures
