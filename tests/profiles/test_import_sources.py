"""Files of every kind: workbooks behind their guard, JSON, address books, contact lists, wide tables."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from profiles.importing.opening import open_table
from profiles.importing.reading import InMemory, UnreadableTable
from profiles.importing.table import read_table
from tests.profiles.importing import workbook

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the tables of {DATA} are not here")
TODAY = date(2026, 11, 23)


def rows_of(source, platform=""):
    return list(read_table(source, platform, today=TODAY).rows)


def archive(*entries: tuple[str, bytes]) -> InMemory:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in entries:
            packed.writestr(name, body)
    return InMemory("bomb.xlsx", content.getvalue())


def test_a_workbook_reads_as_its_cells_are_meant():
    table = open_table(workbook(["姓名", "手机", "生日"], ["王思雨", 13800138000, date(1990, 5, 4)]))
    assert list(table.records()) == [
        (1, ["姓名", "手机", "生日"]),
        (2, ["王思雨", "13800138000", "1990-05-04"]),
    ]


@pytest.mark.parametrize(
    ("bomb", "word"),
    [
        (lambda: archive(("xl/workbook.xml", b"0" * 50_000_000)), "explode"),
        (lambda: archive(*((f"xl/{n}.xml", b"x") for n in range(1001))), "too much"),
        (lambda: archive(("../../etc/passwd", b"x")), "outside"),
        (lambda: archive(("readme.txt", b"x")), "no workbook"),
        (lambda: workbook(["a", "b"], ["1", "2"], far="XFD1048576"), "too big"),
    ],
    ids=["ratio", "entries", "paths", "archive", "sparse"],
)
def test_an_archive_that_explodes_is_refused(bomb, word):
    with pytest.raises(UnreadableTable, match=word):
        open_table(bomb())


def test_an_entry_that_lies_about_its_size_is_refused():
    source = archive(("xl/workbook.xml", b"x" * 5000))
    lie = source.content.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    with pytest.raises(UnreadableTable, match="damaged"):
        open_table(InMemory("lie.xlsx", lie))


def test_a_broken_line_of_a_card_costs_only_itself():
    card = "BEGIN:VCARD\nVERSION:2.1\n"
    card += "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=\n=E6=80=9D\nNONSENSE\n"
    card += "TEL;CELL:13800138000\nTEL;FAX:123456\nBDAY:--0203\nPHOTO:x\nEND:VCARD\n"
    table = open_table(InMemory("a.vcf", card.encode()))
    assert list(table.records())[1] == (1, ["13800138000", "--0203", "王思"])
    assert (table.broken, dict(table.dropped)) == (1, {"FAX": 1, "PHOTO": 1})


def test_a_google_list_has_names_in_parts_and_addresses_in_one():
    table = "Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Value,"
    table += "Address 1 - Formatted,Address 1 - City\n"
    table += (
        'Jane,Smith,Work,+1-555-555-0124 ::: +1-555-555-0125,jane@example.com,"1 Way, San Jose",San Jose\n'
    )
    row = rows_of(InMemory("g.csv", table.encode()))[0]
    assert row.name == "Jane Smith"
    assert [(contact.channel, contact.value) for contact in row.contacts] == [
        ("phone", "+1-555-555-0124"),
        ("phone", "+1-555-555-0125"),
        ("mail", "jane@example.com"),
        ("address", "1 Way, San Jose"),
    ]
    assert row.key == "mail:jane@example.com"


def test_a_column_per_account_is_a_row_with_a_series():
    table = "date,697166795,siyu\n2026-01-02,20,\n2026-01-01,10,5\n2026-01-03,x,7\n"
    first, second = rows_of(InMemory("w.csv", table.replace("x", "").encode()), "bilibili")
    assert (first.number, first.external_id, second.handle) == (2, "697166795", "siyu")
    assert [(figure.end.day, int(figure.value)) for figure in first.figures] == [(2, 20), (1, 10)]
    assert [(figure.end.day, int(figure.value)) for figure in second.figures] == [(1, 5), (3, 7)]


@real
def test_every_address_book_goes_in_and_each_card_is_somebody():
    for path in sorted(DATA.glob("*.vcf")):
        rows = rows_of(path)
        assert rows, path.name
        assert [row.number for row in rows if row.rejected] == [], path.name


@real
def test_the_contact_lists_go_in_with_their_contacts():
    said = {}
    for path in sorted(DATA.glob("ct_*.csv")):
        rows = rows_of(path)
        said[path.stem] = (
            len(rows),
            sum(bool(row.contacts) for row in rows),
            sum(bool(row.rejected) for row in rows),
        )
    assert all(rows and rejected == 0 for rows, _contacts, rejected in said.values()), said
    assert all(contacts for _rows, contacts, _rejected in said.values()), said


@real
def test_the_daily_series_are_72_accounts():
    rows = rows_of(DATA / "ts_bilibili_followers_daily.csv", "bilibili")
    assert len(rows) == 72
    assert len({row.external_id for row in rows}) == 72
    assert max(len(row.figures) for row in rows) > 1000


@real
def test_the_workbook_and_the_podcasts_read_to_their_last_row():
    assert len(rows_of(DATA / "inf_youtube_top1000.xlsx", "youtube")) == 1000
    rows = rows_of(DATA / "inf_zh_podcasts_new.json", "podcast")
    assert len(rows) == 205
    assert rows[0].external_id == "26bebc908962ea66ff15093e11d89ca9"
