"""How fast a table comes in, against COPY + merge of the very rows that it writes; and what memory it takes.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks import [rows]

Makes a test database beside the one named and drops it again. Both are measured in one run, on the same rows
and indexes; on a busy machine compare the processor time, which hardly moves with the neighbours.
PERFORMANCE asks for at least 20 %, and for a peak at 12,000 rows of at most 50 MB above that at 1,000 (each
in a process of its own).
"""

import resource
import subprocess
import sys
from io import BytesIO

from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from benchmarks.serving import ROOT
from benchmarks.spending import Spent, spent
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, ChangeSet, DataKey
from profiles.importing.reading import InMemory
from profiles.importing.report import Report
from profiles.models import Account, ContactPoint, Holding, Kol, LevelRecord, Snapshot
from profiles.services import importing

WRITTEN = (DataKey, Kol, Account, Holding, ContactPoint, Snapshot, LevelRecord, ChangeSet, Change)
ROWS = 10_000
SIZES = (1_000, 12_000)
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "思雨建国可欣晓明子轩若曦浩然"


def table(rows: int) -> InMemory:
    """Names, phones, mails, cities, birthdays and follower figures, each its own."""
    lines = ["mid,up主,粉丝数,手机,邮箱,城市,生日"]
    for n in range(rows):
        name = SURNAMES[n % 10] + GIVEN[n % 12] + GIVEN[(n // 12) % 12]
        lines.append(
            f"{10**6 + n},{name}{n},{n + 1},139{n:08d},u{n}@mail.example,杭州,19{70 + n % 30}-0{1 + n % 9}-11"
        )
    return InMemory("bench.csv", "\n".join(lines).encode())


def take_in(rows: int) -> Spent:
    """What it costs to validate, match and write the table. Raises ``SystemExit`` unless all came in."""
    actor = Actor(None, importing.DOOR, timezone.now())
    source = table(rows)
    started = spent()
    read = importing.read(source, "bilibili", actor)
    report = Report(shown=0)
    importing.take_in(actor, read, importing.Order("bilibili"), report, lambda _report: None)
    took = spent() - started
    if report.created != rows:
        raise SystemExit(f"{report.created} of {rows} rows came in")
    return took


def copy_and_merge() -> Spent:
    """What it costs to write the same rows again by COPY into temporary tables and INSERT … ON CONFLICT."""
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(model._meta.db_table) for model in WRITTEN]
        kept = {name: _copied_out(cursor, name) for name in names}
        cursor.execute(f"TRUNCATE {', '.join(kept)} CASCADE")
        started = spent()
        for name, content in kept.items():
            cursor.execute(f"CREATE TEMPORARY TABLE merged (LIKE {name})")
            _copied_in(cursor, content)
            cursor.execute(f"INSERT INTO {name} SELECT * FROM merged ON CONFLICT DO NOTHING")
            cursor.execute("DROP TABLE merged")
        return spent() - started


def _copied_out(cursor, name: str) -> bytes:
    sink = BytesIO()
    if hasattr(cursor, "copy_expert"):  # psycopg2
        cursor.copy_expert(f"COPY {name} TO STDOUT", sink)
    else:
        with cursor.copy(f"COPY {name} TO STDOUT") as stream:
            sink.writelines(bytes(part) for part in stream)
    return sink.getvalue()


def _copied_in(cursor, content: bytes) -> None:
    if hasattr(cursor, "copy_expert"):
        cursor.copy_expert("COPY merged FROM STDIN", BytesIO(content))
        return
    with cursor.copy("COPY merged FROM STDIN") as stream:
        stream.write(content)


def peak(rows: int) -> int:
    """Megabytes at the highest of a process that takes in so many rows."""
    command = [sys.executable, "-m", "benchmarks", "import", "--peak", str(rows)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def main(arguments: list[str]) -> None:
    rows = int(arguments[-1]) if arguments else ROWS
    made = setup_databases(verbosity=0, interactive=False)
    try:
        ours = take_in(rows)
        if "--peak" in arguments:
            sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}\n")
            return
        floor = copy_and_merge()
    finally:
        teardown_databases(made, verbosity=0)
    sys.stdout.write(
        f"{rows:,} rows: {ours} ({rows / ours.clock:,.0f} rows/s); COPY + merge {floor}; "
        f"{100 * floor.clock / ours.clock:.0f} % by the clock, "
        f"{100 * floor.processor / ours.processor:.0f} % of processor time\n"
    )
    sys.stdout.flush()
    small, large = (peak(size) for size in SIZES)
    sys.stdout.write(f"peak: {small} MB at {SIZES[0]:,}, {large} MB at {SIZES[1]:,} rows\n")
