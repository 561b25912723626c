"""Rows with problems come back as the same kind of file with a reason (UI, screen 9)."""

import io
import json
import tempfile

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from profiles.importing.opening import open_table
from profiles.importing.reading import InMemory
from profiles.importing.writing import written
from profiles.models import Kol
from profiles.services import outcomes
from tests.factories import make_kol
from tests.profiles.importing import run, workbook

pytestmark = pytest.mark.django_db


def errors(as_user, imported):
    answer = as_user(imported.user).get(reverse("profiles:import-errors", args=[imported.pk]))
    assert answer.status_code == 200
    return answer


def test_a_workbook_comes_back_as_a_workbook_that_runs_nothing(bring, as_user):
    rows = (["姓名", "生日", "简介"], ["李健", "1990-13-40", "=1+1"], ["王思雨", "1990-05-04", ""])
    imported = bring(workbook(*rows).content, name="list.xlsx")
    answer = errors(as_user, imported)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    (heads, wrong) = list(sheet.iter_rows())
    assert [cell.value for cell in heads] == ["姓名", "生日", "简介", "Reason"]
    assert [cell.value for cell in wrong][:2] == ["李健", "1990-13-40"]
    assert {cell.data_type for cell in wrong if cell.value} == {"s"}
    again = list(open_table(InMemory("again.xlsx", answer.content)).records())
    assert len(again) == 2


def test_a_json_document_comes_back_as_one(bring, as_user):
    entries = [{"name": "A", "birthday": "1990-13-40"}, {"name": "B"}]
    answer = errors(as_user, bring(json.dumps(entries), name="list.json"))
    assert answer["Content-Type"] == "application/json"
    (wrong,) = json.loads(answer.content)
    assert (wrong["name"], wrong["birthday"]) == ("A", "1990-13-40")
    assert wrong["Reason"].startswith("“birthday”")


CARDS = """BEGIN:VCARD
VERSION:3.0
FN:王思雨
TEL:13800138000
END:VCARD
begin:vcard
VERSION:3.0
FN:李健
TEL:12
NOTE:a long note that stands in the card, met at the fair in Hangzhou in May; \\n
  folded
X-UNKNOWN:kept
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E9=99=88;=E6=99=A8;;;
TEL;CELL:34
END:VCARD
"""


def test_cards_come_back_as_they_are_with_the_reason_in_a_note(bring, as_user):
    answer = errors(as_user, bring(CARDS, name="list.vcf"))
    assert answer["Content-Disposition"].endswith('.vcf"')
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    text = answer.content.decode()
    assert text.count("BEGIN:VCARD") + text.count("begin:vcard") == 2
    assert "王思雨" not in text
    assert "X-UNKNOWN:kept" in text
    unfolded = text.replace("\r\n ", "")
    assert "NOTE:[KOL CRM] “Phone”: A phone number has 5 to 15 digits.\r\nEND:VCARD" in unfolded
    assert "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:[KOL CRM] =E2=80=9CPhone" in unfolded
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n") if b"QUOTED" not in line)


def test_mended_cards_are_taken_in_and_the_note_of_the_reason_is_no_remark(bring, as_user):
    again = errors(as_user, bring(CARDS, name="list.vcf")).content
    mended = again.replace(b"TEL:12", b"TEL:13800138001").replace(b"TEL;CELL:34", b"TEL;CELL:13800138002")
    run(bring(mended, name="errors.vcf"))
    assert set(Kol.objects.values_list("name", flat=True)) == {"李健", "陈晨"}
    assert not Kol.objects.filter(introduction__contains="KOL CRM").exists()
    assert "folded" in Kol.objects.get(name="李健").introduction


def test_a_card_that_is_wrong_again_has_one_reason(bring, as_user):
    once = errors(as_user, bring(CARDS, name="list.vcf")).content
    twice = errors(as_user, bring(once, name="errors.vcf")).content
    assert twice == once


def test_of_a_wide_table_the_wrong_columns_come_back_with_their_days(bring, as_user):
    lines = [f"2026-01-{day:02},{day},{day}" for day in range(1, 32)]
    table = "\n".join(["date,697,698", *lines, "2026-02-01,5,many\n"])
    answer = errors(as_user, bring(table, "bilibili"))
    read = answer.content.decode("utf-8-sig").splitlines()
    assert (read[0], read[1], read[-2]) == ("date,698", "2026-01-01,1", "2026-02-01,many")
    assert read[-1].startswith("Reason,")


@pytest.mark.parametrize("cell", ["=cmd()", "+x", "-x", "@x", "\tx"])
def test_a_text_file_holds_no_cell_that_a_spreadsheet_runs(cell):
    made = written("csv", ["a"], [[cell], ["-12.5"]])
    assert made.content.decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    assert made.content.decode("utf-8-sig").splitlines()[-1] == "-12.5"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_stands_over_a_column_runs_nothing_either_and_comes_back_as_it_was(kind):
    made = written(kind, ["=cmd()", "姓名"], [["1", "李健"]])
    if kind == "csv":
        assert made.content.decode("utf-8-sig").startswith("'=cmd(),")
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(made.content)).active
        assert (sheet["A1"].value, sheet["A1"].data_type) == ("=cmd()", "s")
    read = open_table(InMemory(f"again.{kind}", made.content)).records()
    assert next(iter(read))[1] == ["=cmd()", "姓名"]


