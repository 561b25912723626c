"""Fills a database of PostgreSQL with invented files, set by set through COPY.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks load 100000

The database is there and empty; it is migrated. Beyond 100,000 files come copies of these. Indexes and
triggers rest meanwhile and are brought back at the end, when the files are counted and the planner is told
(HOUSE). The history of a file begins after it.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.invented import Cast, Invention, Rows, open_reviews
from benchmarks.multiplying import multiply
from kol_crm.core import copying, installation, vault
from kol_crm.core.models import DataKey, Team, User, uuid7
from kol_crm.core.text import fold
from kol_crm.demo import people
from lifecycle.models import Move, Review, Stay
from profiles import counting, scope_counting
from profiles.models import (
    Account,
    ContactPoint,
    Field,
    Holding,
    ImportantDate,
    Kol,
    KolField,
    KolTag,
    KolType,
    Snapshot,
    Tag,
    Touch,
)
from profiles.services import contact

TEAMS, OPERATORS = 10, 200
CHUNK = 5_000
INVENTED = 100_000  # so many people at most; the others are their copies
SEED = 7
PASSWORD = "benchmark"  # noqa: S105 - of invented users in a database that is dropped
COPIED = (Kol, KolField, KolTag, Account, Holding, Snapshot, Touch, Move, Stay, Review, ImportantDate)
FILLED = (*COPIED, DataKey, ContactPoint)


def fill(size: int, now: datetime, seed: int = SEED) -> None:
    """Write ``size`` files with all that hangs on them; beyond 100,000 a multiple of these.

    Raises ``SystemExit`` where there are files already.
    """
    if Kol.objects.exists():
        raise SystemExit("There are files already: make an empty database.")
    invented = min(size, INVENTED)
    invention = Invention(_cast(), invented, now, seed)
    with _resting():
        for start in range(0, invented, CHUNK):
            _write(invention.files(start, min(start + CHUNK, invented)))
            _say(f"{min(start + CHUNK, invented):,} of {invented:,} files")
        if size > invented:
            multiply(COPIED, size // invented - 1, _say)
    counting.recount()
    scope_counting.draw(installation.day(now))
    copying.analyze(*FILLED)


def _write(rows: Rows) -> None:
    with transaction.atomic():
        copying.insert(rows.kols)
        for some in (rows.fields, rows.tags, rows.accounts, rows.holdings, rows.snapshots, rows.touches):
            copying.insert(some)
        copying.insert(rows.moves)
        copying.insert(rows.stays)
        copying.insert(open_reviews(rows))
        copying.insert(rows.dates)
        keys = vault.keys_for({kol.pk for kol, _phone in rows.phones}, create=True)
        phones = [
            contact.build(kol, {"channel": "phone", "value": phone, "preferred": True}, keys[kol.pk])
            for kol, phone in rows.phones
        ]
        copying.insert(phones)


def _cast() -> Cast:
    """Teams under the top one, operators in them, a manager above all, tags of each team."""
    top = Team.objects.get(parent=None)
    teams = []
    for number in range(TEAMS):
        key = uuid7()
        teams.append(Team(id=key, name=f"Team {number + 1}", parent=top, path=f"{top.path}{key}/"))
    copying.insert(teams)
    password = make_password(PASSWORD)
    staff = [
        User(
            username=f"operator{number}",
            email=f"operator{number}@crm.example",
            password=password,
            display_name=f"Operator {number}",
            role=User.Role.OPERATOR,
            team=teams[number % TEAMS],
            language="en",
        )
        for number in range(OPERATORS)
    ]
    manager = User(username="manager", password=password, role=User.Role.MANAGER, team=top, language="en")
    User.objects.bulk_create([*staff, manager])
    words = [word for word in people.TAGS if word]
    tags = {team.pk: [Tag(team=team, name=word, folded=fold(word)) for word in words] for team in teams}
    copying.insert([tag for some in tags.values() for tag in some])
    return Cast(staff, teams, tags, list(Field.objects.all()), list(KolType.objects.all()))


@contextmanager
def _resting() -> Iterator[None]:
    """Without triggers, foreign keys and plain indexes, which are made again at the end: far faster."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        indexes = _plain_indexes(cursor)
        cursor.execute("SET session_replication_role = replica")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for name, definition in indexes:
            cursor.execute(definition)
            _say(f"index {name}")
        cursor.execute("RESET session_replication_role")


def _plain_indexes(cursor) -> list[tuple[str, str]]:
    """Those of the filled tables behind which no constraint stands."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s) "
        "AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = indexname::regclass AND indisunique)",
        [[_table(model) for model in FILLED]],
    )
    return cursor.fetchall()


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _say(words: str) -> None:
    sys.stderr.write(f"\r{words}          ")


def main(arguments: list[str]) -> None:
    size = int(arguments[0]) if arguments else 100_000
    call_command("migrate", interactive=False, verbosity=0)
    started = time.perf_counter()
    fill(size, timezone.now())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    _say(f"{size:,} files in {time.perf_counter() - started:,.0f} s\n")
