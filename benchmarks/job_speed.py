"""What a day's greetings cost beside one bare select and insert, and the night's look at every file.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks jobs

On a database that ``load`` filled; all is rolled back. The planner has planned as far as today when the day
that is measured begins. PERFORMANCE asks for at most three times the floor, no statement a person, and that
asking again writes nothing. On a busy machine compare the processor time.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.export_speed import say
from benchmarks.spending import Spent, spent
from incentives.models import Greeting
from incentives.services import keeping, planner
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from profiles.models import Kol

DAY = timedelta(days=1)
TABLE = Greeting._meta.db_table
WRITING = ("INSERT", "UPDATE", "DELETE", "COPY")


def measured(act: Callable[[], Any]) -> tuple[Any, Spent]:
    started = spent()
    found = act()
    return found, spent() - started


def greetings(now) -> None:
    planner.plan(Actor.job(now))
    known = set(Greeting.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        tally, took = measured(lambda: planner.plan(Actor.job(now + DAY)))
    fresh = list(Greeting.objects.exclude(pk__in=known).values_list("pk", flat=True))
    say(f"{tally.seen} files looked at, {len(fresh)} drafts, {len(asked)} statements: {took}")
    again = _again(now)
    floor = bare(fresh, now)
    say(f"one select and one insert of these drafts: {floor}; {took.processor / floor.processor:.1f} times")
    say(f"asked again: {again}")


def _again(now) -> Spent:
    """The same day once more. Raises ``SystemExit`` where that writes a greeting."""
    with CaptureQueriesContext(connection) as asked:
        tally, took = measured(lambda: planner.plan(Actor.job(now + DAY)))
    wrote = [one["sql"] for one in asked if one["sql"].startswith(WRITING) and TABLE in one["sql"]]
    if tally.done or wrote:
        raise SystemExit(f"asking again wrote {tally.done}: {wrote}")
    return took


def bare(fresh: list, now) -> Spent:
    """Who has a birthday within reach, found by its index, and the drafts written by one statement."""
    day = timezone.localdate(now) + DAY
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE fresh AS SELECT * FROM {TABLE} WHERE id = ANY(%s)", [fresh])
        Greeting.objects.filter(pk__in=fresh).delete()

        def act() -> None:
            list(Kol.objects.filter(next_birthday__range=(day, day + 4 * DAY)).values_list("pk", flat=True))
            cursor.execute(f"INSERT INTO {TABLE} SELECT * FROM fresh")

        return measured(act)[1]


def night(now) -> None:
    tally, took = measured(lambda: keeping.refresh_all(Actor.job(now)))
    _told("bond and loss risk of all, first", tally, took)
    tally, took = measured(lambda: keeping.refresh_all(Actor.job(now)))
    _told("again", tally, took)


def _told(what: str, tally: Tally, took: Spent) -> None:
    each = took.processor / max(tally.seen, 1) * 1e6
    say(f"{what}: {tally.seen} files, {tally.done} written: {took}, {each:.0f} µs a file")


def main(_arguments: list[str]) -> None:
    now = timezone.now().replace(hour=4, minute=0)
    for what in (greetings, night):
        with transaction.atomic():
            what(now)
            transaction.set_rollback(True)
