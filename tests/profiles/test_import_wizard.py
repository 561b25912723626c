"""The verbs of the wizard: upload, choose, check, mend, run, resume, undo (UI, screen 9; DOMAIN 3.14)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from kol_crm.core import stored
from kol_crm.core import work as works
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, StoredFile, Work
from profiles.models import Account, ContactPoint, Import, ImportRow, Kol, Outcome, Snapshot
from profiles.services import contact as contact_verbs
from profiles.services import import_chunks, importing, imports, touch
from profiles.services import kol as verbs
from tests.factories import NOW, make_kol
from tests.profiles.importing import actor, counts, do, outcomes, run, undo

pytestmark = pytest.mark.django_db

LIST = """姓名,手机,微信,邮箱,生日,城市,标签,机构,农历生日,收货地址
王思雨,13800138000,siyu_w,siyu@example.com,1990-05-04,杭州,,星光传媒,,杭州市西湖区一号
李健,138 0013 8001,,,--0203,北京,,,,
"""
RANKING = """mid,up主,粉丝数
697,徐云流浪,1.2万
698,帅农鸟哥,3万
"""


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_contact_list_becomes_files_with_contacts_birthday_city_and_agency(bring, operator):
    imported = bring(LIST)
    assert (imported.state, counts(imported)) == ("preview", {"created": 2})
    assert not Kol.objects.exists()
    assert counts(run(imported)) == {"created": 2}
    kol = Kol.objects.get(name="王思雨")
    assert (kol.birth_year, kol.birth_month, kol.birth_day, kol.city) == (1990, 5, 4, "杭州")
    assert (kol.agency.name, kol.owner, kol.team, kol.dormant) == ("星光传媒", None, operator.team, True)
    assert kol.next_birthday is not None
    kept = {contact.channel: contact_verbs.value_of(contact) for contact in kol.contacts.all()}
    assert kept == {
        "phone": "13800138000",
        "wechat": "siyu_w",
        "mail": "siyu@example.com",
        "address": "杭州市西湖区一号",
    }
    assert all(contact.preferred for contact in kol.contacts.all())
    other = Kol.objects.get(name="李健")
    assert (other.birth_year, other.birth_month, other.birth_day) == (None, 2, 3)


def test_the_preview_shows_masks_and_neither_rows_nor_history_hold_a_contact(bring):
    imported = run(bring(LIST))
    kept = repr([*imported.rows.values(), *Change.objects.values(), *Import.objects.values()])
    for secret in ("13800138000", "138 0013 8001", "siyu@example.com", "siyu_w", "西湖区"):
        assert secret not in kept
    assert ["phone", "", "138****8000"] in imported.rows.get(number=2).changes
    assert b"13800138000" not in stored.path_of(StoredFile.objects.get()).read_bytes()


def test_a_file_is_found_by_a_contact_and_its_empty_facts_filled(bring, operator):
    kol = make_kol(operator, "思雨", contacts=[{"channel": "phone", "value": "+86 138 0013 8000"}])
    imported = run(bring(LIST))
    assert outcomes(imported) == ["updated", "created"]
    kol.refresh_from_db()
    assert (kol.name, kol.city, kol.version) == ("思雨", "杭州", 2)
    assert kol.contacts.count() == 4
    row = imported.rows.get(number=2)
    assert {"fact": "name", "kept": "思雨", "said": "王思雨"} in row.problems
    again = run(bring(LIST))
    assert outcomes(again) == ["conflict", "unchanged"]
    kol.refresh_from_db()
    assert (kol.version, kol.contacts.count()) == (2, 4)


@pytest.mark.parametrize(("key", "found"), [("phone", True), ("mail", False), ("name", False)])
def test_the_key_says_by_what_a_file_is_found(bring, operator, key, found):
    make_kol(operator, "思雨", contacts=[{"channel": "phone", "value": "13800138000"}])
    imported = bring(LIST, key=key)
    row = imported.rows.get(number=2)
    # another key passes the phone by, the finder does not
    assert row.outcome == ("updated" if found else "twin")
    assert (row.kol is not None) is found


def test_a_shared_contact_and_one_on_two_files_find_nobody(bring, operator):
    phone = {"channel": "phone", "value": "13800138000"}
    make_kol(operator, "助理的一", contacts=[phone | {"shared": True}])
    assert bring(LIST, key="phone").rows.get(number=2).outcome == "created"
    for name in ("二", "三"):
        make_kol(operator, name, contacts=[{"channel": "mail", "value": "siyu@example.com"}])
    row = bring(LIST, key="mail").rows.get(number=2)
    assert (row.outcome, "more than one file" in row.why) == ("rejected", True)


def test_a_file_out_of_sight_is_not_filled_and_not_shown(bring, stranger):
    make_kol(stranger, "思雨", contacts=[{"channel": "phone", "value": "13800138000"}])
    row = bring(LIST, key="phone").rows.get(number=2)
    assert (row.outcome, row.kol) == ("rejected", None)
    assert row.why == "already on file with team West, ask Stranger"


def test_the_mode_leaves_rows_out(bring, operator):
    make_kol(operator, "思雨", contacts=[{"channel": "phone", "value": "13800138000"}])
    assert outcomes(run(bring(LIST, mode="new"))) == ["skipped", "created"]
    assert outcomes(run(bring(LIST, mode="known", key="name"))) == ["skipped", "unchanged"]


def test_a_mask_is_no_data_at_this_door_either(bring, operator):
    make_kol(operator, "王思雨", contacts=[{"channel": "phone", "value": "13800138000"}])
    imported = run(bring("姓名,手机\n王思雨,138****8000\n李健,139****0000\n", key="name"))
    assert outcomes(imported) == ["unchanged", "created"]
    assert ContactPoint.objects.count() == 1
    assert imported.rows.get(number=3).problems == [
        {"fact": "phone", "kept": ["a mask, no value", {}], "said": "139****0000"}
    ]


def test_a_file_called_by_its_mask_takes_the_name_a_later_table_knows_and_a_star_is_no_mask(bring):
    run(bring("手机\n13800138000\n"))
    assert Kol.objects.get().name == "138****8000"
    assert outcomes(run(bring("姓名,手机\n*Terror*,13800138000\n", key="contact"))) == ["updated"]
    assert outcomes(run(bring("姓名,手机\n*Terror*,13800138000\n", key="contact"))) == ["unchanged"]
    assert Kol.objects.get().name == "*Terror*"


def test_a_column_may_be_mapped_by_hand(bring):
    imported = bring("甲,乙\n王思雨,13800138000\n", by_hand={0: "name", 1: "phone"})
    assert outcomes(run(imported)) == ["created"]
    assert Kol.objects.get().contacts.get().masked == "138****8000"


def test_a_meaning_that_there_is_not_and_a_foreign_owner_are_refused(bring, operator, stranger):
    imported = bring(LIST)
    for field, choice in (
        ("columns", {"by_hand": {0: "shoe size"}}),
        ("key", {"key": "smell"}),
        ("key", {"key": "account"}),
        ("mode", {"mode": "never"}),
        ("platform", {"platform": "geocities"}),
        ("owner", {"owner": stranger}),
    ):
        with pytest.raises(ValidationError) as refused:
            imports.choose(actor(operator), imported, choice)
        assert field in refused.value.message_dict
    assert Import.objects.get().state == "preview"


def test_a_bad_cell_is_mended_and_a_row_dropped(bring, operator):
    imported = bring("姓名,手机,生日\n王思雨,12,1990-13-40\n李健,13800138001,\n", key="name")
    problems = imported.rows.get(number=2).problems
    assert [(problem["column"], problem["index"]) for problem in problems] == [("手机", 1), ("生日", 2)]
    do(imports.mend(actor(operator), imported, {2: {1: "13800138000", 2: "1990-05-04"}}, [3]))
    imported = run(Import.objects.get())
    assert [(row.number, row.outcome, row.problems) for row in imported.rows.all()] == [(2, "created", [])]
    kol = Kol.objects.get()
    assert (kol.birth_day, contact_verbs.value_of(kol.contacts.get())) == (4, "13800138000")
    assert b"13800138000" not in bytes(imported.mends)


def test_an_import_that_ran_cannot_be_changed_or_run_again(bring, operator):
    imported = run(bring(LIST))
    before = Kol.objects.count()
    for verb in (
        lambda: imports.choose(actor(operator), imported, {"mode": "new"}),
        lambda: imports.mend(actor(operator), imported, {}, [2]),
        lambda: imports.check(actor(operator), imported),
        lambda: imports.run(actor(operator), imported),
    ):
        with pytest.raises(Refused):
            verb()
    assert Kol.objects.count() == before


def test_a_run_that_crashed_goes_on_without_doubling(bring, operator, monkeypatch):
    monkeypatch.setattr(import_chunks, "CHUNK", 2)
    table = "mid,up主,粉丝数\n" + "".join(
        f"{number + 100},名{number},{number + 1}万\n" for number in range(6)
    )
    imported = bring(table, "bilibili")
    write, times = importing._write, []

    def crash(*args):
        times.append(1)
        write(*args)
        if len(times) == 2:
            raise DatabaseError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_write", crash)
        imported = imports.run(actor(operator), imported)
        assert works.run_one(imported.work).state == Work.State.FAILED
    imported = Import.objects.select_related("work").get()
    assert (imported.stopped, Kol.objects.count(), imported.rows.filter(written=True).count()) == (True, 2, 2)
    imported = run(imported)
    assert counts(imported) == {"created": 6}
    assert (Kol.objects.count(), Account.objects.count(), Snapshot.objects.count()) == (6, 6, 6)
    assert Change.objects.values("change_set").distinct().count() == 1


def test_undo_archives_what_the_import_made_and_the_table_may_come_again(bring):
    imported = undo(run(bring(LIST)))
    assert imported.state == "undone"
    assert {kol.is_archived for kol in Kol.objects.all()} == {True}
    assert set(imported.rows.values_list("undo", flat=True)) == {"back"}
    again = run(bring(LIST.replace("王思雨", "王小雨")))
    assert {kol.name for kol in Kol.objects.filter(archived_at=None)} == {"王小雨", "李健"}
    assert Kol.objects.count() == 2
    assert outcomes(again) == ["updated", "updated"]


def test_undo_puts_updated_facts_back_and_takes_contacts_tags_and_figures_off(bring, operator):
    kol = make_kol(
        operator,
        "徐云",
        city="上海",
        accounts=[{"platform": "bilibili", "external_id": "697"}],
        tags=["旧"],
        fields=[],
    )
    table = "mid,up主,粉丝数,城市,手机,团队标签,性别\n697,徐云流浪,1.2万,杭州,13800138000,新,男\n"
    imported = run(bring(table, "bilibili", overwrite=True, day=NOW.date()))
    kol.refresh_from_db()
    account = kol.accounts.get()
    assert (kol.name, kol.city, kol.gender, account.title) == ("徐云流浪", "杭州", "male", "徐云流浪")
    assert (account.followers, kol.level, kol.contacts.count(), kol.tags.count()) == (12000, "micro", 1, 2)
    undo(imported)
    kol.refresh_from_db()
    account.refresh_from_db()
    assert (kol.name, kol.city, kol.gender, account.title) == ("徐云", "上海", "", "")
    assert (account.followers, kol.level, kol.contacts.count()) == (None, "", 0)
    assert [tag.name for tag in kol.tags.all()] == ["旧"]
    assert not Snapshot.objects.filter(standing=True).exists()
    assert "徐云流浪" not in kol.search
    again = run(bring(table, "bilibili", overwrite=True, day=NOW.date()))
    assert counts(again) == {"updated": 1}
    assert Snapshot.objects.get(standing=True).value == Decimal(12000)


def test_undo_brings_back_the_figure_that_stood_before(bring, operator):
    run(bring(RANKING, "bilibili", day=NOW.date()))
    later = run(bring(RANKING.replace("1.2万", "5万"), "bilibili", day=NOW.date()))
    account = Account.objects.get(external_id="697")
    assert account.followers == 50000
    undo(later)
    account.refresh_from_db()
    assert account.followers == 12000
    assert Snapshot.objects.get(account=account, standing=True).value == Decimal(12000)


def test_undo_leaves_and_lists_what_changed_since(bring, operator):
    known = make_kol(operator, "李健", contacts=[{"channel": "phone", "value": "13800138001"}])
    imported = run(bring(LIST, owner=operator))
    made = Kol.objects.get(name="王思雨")
    touch.log(actor(operator), made, channel="wechat", began="us")
    known.refresh_from_db()
    verbs.edit(actor(operator), known, {"city": "广州"}, known.version)
    imported = undo(imported)
    made.refresh_from_db()
    known.refresh_from_db()
    assert (made.is_archived, known.city, known.birth_month) == (False, "广州", None)
    rows = {row.number: (row.undo, row.left) for row in imported.rows.all()}
    assert rows == {2: ("left", ["touch"]), 3: ("left", ["city"])}


def test_a_workbook_a_json_document_and_an_address_book_come_in(bring):
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Greg\r\nTEL;TYPE=CELL:13800138009\r\nBROKEN\r\nEND:VCARD\r\n"
    imported = run(bring(card, name="a.vcf"))
    assert (imported.kind, counts(imported)) == ("vcard", {"created": 1})
    assert any("1 lines" in note for note in imported.notes_now)
    document = '{"data": [{"nickname": "甲", "contact": {"phone": "13800138010"}}]}'
    imported = bring(document, name="a.json", by_hand={1: "phone"})
    assert (imported.kind, counts(run(imported))) == ("json", {"created": 1})
    assert Kol.objects.get(name="甲").contacts.get().masked == "138****8010"


def test_what_cannot_be_read_is_refused_and_nothing_is_kept(operator, tmp_path):
    with pytest.raises(ValidationError) as refused:
        imports.upload(actor(operator), "x.csv", [b"\0\1\2"])
    assert "file" in refused.value.message_dict
    assert not Import.objects.exists()
    assert not StoredFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_who_may_not_create_files_uploads_none(finance):
    with pytest.raises(ValidationError):
        imports.upload(actor(finance), "x.csv", [LIST.encode()])
    assert not StoredFile.objects.exists()


def test_an_import_is_seen_by_its_importer_and_the_managers_above(
    bring, operator, colleague, manager, manager_elsewhere, finance, admin
):
    bring(LIST)
    seen = {
        user.username
        for user in (operator, colleague, manager, manager_elsewhere, finance, admin)
        if Import.objects.visible_to(user).exists()
    }
    assert seen == {"operator", "manager", "admin"}


def test_every_row_has_one_outcome(bring):
    imported = bring(RANKING + ",,5\n697,徐云流浪,9\n", "bilibili")
    assert sum(imported.counts.values()) == imported.total == ImportRow.objects.count() == 4
    assert set(imported.counts) == set(Outcome.values)
