"""How fast a source pushes files by ``POST /api/v1/kols/bulk/``, against COPY + merge of the rows it writes.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks push [rows] [--profile]

Makes a test database beside the one named and drops it again. Calls of 1,000 items, from JSON to answer,
with keys, rights, validation, twins, history: all new, all changed (a text and a word), all as they stand.
The floor writes the very rows again from ready bytes into temporary tables and INSERT … ON CONFLICT, in the
same run. On a busy machine compare the processor time. PERFORMANCE asks for 25 % of the floor.
"""

import cProfile
import pstats
import sys
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.db import connection, models
from django.test.utils import override_settings, setup_databases, teardown_databases
from knox.settings import knox_settings
from rest_framework.test import APIClient

from benchmarks.figure_speed import copied_in, copied_out
from benchmarks.import_speed import GIVEN, SURNAMES, WRITTEN
from benchmarks.spending import Spent, spent
from kol_crm.core.models import ApiToken, Change, ChangeSet, Team, User, uuid7
from profiles.models import ExternalId, Kol, Source

ROWS, CALL = 10_000, 1_000
BULK = "/api/v1/kols/bulk/"
CHANGED = (Kol, ExternalId, ChangeSet, Change)


def items(rows: int, **more: Any) -> list[dict[str, Any]]:
    """Names, phones, mails, cities, birthdays and accounts, each its own."""
    return [
        {
            "external_id": str(n),
            "name": f"{SURNAMES[n % 10]}{GIVEN[n % 12]}{GIVEN[(n // 12) % 12]}{n}",
            "city": "杭州",
            "birth_year": 1970 + n % 30,
            "birth_month": 1 + n % 9,
            "birth_day": 11,
            "contacts": [
                {"channel": "phone", "value": f"139{n:08d}"},
                {"channel": "mail", "value": f"u{n}@mail.example"},
            ],
            "accounts": [{"platform": "bilibili", "external_id": str(10**6 + n)}],
            **more,
        }
        for n in range(rows)
    ]


def calls(sent: list[dict[str, Any]]) -> list[bytes]:
    return [
        orjson.dumps({"source": "bench", "items": sent[at : at + CALL]}) for at in range(0, len(sent), CALL)
    ]


def send(client: APIClient, bodies: Iterable[bytes], status: str) -> Spent:
    """What the calls cost. Raises ``SystemExit`` unless each item became ``status``."""
    started = spent()
    answers = [
        client.post(
            BULK, data=body, content_type="application/json", headers={"Idempotency-Key": str(uuid7())}
        )
        for body in bodies
    ]
    took = spent() - started
    for answer in answers:
        counts = answer.json().get("counts", {})
        if {name for name, count in counts.items() if count} != {status}:
            raise SystemExit(answer.content[:800].decode())
    return took


def merged(tables: Iterable[type[models.Model]], fresh: Callable[[type[models.Model]], str]) -> Spent:
    """COPY + merge of the rows of these tables; ``fresh``: a condition, of rows that are taken out first."""
    with connection.cursor() as cursor:
        names = {model: connection.ops.quote_name(model._meta.db_table) for model in tables}
        kept = {}
        for model, name in names.items():
            only = fresh(model)
            kept[model] = copied_out(cursor, f"SELECT * FROM {name}{only and f' WHERE {only}'}")
        cursor.execute("SET session_replication_role = replica")  # the history is never taken out otherwise
        for model in reversed(list(names)):
            if only := fresh(model):
                cursor.execute(f"DELETE FROM {names[model]} WHERE {only}")
        cursor.execute("SET session_replication_role = origin")
        started = spent()
        for model, content in kept.items():
            columns = [connection.ops.quote_name(str(one.column)) for one in model._meta.concrete_fields]
            new = ", ".join(f"{one} = excluded.{one}" for one in columns[1:])
            key = connection.ops.quote_name(str(model._meta.pk.column))
            cursor.execute(f"CREATE TEMPORARY TABLE merged (LIKE {names[model]})")
            copied_in(cursor, "COPY merged FROM STDIN", content)
            cursor.execute(
                f"INSERT INTO {names[model]} SELECT * FROM merged ON CONFLICT ({key}) DO UPDATE SET {new}"
            )
            cursor.execute("DROP TABLE merged")
        return spent() - started


def told(name: str, rows: int, ours: Spent, floor: Spent | None) -> None:
    share = "" if floor is None else f"; COPY + merge {floor}"
    if floor is not None:
        share += f"; {100 * floor.clock / ours.clock:.0f} % by the clock"
        share += f", {100 * floor.processor / ours.processor:.0f} % of processor time"
    sys.stdout.write(
        f"{name}: {rows:,} items {ours} ({rows / ours.clock:,.0f}/s by the clock, "
        f"{rows / ours.processor:,.0f}/s of processor){share}\n"
    )
    sys.stdout.flush()


def compare(client: APIClient, rows: int) -> None:
    warm = {"external_id": "warm", "name": "the first of a process, which reads the software in"}
    send(client, calls([warm]), "created")
    new, changed = calls(items(rows)), calls(items(rows, city="上海", introduction="known by the bench"))
    again = calls(items(rows, city="北京", introduction="known by the benchmark"))
    tidy()
    ours = send(client, new, "created")
    tidy()
    tables = (*WRITTEN[:-2], ExternalId, *WRITTEN[-2:])
    first = send(client, changed, "updated")
    same = send(client, changed, "unchanged")
    tidy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id::text), '') FROM core_change")
        mark = cursor.fetchone()[0]
    moved = send(client, again, "updated")
    tidy()
    written = f"id > '{mark}'"
    floor = merged(CHANGED, lambda model: written if model is Change else "")
    told("changed", rows, moved, floor)
    told("changed for the first time since they came", rows, first, floor)
    told("unchanged", rows, same, None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DELETE FROM core_change WHERE {written}")
        cursor.execute("SET session_replication_role = origin")
    told("new", rows, ours, floor_of_new(tables))


def tidy() -> None:
    """As autovacuum leaves the tables: known to the planner, with room where rows were.

    Without it the first to change rows writes beside full pages, and whoever comes next into the gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def floor_of_new(tables: Iterable[type[models.Model]]) -> Spent:
    """The same rows again into empty tables."""
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(model._meta.db_table) for model in tables]
        kept = {name: copied_out(cursor, f"SELECT * FROM {name}") for name in names}
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
        started = spent()
        for name, content in kept.items():
            cursor.execute(f"CREATE TEMPORARY TABLE merged (LIKE {name})")
            copied_in(cursor, "COPY merged FROM STDIN", content)
            cursor.execute(f"INSERT INTO {name} SELECT * FROM merged ON CONFLICT DO NOTHING")
            cursor.execute("DROP TABLE merged")
        return spent() - started


def main(arguments: list[str]) -> None:
    numbers = [int(one) for one in arguments if one.isdecimal()]
    rows = numbers[0] if numbers else ROWS
    made = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(ALLOWED_HOSTS=["*"]):
            team = Team.objects.order_by("id")[0]
            user = User.objects.create(username="bench", role="operator", team=team)
            Source.objects.create(slug="bench", name="Bench", owner=user)
            _token, secret = ApiToken.objects.create(user, scopes=["kols:read", "kols:write"], prefix="")
            client = APIClient(HTTP_AUTHORIZATION=f"{knox_settings.AUTH_HEADER_PREFIX} {secret}")
            profile = cProfile.Profile()
            if "--profile" in arguments:
                profile.enable()
            compare(client, rows)
            profile.disable()
            if "--profile" in arguments:
                pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    finally:
        teardown_databases(made, verbosity=0)
