"""How fast figures come in by ``POST /api/v1/snapshots/bulk/``, against COPY of the same rows into the table.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks figures [accounts]

On a database that ``load`` filled; whatever is written is rolled back. A request is measured from JSON to
answer, deferred constraints included. Measured with one figure an account, where each row takes a file's
columns along, and with six; the bare columns (two UPDATE … FROM) stand beside the floor. On a busy machine
compare the processor time. ``--profile`` tells where the time of the process goes.
"""

import cProfile
import pstats
import sys
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import orjson
from django.db import connection, transaction
from django.test.utils import override_settings
from django.utils import timezone
from knox.settings import knox_settings
from rest_framework.test import APIClient

from benchmarks.spending import Spent, spent
from kol_crm.core.models import ApiToken, User, uuid7
from profiles.models import Account, Snapshot

ACCOUNTS, CALL = 20_000, 5_000
METRICS = ("followers", "following", "posts_total", "likes_avg", "comments_avg", "views_avg")
BULK = "/api/v1/snapshots/bulk/"
ROW = 'id, metric, value, start, "end", source, at, standing, account_id, takes_back_id, writer_id, newest'
BARE = (
    "UPDATE profiles_account a SET followers = t.followers + 1, followers_on = t.followers_on + 1 FROM t "
    "WHERE t.id = a.id",
    "UPDATE profiles_kol k SET level = u.level, verdict = u.verdict, own_followers = u.more, "
    "own_followers_on = u.own_followers_on + 1, own_followers_change = u.own_followers_change, "
    "own_followers_trend = u.own_followers_trend, most_followers = u.more, figures_due = u.figures_due + 1 "
    "FROM u WHERE u.id = k.id",
)


def bodies(accounts: list, metrics: tuple[str, ...], day: str) -> list[bytes]:
    """What the calls send, each of so many accounts."""
    rows = [
        {
            "account": str(pk),
            "end": day,
            "figures": {name: followers * 101 // 100 + place for place, name in enumerate(metrics)},
        }
        for pk, followers in accounts
    ]
    step = CALL
    return [orjson.dumps({"rows": rows[at : at + step]}) for at in range(0, len(rows), step)]


def measured(act: Callable[[], None]) -> Spent:
    started = spent()
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    took = spent() - started
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return took


def compare(client: APIClient, accounts: list, metrics: tuple[str, ...]) -> tuple[Spent, Spent, Spent]:
    """The requests, COPY of the rows they wrote, the bare columns; all of it is rolled back."""
    yesterday = timezone.localdate() - timedelta(days=1)

    def send(day: date) -> None:
        for body in bodies(accounts, metrics, f"{day:%Y-%m-%d}"):
            answer = client.post(
                BULK, data=body, content_type="application/json", headers={"Idempotency-Key": str(uuid7())}
            )
            counts = answer.json().get("counts")
            if not counts or counts["refused"] or not counts["new"]:
                raise SystemExit(answer.content[:500].decode())

    with transaction.atomic(), connection.cursor() as cursor:
        send(yesterday - timedelta(days=1))  # what was invented of level and verdict is set by figures now
        ours = measured(lambda: send(yesterday))
        of_day = f"source = 'api' AND \"end\" = '{yesterday}'"
        rows = copied_out(cursor, f"SELECT {ROW} FROM profiles_snapshot WHERE {of_day}")
        transaction.set_rollback(True)
    ids = [pk for pk, _followers in accounts]
    with transaction.atomic(), connection.cursor() as cursor:
        Snapshot.objects.filter(account__in=ids, newest=True).update(newest=False)  # as these are now
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        floor = measured(lambda: copied_in(cursor, f"COPY profiles_snapshot ({ROW}) FROM STDIN", rows))
        transaction.set_rollback(True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE t AS SELECT * FROM profiles_account WHERE id = ANY(%s)", [ids])
        cursor.execute(
            "CREATE TEMPORARY TABLE u AS SELECT k.*, own_followers + 1 AS more FROM profiles_kol k "
            "JOIN t ON t.kol_id = k.id"
        )
        bare = measured(lambda: [cursor.execute(statement) for statement in BARE] and None)
        transaction.set_rollback(True)
    return ours, floor, bare


def copied_out(cursor, query: str) -> bytes:
    sink = BytesIO()
    if hasattr(cursor, "copy_expert"):  # psycopg2
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", sink)
    else:
        with cursor.copy(f"COPY ({query}) TO STDOUT") as stream:
            sink.writelines(bytes(part) for part in stream)
    return sink.getvalue()


def copied_in(cursor, statement: str, rows: bytes) -> None:
    if hasattr(cursor, "copy_expert"):
        cursor.copy_expert(statement, BytesIO(rows))
        return
    with cursor.copy(statement) as stream:
        stream.write(rows)


def main(arguments: list[str]) -> None:
    profiled = "--profile" in arguments
    numbers = [int(one) for one in arguments if one.isdecimal()]
    size = numbers[0] if numbers else ACCOUNTS
    wanted = Account.objects.filter(platform="own", kol__archived_at=None, followers__isnull=False)
    accounts = list(wanted.order_by("external_id").values_list("pk", "followers")[:size])
    with override_settings(ALLOWED_HOSTS=["*"]), transaction.atomic():
        user = User.objects.get(username="manager")
        _token, secret = ApiToken.objects.create(user, scopes=["kols:read", "figures:write"], prefix="")
        client = APIClient(HTTP_AUTHORIZATION=f"{knox_settings.AUTH_HEADER_PREFIX} {secret}")
        compare(client, accounts[:100], METRICS)  # statements are written, modules read
        for metrics in (METRICS[:1], METRICS):
            profile = cProfile.Profile()
            if profiled:
                profile.enable()
            ours, floor, bare = compare(client, accounts, metrics)
            profile.disable()
            each, both = 1e6 / (len(accounts) * len(metrics)), floor.processor + bare.processor
            sys.stdout.write(
                f"{len(accounts):,} accounts, {len(metrics)} figures each: {ours.processor * each:.1f} µs a "
                f"figure ({ours.here * each:.1f} + {ours.there * each:.1f}); COPY "
                f"{floor.processor * each:.1f}; "
                f"columns {bare.processor * each:.1f}; {100 * floor.processor / ours.processor:.0f} % of "
                f"COPY, {100 * both / ours.processor:.0f} % of COPY and columns\n"
            )
            if profiled:
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        transaction.set_rollback(True)
