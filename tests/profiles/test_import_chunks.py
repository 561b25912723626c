"""An import a chunk at a time: crashes, races, statements (DOMAIN 3.4, RELIABILITY 1)."""

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from lifecycle.models import Stay
from profiles.models import Account, Kol, Snapshot
from profiles.services import import_chunks, importing
from tests.profiles.test_import import RANKING, bring

pytestmark = pytest.mark.django_db

__all__ = ["bring"]


def test_rows_of_one_account_are_settled_together_across_chunks(bring, monkeypatch):
    monkeypatch.setattr(import_chunks, "CHUNK", 2)
    rows = "".join(
        f"日榜,音乐,2026-11-0{day},{day}00,{mid},名{mid},,1\n" for day in (1, 2, 3) for mid in range(5)
    )
    table = RANKING.split("\n")[0] + "\n" + rows + "日榜,音乐,2026-11-01,7,0,名0,,1\n"
    assert bring(table)[-1] == "created 5, updated 11, unchanged 0, rejected 0"
    assert bring(table)[-1] == "created 0, updated 0, unchanged 16, rejected 0"


def test_a_crash_keeps_the_chunks_before_it_and_a_second_run_does_the_rest(bring, monkeypatch):
    monkeypatch.setattr(import_chunks, "CHUNK", 2)
    write, times = importing._write, []

    def crash(*args):
        times.append(1)
        write(*args)
        if len(times) == 2:
            raise DatabaseError("power cut")

    table = "mid,up主\n" + "".join(f"{number + 100},名{number}\n" for number in range(6))
    with monkeypatch.context() as patch:
        patch.setattr(importing, "_write", crash)
        with pytest.raises(DatabaseError):
            bring(table)
    assert (Kol.objects.count(), Account.objects.count(), Stay.objects.count()) == (2, 2, 2)
    assert bring(table)[-1] == "created 4, updated 0, unchanged 2, rejected 0"


def test_a_chunk_that_somebody_else_was_faster_with_is_looked_up_again(bring, monkeypatch):
    write, times = importing._write, []

    def lose_once(*args):
        times.append(1)
        write(*args)
        if len(times) == 1:
            raise IntegrityError("one_account_per_external_id")

    monkeypatch.setattr(importing, "_write", lose_once)
    assert bring(RANKING)[-1] == "created 2, updated 1, unchanged 0, rejected 0"
    assert (len(times), Kol.objects.count(), Snapshot.objects.count()) == (2, 2, 6)


def test_the_number_of_statements_does_not_grow_with_the_rows(bring):
    def table(first: int, count: int, growth: int) -> str:
        rows = "".join(
            f"日榜,音乐,2026-11-05,{growth},{mid},名字{mid},UP主,1\n" for mid in range(first, first + count)
        )
        return RANKING.split("\n")[0] + "\n" + rows

    def statements(text: str, *options: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            bring(text, *options)
        return len(queries)

    few, many = table(1000, 50, 1), table(2000, 500, 1)
    # The planner's marks of new files go in batches of 333 on SQLite.
    assert statements(many) - statements(few) in (-1, 0, 1)  # created
    assert statements(few) == statements(many)  # unchanged
    renamed = [text.replace("名字", "新名").replace("11-05,1,", "11-05,2,") for text in (few, many)]
    assert statements(renamed[0], "--overwrite") == statements(renamed[1], "--overwrite")  # updated
    assert Kol.objects.filter(name__startswith="新名").count() == 550
