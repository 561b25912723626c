"""What the files look like: defused cells, workbooks, address books; and a table that comes back (2.3)."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kol_crm.core import work as works
from kol_crm.core.defusing import STARTS, defused, freed
from profiles.exporting import columns, workbook, writing
from profiles.importing.cells import quoted, split_words
from profiles.importing.headings import CONTACTS, meaning
from profiles.importing.reading import InMemory
from profiles.importing.table import read_table
from profiles.models import ContactPoint, Import, Kol, Outcome
from profiles.services import imports
from profiles.views.rows import COLUMNS
from tests.factories import NOW, field, make_account, make_kol
from tests.profiles.exporting import actor, ask, rows, taken

PHONE = {"channel": "phone", "value": "+86 138 0013 8000"}
ADDRESS = {"channel": "address", "value": "1 West Lake Road; Hangzhou"}
MAIL = {"channel": "mail", "value": "si@mail.example"}
FULL = "columns=" + ",".join(column.key for column in COLUMNS.standing)


# Cells: RELIABILITY, the note on quoting


@given(st.text() | st.builds(lambda sign, rest: sign + rest, st.sampled_from([*STARTS, "'"]), st.text()))
def test_a_defused_cell_gives_back_exactly_what_was_put_in(cell):
    assert freed(defused(cell)) == cell


@given(st.builds(lambda sign, rest: sign + rest, st.sampled_from(STARTS), st.text()))
def test_no_cell_that_a_spreadsheet_would_run_stays_as_it_is(cell):
    assert defused(cell).startswith("'") or cell.strip("+-0123456789.,eE%() ") == ""


@pytest.mark.parametrize(
    "cell", ["-5", "+5.2", "-1,200.50", "-1e5", "-3%", "+8613800138000", "+86 (10) 1234-5678"]
)
def test_a_signed_number_or_phone_is_left_alone(cell):
    assert defused(cell) == cell


@pytest.mark.parametrize(
    "cell", ["=1+1", "-2+3", "--05-04", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "-", "+"]
)
def test_formulas_are_defused(cell):
    assert defused(cell) == f"'{cell}"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip).filter(bool)))
def test_words_of_a_cell_come_back_whatever_signs_they_hold(words):
    assert split_words("; ".join(map(quoted, words))) == words


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), max_size=5))
def test_a_csv_holds_no_cell_that_runs(table):
    text = writing.Csv().piece((), table)
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.startswith(("=", "@", "\t", "\r", "\0")) for cell in row)


@pytest.mark.django_db
def test_a_name_that_is_a_formula_is_text_everywhere(operator):
    make_kol(operator, name='=HYPERLINK("http://x.example")', city="@city")
    [row] = rows(taken(operator, "columns=kol,city"))
    assert (row["KOL name"], row["City"]) == ('\'=HYPERLINK("http://x.example")', "'@city")
    sheet = load_workbook(io.BytesIO(taken(operator, "columns=kol,city", "xlsx"))).active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["KOL name"].data_type, cells["KOL name"].value) == ("s", '=HYPERLINK("http://x.example")')


# Workbooks and address books


@pytest.mark.django_db
def test_a_workbook_has_the_rows_as_they_are(operator):
    kol = make_kol(operator, name="王<思>&雨\x0b", tags=["a", "b"], birth_year=1990)
    Kol.objects.filter(pk=kol.pk).update(own_followers=12000)
    sheet = load_workbook(
        io.BytesIO(taken(operator, "columns=kol,tags,followers", "xlsx")), read_only=True
    ).active
    heads, found = list(sheet.values)
    row = dict(zip(heads, found, strict=True))
    assert (row["KOL name"], row["Team tags"], row["Own followers"]) == ("王<思>&雨", "a; b", 12000)
    assert row["KOL file ID"] == str(kol.pk)


@pytest.mark.django_db
def test_an_address_book_is_read_back_in_clear_and_without_contacts_when_masked(operator, manager):
    make_kol(
        operator,
        name="王思雨, Lin; Jr",
        birth_month=5,
        birth_day=4,
        tags=["run, fast", "b"],
        contacts=[PHONE, MAIL, ADDRESS, {"channel": "wechat", "value": "siyu_w"}],
    )
    text = taken(manager, kind="vcard", in_clear=True, reason="phones")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    table = read_table(InMemory("kols.vcf", text), "", today=NOW.date())
    [row] = list(table.rows)
    assert row.name == "王思雨, Lin; Jr"
    assert row.facts["birthday"] == ("solar", None, 5, 4, False)
    assert {(one.channel, one.value) for one in row.contacts} == {
        ("phone", "+86 138 0013 8000"),
        ("mail", "si@mail.example"),
        ("wechat", "siyu_w"),
        ("address", "1 West Lake Road; Hangzhou"),
    }
    masked = taken(operator, kind="vcard")
    assert b"****" not in masked
    assert b"TEL" not in masked


# Coming back


def headings() -> list[tuple[columns.TableColumn, str, str]]:
    known = {one.key: one for column in COLUMNS.standing for one in columns.OF_LIST.get(column.key)}
    found = []
    for column in (columns.FILE_ID, *known.values(), *columns.CONTACTS):
        for language in ("en", "zh-hans"):
            with translation.override(language):
                found.append((column, language, str(column.heading)))
        found.append((column, "json", column.key))
    return found


TAKEN_BACK = {
    "file_id": "file",
    "kol_name": "name",
    "alias": "alias",
    "user_id": "external_id",
    "username": "handle",
    "fields": "fields",
    "team_tags": "tags",
    "birthday": "birthday",
    "lunar_birthday": "lunar_birthday",
    "city": "city",
    "language": "language",
    "agency": "agency",
    "phone": "phone",
    "wechat": "wechat",
    "mail": "mail",
    "postal_address": "address",
}


def test_the_importer_knows_each_heading_in_both_languages():
    wrong = [
        (language, words, meaning(words).target)
        for column, language, words in headings()
        if meaning(words).target != TAKEN_BACK.get(column.key, "kept_here")
    ]
    assert wrong == []
    assert set(TAKEN_BACK.values()) >= set(CONTACTS)


def test_every_column_of_the_list_has_its_place_in_a_table():
    assert [one.key for one in COLUMNS.standing if columns.OF_LIST.get(one.key) is None] == []


def everything(operator) -> Kol:
    """A file with all that an export takes back, in its awkward forms."""
    kol = make_kol(
        operator,
        name="王  思雨",
        alias="'=Si",
        city="-Hangzhou",
        language="zh-hans",
        fields=[(field("tea"), 2), (field("running"), 5)],
        tags=["run; fast", 'say "hi"', "+1"],
        birth_calendar="lunar",
        birth_month=4,
        birth_day=5,
        birth_year=1990,
        contacts=[
            PHONE,
            {"channel": "phone", "value": "13800138001"},
            MAIL,
            ADDRESS,
            {"channel": "address", "value": "Other street, 2"},
        ],
    )
    make_account(kol, handle="siyu", external_id="4711", title="Other title")
    return kol


def bring(user, content: bytes, name: str = "kols.csv", platform: str = "") -> Import:
    """Uploaded and taken in without anything said by hand."""
    imported = imports.upload(actor(user), name, [content], platform)
    for verb in (imports.check, imports.run):
        imported = verb(actor(user), Import.objects.get(pk=imported.pk))
        assert works.run_one(imported.work).state == "done"
    return Import.objects.get(pk=imported.pk)


def counted(imported: Import) -> dict:
    return {name: count for name, count in imported.counts.items() if count}


def edited(content: bytes, heading: str, value: str) -> bytes:
    """The table with one cell of its first row changed."""
    head, first, *others = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    first[head.index(heading)] = value
    sink = io.StringIO()
    csv.writer(sink).writerows([head, first, *others])
    return sink.getvalue().encode()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("platform", ["", "own"])
@pytest.mark.parametrize("clear", [False, True], ids=["masked", "in clear"])
def test_what_comes_back_untouched_changes_nothing(operator, manager, kind, language, platform, clear):
    kol = everything(operator)
    make_kol(operator, name="Bare")
    options = {"in_clear": True, "reason": "to edit"} if clear else {}
    with translation.override(language):
        content = taken(manager, FULL, kind, **options)
    before = Kol.objects.get(pk=kol.pk).version
    imported = bring(manager, content, f"kols.{kind}", platform)
    left = [(row.outcome, row.changes, row.problems) for row in imported.rows.exclude(outcome="unchanged")]
    assert left == []
    assert counted(imported) == {Outcome.UNCHANGED: 2}
    assert Kol.objects.get(pk=kol.pk).version == before
    assert ContactPoint.objects.filter(kol=kol).count() == 5


@pytest.mark.django_db
def test_one_edited_cell_changes_exactly_that(operator):
    kol = everything(operator)
    make_kol(operator, name="Bare")
    content = edited(taken(operator, f"{FULL}&sort=-name"), "City", "Suzhou")
    [first] = [row["KOL file ID"] for row in rows(content)][:1]
    imported = bring(operator, content)
    assert counted(imported) == {Outcome.UPDATED: 1, Outcome.UNCHANGED: 1}
    [changed] = imported.rows.filter(outcome=Outcome.UPDATED)
    assert [(fact, after) for fact, _before, after in changed.changes] == [("city", "Suzhou")]
    assert Kol.objects.get(pk=first).city == "Suzhou"
    assert Kol.objects.exclude(pk=first).get().city in ("", "-Hangzhou")
    assert kol.pk in (row.kol_id for row in imported.rows.all())


@pytest.mark.django_db
def test_a_masked_cell_leaves_the_contact_and_another_value_with_mask_signs_is_told(operator):
    """DOMAIN 2.3: a mask is never data."""
    kol = make_kol(operator, contacts=[PHONE])
    content = taken(operator)
    assert counted(bring(operator, content)) == {Outcome.UNCHANGED: 1}
    told = bring(operator, edited(content, "Phone", "139****9999"))
    assert counted(told) == {Outcome.CONFLICT: 1}
    assert [point.masked for point in ContactPoint.objects.filter(kol=kol)] == ["+86****8000"]


@pytest.mark.django_db
def test_an_export_that_comes_back_maps_itself_to_an_update(operator):
    make_kol(operator)
    imported = imports.upload(actor(operator), "kols.csv", [taken(operator)], "")
    assert imported.overwrite
    assert imported.columns[0]["target"] == "file"
    assert "comes back" in imported.notes_now[0]
    foreign = imports.upload(actor(operator), "list.csv", ["姓名,城市\n王思雨,杭州\n".encode()], "")
    assert not foreign.overwrite


@pytest.mark.django_db
def test_a_leap_month_comes_back(operator):
    kol = make_kol(
        operator, birth_calendar="lunar", birth_year=1990, birth_month=5, birth_day=4, birth_leap=True
    )
    content = taken(operator, "columns=kol,birthday")
    assert rows(content)[0]["Lunar birthday"] == "1990-05-04 (leap)"
    assert counted(bring(operator, content)) == {Outcome.UNCHANGED: 1}
    assert Kol.objects.get(pk=kol.pk).birth_leap


@pytest.mark.django_db
def test_a_sheet_has_an_end(operator, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    for _ in range(2):
        make_kol(operator)
    work = works.run_one(ask(operator, kind="xlsx").work)
    assert (work.state, work.error) == ("failed", "too_many_rows")
    with pytest.raises(ValidationError):
        ask(operator, kind="pdf")
