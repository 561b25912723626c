"""The CSV that PostgreSQL writes is the one that Python writes, byte by byte (docs/export.md)."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.defusing import STARTS, defused, defused_in_sql
from profiles.exporting import columns, database
from profiles.models import Account, Agency, ContactPoint, Kol
from profiles.rules.attribute import LONGEST
from profiles.services import kol as kols
from profiles.views.rows import COLUMNS
from tests.factories import NOW, field, make_account, make_kol
from tests.profiles.exporting import taken
from tests.profiles.test_import_attributes import FULL, asked

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the other database writes no CSV"),
]
__all__ = ["asked"]
EVERYTHING = "sort=name&columns=" + ",".join(
    [*(one.key for one in COLUMNS.standing), *(f"attr_{key}" for key in FULL)]
)
EXAMPLES = {
    "phone": "1380013{0:02}{1}00",
    "wechat": "w{0}-{1}",
    "mail": "mail{0}-{1}@mail.example",
    "address": "{0} West Lake Road; {1}",
}
AWKWARD = [
    '=HYPERLINK("http://x.example")',
    "-2+3",
    "-5",
    "+86 (10) 1234-5678",
    "--",
    "'=1",
    "''-x",
    "'plain",
    "\t=1",
    "a, b; c",
    'say "hi"',
    '"first',
    "line\nbreak",
    "line\r\nbreak",
    "\r",
    " blanks ",
    "王；思、雨|Lin",
    "100%",
    "-3%",
    "\\.",
    "NULL",
    "\\N",
    "😀\u200b",
    "١٢",
    "-١٢",
]
SHARES = [
    0.0,
    -0.00001,
    0.00015,
    -0.00015,
    0.12345,
    0.5,
    2.0,
    -1.0,
    1234.56789,
    1 / 3,
    1e-9,
    0.00005,
    0.99999,
]


@pytest.fixture
def full(operator, asked) -> None:
    """A file for each awkward word, in every column that people or imports write."""
    agency = Agency.objects.create(name='=MCN "a", b', folded="mcn")
    for place, word in enumerate(AWKWARD):
        kol = make_kol(
            operator,
            f"n{place:02}",
            agency=agency if place % 2 else None,
            contacts=[
                {"channel": channel, "value": example.format(place, number)}
                for channel, example in EXAMPLES.items()
                for number in range(place % 3)
            ],
            fields=[(field("tea"), 2), (field("running"), 5)][: place % 3],
            tags=[word, f"t{place}", "; b"][: place % 4],
            touch_interval=place % 3 * 10 or None,
        )
        make_account(kol, handle=f"h{place}", external_id=f"x{place}")
        make_account(kol, platform="bilibili", handle=f"b{place}")
        Account.objects.filter(kol=kol, platform="own").update(handle=word, external_id=f"{word}{place}")
        ContactPoint.objects.filter(kol=kol, channel="wechat").update(masked=word[:30])
        Kol.objects.filter(pk=kol.pk).update(
            name=f"{word}",
            sort_name=f"{place:02}",
            alias=word,
            city=word,
            birth_calendar="lunar" if place % 2 else "solar",
            birth_year=1990 if place % 3 else None,
            birth_month=5 if place % 4 else None,
            birth_day=4 if place % 4 == 1 else None,
            birth_leap=bool(place % 2 and place % 4),
            language=["zh-hans", "en", "", "xx"][place % 4],
            own_followers=place * 1000 if place else None,
            own_followers_change=SHARES[place % len(SHARES)] if place < 20 else None,
            bond=place,
            risk=place if place % 2 else None,
            verdict=["thriving", "", "unknown"][place % 3],
            level=["nano", ""][place % 2],
            quiet_cause=["", "mourning"][place % 2],
            stage_since=date(2022, 1, 1 + place),
            last_touch_at=datetime(2022, 3, 1 + place, 18, tzinfo=UTC) if place % 3 else None,
            next_due=date(2023, 1, 1 + place) if place % 2 else None,
            next_due_kind=["touch", "review", "date", "nothing"][place % 4],
        )
        if place % 2:
            values = FULL | {"motto": word.strip() or "x", "shoe": f"{place - 9}.50"}
            kols.edit(
                Actor(operator, "page", NOW),
                kol,
                {f"attr_{key}": value for key, value in values.items()},
                None,
            )


def both(user, monkeypatch, query=EVERYTHING, **options) -> tuple[bytes, bytes]:
    """(by the database, by Python)"""
    by_database = taken(user, query, **options)
    with monkeypatch.context() as patched:
        patched.setattr(database, "may", lambda _columns: False)
        return by_database, taken(user, query, **options)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_database_writes_the_bytes_that_python_writes(full, operator, monkeypatch, language, zone):
    operator.zone, operator.language = zone, language
    operator.save()
    with translation.override(language), timezone.override(zone):
        by_database, by_python = both(operator, monkeypatch)
    assert by_database.split(b"\r\n") == by_python.split(b"\r\n")
    assert by_database.count(b"\r\n") >= len(AWKWARD)


def test_in_clear_too_with_contacts_of_others_masked(full, manager, monkeypatch):
    by_database, by_python = both(manager, monkeypatch, in_clear=True, reason="the fair")
    assert by_database == by_python
    assert b"mail1-0@mail.example" in by_database


def test_every_column_is_one_that_the_database_can_write(asked):
    wanted = [*(one.key for one in COLUMNS.standing), *(f"attr_{key}" for key in FULL)]
    table = columns.of(COLUMNS.chosen(wanted))
    assert [column.key for column in table if not database.may([column])] == []


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=LONGEST)
    | st.text("=+-@\t\r'()0123456789,.eE% \n", max_size=12)
    | st.builds(
        lambda sign, rest: sign + rest, st.sampled_from([*STARTS[:-1], "'"]), st.text("'0a=+-1 ", max_size=8)
    )
)
def test_a_cell_is_defused_by_the_database_as_by_python(cell):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {defused_in_sql('cell')} FROM (SELECT %s::text AS cell) AS one", [cell])
        assert cursor.fetchone()[0] == defused(cell)


def test_a_line_is_a_row_whatever_it_holds():
    words = ["a\nb", "c\r\nd", ""]
    rows = copying.lines("SELECT word FROM unnest(%s::text[]) AS word", [words], "FORMAT csv")
    assert rows == [b'"a\nb"\n', b'"c\r\nd"\n', b'""\n']
