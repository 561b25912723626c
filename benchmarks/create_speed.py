"""What one new file costs by ``POST /api/v1/kols/``, against the floor's: token, duplicate check, audit row.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks create [times] [--port 8113]

On a database that ``load`` filled; the files stay there. Both servers are asked in turns. Beside the
processor time of the workers stands that of their connections to the database, which theirs does not hold.
The floor writes a file like another one, triggers included. PERFORMANCE asks for at most twice the floor.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import orjson
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import spending, statements
from benchmarks.measuring import percentile
from benchmarks.run import OPERATOR, where
from benchmarks.serving import Server, floor, software
from kol_crm.core.actor import Actor
from kol_crm.core.models import User, uuid7
from kol_crm.core.services import token

TIMES, WARM = 60, 5
URL = "/api/v1/kols/"


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, of the workers' processor time, of their connections'."""

    clock: float
    workers: float
    database: float


def body(*, said: bool) -> dict:
    """A person whom nobody knows: a name, as the floor takes it, or also a city, a phone and an account."""
    some = uuid7().int % 10**8
    more = {
        "city": "杭州",
        "contacts": [{"channel": "phone", "value": f"137{some:08d}"}],
        "accounts": [{"platform": "bilibili", "external_id": str(9 * 10**9 + some)}],
    }
    return {"name": f"Bench {uuid7().hex[-12:]}", **(more if said else {})}


def keys(*, said: bool) -> dict[str, str]:
    """The floor knows no key under which a request has its effect once."""
    return {"Idempotency-Key": str(uuid7())} if said else {}


def once(server: Server, url: str, headers: dict[str, str], *, said: bool) -> Took:
    """Raises ``SystemExit`` unless a file was made."""
    sent = orjson.dumps(body(said=said))
    keyed = {**headers, **keys(said=said)}
    workers, database, started = server.processor_seconds(), spending.of_database(), time.perf_counter()
    status, answer = server.post(url, keyed, sent)
    took = time.perf_counter() - started
    if status != 201:
        raise SystemExit(f"{url}: {status} {answer[:300].decode()}")
    return Took(took, server.processor_seconds() - workers, spending.of_database() - database)


def asked(headers: dict[str, str], *, said: bool) -> int:
    """How many statements one takes."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client(headers=headers)
        for _turn in range(2):  # the first fills what the process keeps
            with statements.heard() as told:
                client.post(
                    URL,
                    orjson.dumps(body(said=said)),
                    "application/json",
                    headers=keys(said=said),
                )
    return told.count


def told(name: str, ours: list[Took], bare: list[Took], of: Callable[[Took], float]) -> None:
    mine, theirs = (sorted(of(one) * 1000 for one in side) for side in (ours, bare))
    sys.stdout.write(
        f"{name}: {median(mine):.1f} ms (p95 {percentile(mine, 95):.1f}) beside {median(theirs):.1f} ms: "
        f"{median(mine) / median(theirs):.1f} x the floor\n"
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks create")
    parser.add_argument("times", type=int, nargs="?", default=TIMES)
    parser.add_argument("--port", type=int, default=8113)
    chosen = parser.parse_args(arguments)
    actor = Actor(User.objects.get(username=OPERATOR), "command", timezone.now())
    row, secret = token.create(actor, "benchmark", ["kols:read", "kols:write"], 1)
    headers = {"Authorization": f"Token {secret}"}
    took: list[tuple[Took, Took, Took]] = []
    try:
        with software(chosen.port) as ours, floor(chosen.port + 1) as bare:
            took += [
                (
                    once(ours, URL, headers, said=False),
                    once(ours, URL, headers, said=True),
                    once(bare, "/api/files/", headers, said=False),
                )
                for _turn in range(WARM * 2 + chosen.times)
            ]
        asks = asked(headers, said=False), asked(headers, said=True)
    finally:
        token.revoke(actor.again(), row)
    sys.stdout.write(f"{where()}\n")
    named, whole, floors = map(list, zip(*took[WARM * 2 :], strict=True))
    for words, mine, count in (
        ("a name alone", named, asks[0]),
        ("with city, phone, account and Idempotency-Key", whole, asks[1]),
    ):
        sys.stdout.write(f"{words}: {count} statements\n")
        told("  by the clock", mine, floors, lambda one: one.clock)
        told("  workers", mine, floors, lambda one: one.workers)
        told("  database", mine, floors, lambda one: one.database)
        told("  workers and database", mine, floors, lambda one: one.workers + one.database)