def test_rows_with_contacts_never_lie_on_disk_in_clear(monkeypatch):
    """RELIABILITY, "Personal data": a library would keep the sheet in a file while it writes it."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    made = written("xlsx", ["手机"], [["13800138000"]])
    assert openpyxl.load_workbook(io.BytesIO(made.content)).active["A2"].value == "13800138000"


# The command


def command(tmp_path, text, *options):
    file, out = tmp_path / "list.csv", io.StringIO()
    file.write_text(text)
    call_command("import_kols", str(file), *options, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()[-1]


TABLE = "mid,up主,粉丝数\n697,徐云流浪,1.2万\n698,帅农鸟哥,3万\n"


def test_the_command_creates_only_or_updates_only(tmp_path, operator):
    make_kol(operator, "徐云", accounts=[{"platform": "bilibili", "external_id": "697"}])
    there = ("--platform", "bilibili")
    assert command(tmp_path, TABLE, *there, "--mode", "update-only").startswith("created 0, updated 1,")
    assert Kol.objects.count() == 1
    assert command(tmp_path, TABLE, *there, "--mode", "create-only").startswith("created 1, updated 0,")
    assert Kol.objects.count() == 2


def test_the_command_finds_files_by_the_key_that_is_named(tmp_path, operator):
    kol = make_kol(operator, "王思雨", contacts=[{"channel": "phone", "value": "13800138000"}])
    table = "姓名,手机,城市\n小王,13800138000,杭州\n"
    assert command(tmp_path, table, "--key", "phone") == "created 0, updated 1, unchanged 0, rejected 0"
    kol.refresh_from_db()
    assert (kol.name, kol.city, Kol.objects.count()) == ("王思雨", "杭州", 1)
    assert command(tmp_path, table, "--key", "name") == "created 1, updated 0, unchanged 0, rejected 0"


def test_the_command_refuses_a_key_of_accounts_without_a_platform(tmp_path):
    with pytest.raises(CommandError, match="Without a platform"):
        command(tmp_path, TABLE, "--key", "account")
    assert not Kol.objects.exists()


@pytest.fixture
def chinese(operator):
    """The language of who uploads, in which the worker speaks."""
    operator.language = "zh-hans"
    operator.save(update_fields=["language"])


def test_reasons_are_read_in_the_language_of_who_reads_them(bring, chinese):
    """Whoever uploaded it: what is kept is which message it is."""
    imported = bring("姓名,手机,生日\n李健,12,1990-13-40\nA,,\n")
    first = imported.rows.get(number=2)
    with translation.override("en"):
        english = outcomes.reasons(first, {})
    assert english == ["“手机”: A phone number has 5 to 15 digits.", "“生日”: no such day"]
    with translation.override("zh-hans"):
        assert "no such day" not in " ".join(outcomes.reasons(first, {}))


def test_how_a_file_was_read_is_said_in_the_language_of_who_reads_it(bring, chinese):
    """Also why a column was understood so, inside a note, and of which list words were left out."""
    with translation.override("zh-hans"):  # of the page on which it was uploaded
        imported = run(bring("id,名字,粉丝数,点赞数,领域\n101,王思雨,6,7,无此领域\n", "bilibili"))
    with translation.override("en"):
        notes, whys = imported.notes_now, [column["why"] for column in imported.columns_now]
    assert notes[0] == "Read as utf-8, columns separated by ,."
    assert "Column “点赞数”: counts over a period, and the table names none" in notes
    assert "Left out, not in the list of fields: 无此领域 (1)" in notes
    assert whys[0] == "by its heading"
    with translation.override("zh-hans"):
        read = " ".join([*imported.notes_now, *(column["why"] for column in imported.columns_now)])
    assert not [words for words in (*notes, *whys) if words in read]


def test_page_and_api_say_it_so(bring, chinese, as_user):
    with translation.override("zh-hans"):
        imported = bring("id,名字\n101,王思雨\n", "bilibili")
    imported.user.language = "en"
    imported.user.save(update_fields=["language"])
    page = as_user(imported.user).get(reverse("profiles:import", args=[imported.pk]) + "?columns")
    assert "Read as utf-8, columns separated by ,." in page.content.decode()
    assert "by its heading" in page.content.decode()


def test_why_a_whole_row_was_left_out_is_read_so_too_and_earlier_rows_as_they_are(bring, chinese):
    imported = bring("id,名字,粉丝数\n,,5\n101,王思雨,6\n", "bilibili")
    row = imported.rows.get(outcome="rejected")
    with translation.override("en"):
        assert outcomes.why(row).startswith("no account found")
        row.problems = []
        assert outcomes.why(row) == row.why
        assert not row.why.isascii()
