"""Measures the software against the floor and writes the ratios as a Markdown table.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks run [--times 60] [--port 8103]

The database is one that ``load`` filled. Both servers are started here and asked in turns; statements and
their times are heard in this process. Targets: docs/performance.md.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils import timezone

from benchmarks import statements, terms
from benchmarks.invented import phone_of
from benchmarks.load import PASSWORD, SEED
from benchmarks.measuring import Asked, Figures, percentile, side_by_side
from benchmarks.serving import ROOT, Server, floor, software
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.paging import Cursor, Order
from kol_crm.core.services import token
from profiles.models import Kol
from profiles.views.list import KOLS, SORTS

READER, OPERATOR, BUSY = "manager", "operator0", "operator1"
DUE = 2000  # rows of Today of the busy one
# What the floor's answers hold, as the API calls it.
COLUMNS = (
    "id,name,handle,city,stage,level,verdict,owner,last_touch_at,next_due,own_followers,bond,risk,created_at"
)


@dataclass(frozen=True)
class Row:
    """One line of the table: what is asked of the software, of the floor, by whom, and what is allowed."""

    name: str
    urls: tuple[str, ...]
    beside: str
    target: float
    by: str = READER
    api: bool = False


@dataclass(frozen=True)
class Measured:
    row: Row
    ours: Figures
    floor: Figures
    told: statements.Told


def rows() -> list[Row]:
    """What PERFORMANCE asks of the file, over the files of this database."""
    mine = Kol.objects.filter(owner__username=OPERATOR, archived_at=None).exclude(stage="departed")
    kol = mine.order_by("pk").first()
    owner = {"owner": OPERATOR, "stage": "initial", "tag": kol.team.tags.order_by("folded")[3].name}
    files, api = "/files/", "/api/files/"
    return [
        Row("list, 50 rows", ("/kols/",), files, 2.5),
        Row("list by name", ("/kols/?sort=name",), files, 2.5),
        Row("list, in the middle", (f"/kols/?cursor={_place(0.5)}",), files, 2.5),
        Row("list, last page", (f"/kols/?cursor={_place(0.9999)}",), files, 2.5),
        Row(
            "owner + stage + tag, by followers",
            (f"/kols/?{urlencode(owner | {'sort': '-followers'})}",),
            files,
            2.5,
        ),
        *(
            Row(
                f"search: {name}",
                tuple(f"/kols/?{urlencode({'q': one})}" for one in some),
                files,
                2.5,
            )
            for name, some in terms.drawn(SEED).items()
        ),
        Row("today", ("/",), files, 2.5, by=OPERATOR),
        Row(f"today, {DUE:,} due", ("/",), files, 2.5, by=_busy()),
        Row("board", ("/board/",), files, 2.5),
        Row("dashboard", ("/dashboard/",), "/session/", 3),
        Row("file, page", (f"/kols/{kol.pk}/",), f"/files/{kol.pk}/", 6, by=OPERATOR),
        Row("file, its timeline", (f"/kols/{kol.pk}/timeline/",), f"/files/{kol.pk}/", 6, by=OPERATOR),
        Row("file, now and next", (f"/kols/{kol.pk}/now/",), f"/files/{kol.pk}/", 6, by=OPERATOR),
        Row("API list of 100, the floor's columns", (f"/api/v1/kols/?fields={COLUMNS}",), api, 1.5, api=True),
        Row("API list of 100, complete files", ("/api/v1/kols/",), api, 1.5, api=True),
        Row("API one complete file", (f"/api/v1/kols/{kol.pk}/",), f"{api}{kol.pk}/", 1.5, api=True),
    ]


def _busy() -> str:
    """An operator to whom so many touches are due this week, as far as they have files."""
    day = timezone.localdate()
    theirs = Kol.objects.active().filter(owner__username=BUSY).order_by("pk").values_list("pk", flat=True)
    files = list(theirs[:DUE])
    for late in range(7):
        some = Kol.objects.filter(pk__in=files[late::7])
        some.update(touch_due=day - timedelta(days=late), quiet_cause="")
    return BUSY


def _place(share: float) -> str:
    """A cursor so far into the list, counted from its beginning."""
    [sort] = [sort for sort in SORTS if sort.key == KOLS.default_sort]
    files = Kol.objects.filter(archived_at=None, **{f"{sort.column}__isnull": False})
    start = int(files.count() * share)
    row = files.order_by(sort.column, "pk")[start]
    return Cursor(str(Order(sort)), getattr(row, sort.column), row.pk, start + 1).encode()


def measure(row: Row, ours: Server, bare: Server, times: int, secret: str) -> Measured:
    """One line, both sides in turns, and the statements behind it."""
    headers = {"Authorization": f"Token {secret}"} if row.api else None
    figures = side_by_side(
        Asked(ours, row.urls, headers or ours.headers), Asked(bare, (row.beside,), headers), times
    )
    client = Client()
    client.force_login(User.objects.get(username=row.by))
    statements.of(client, row.urls[0], headers=headers or {})  # fills caches of the process
    # The better of two: a busy machine makes a statement wait, a bad plan makes it slow both times.
    heard = [
        min((statements.of(client, url, headers=headers or {}) for _ in range(2)), key=_milliseconds)
        for url in row.urls
    ]
    slowest = percentile([told.milliseconds for told in heard], 95)
    most = max(heard, key=lambda told: told.count)
    told = statements.Told([("", 0.0)] * (most.count - 1) + [("", slowest)], most.size)
    return Measured(row, *figures, told)


def _milliseconds(told: statements.Told) -> float:
    return told.milliseconds


def by_contact() -> Iterable[tuple[str, float]]:
    """Phones are posted: the 95th percentile of SQL milliseconds per class."""
    client = Client()
    client.force_login(User.objects.get(username=READER))
    numbers = [Kol.objects.count() // 21 * place for place in range(1, terms.EACH + 1)]
    for name, some in terms.phones(numbers, phone_of).items():
        heard = [
            min(statements.of(client, "/kols/find/", {"q": term}).milliseconds for _ in range(2))
            for term in some
        ]
        yield name, percentile(heard, 95)


def table(measured: Iterable[Measured]) -> str:
    """The ratios, with what they are made of."""
    lines = [
        "| what | × floor | target | | p50 / p95 ms | floor p50 | CPU ms | floor CPU | database's | floor's |"
        " r/s at 8 | floor r/s | SQL | SQL ms p95 | KB |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in measured:
        ratio = one.ours.p50 / one.floor.p50
        lines.append(
            f"| {one.row.name} | **{ratio:.1f}** | {one.row.target:g} | "
            f"{'' if ratio <= one.row.target else 'missed'} | {one.ours.p50:.1f} / {one.ours.p95:.1f} | "
            f"{one.floor.p50:.1f} | {one.ours.processor:.1f} | {one.floor.processor:.1f} | "
            f"{one.ours.database:.1f} | {one.floor.database:.1f} | "
            f"{one.ours.rate:.0f} | {one.floor.rate:.0f} | {one.told.count} | {one.told.milliseconds:.1f} | "
            f"{one.told.size / 1000:.0f} |"
        )
    return "\n".join(lines)


def where() -> str:
    """Date, commit and machine, in a line."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{Kol.objects.count():,} files; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit}, "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load {load}"
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks run")
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--port", type=int, default=8103)
    parser.add_argument("--log", action="store_true", help="tell each row as soon as it is measured")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    asked = parser.parse_args(arguments)
    settings.ALLOWED_HOSTS.append("testserver")
    chosen = [row for row in rows() if asked.only in row.name]
    measured = []
    actor = Actor(User.objects.get(username=READER), "command", timezone.now())
    row, secret = token.create(actor, "benchmark", ["kols:read"], 1)
    try:
        with software(asked.port) as ours, floor(asked.port + 1) as bare:
            bare.log_in("/enter/", {"username": READER, "password": PASSWORD})
            seen = {name: _cookies(ours, name) for name in (READER, OPERATOR, BUSY)}
            for one in chosen:
                sys.stderr.write(f"\r{one.name}                    ")
                ours.headers = seen[one.by]
                measured.append(measure(one, ours, bare, asked.times, secret))
                if asked.log:
                    sys.stderr.write(f"\r{table(measured[-1:]).splitlines()[-1]}\n")
    finally:
        token.revoke(actor.again(), row)
    sys.stdout.write(f"{where()}\n\n{table(measured)}\n")
    if not asked.only:
        sys.stdout.write("\n| search by contact | SQL ms p95 |\n|---|---|\n")
        sys.stdout.writelines(f"| {name} | {took:.1f} |\n" for name, took in by_contact())


def _cookies(server: Server, username: str) -> dict[str, str]:
    """The cookies of this user on the software."""
    server.log_in("/accounts/login/", {"login": username, "password": PASSWORD})
    return server.headers
