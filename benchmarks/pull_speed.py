"""How fast a client pulls what changed, against the bare keyset read; what "nothing new" costs; flat export.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks pull [rows]

Makes a test database beside the one named and drops it again. A page of 1,000 files goes through the whole of
Django and DRF in this process; beside it, in turns, the same 1,000 rows of the fifteen columns of the floor
are read by their key and written as JSON. PERFORMANCE asks for at least 40 % of that, and that an empty call
takes at most 1.5 times one that says hello to the same token. On a busy machine compare processor time.
"""

import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from statistics import median

import orjson
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from benchmarks.export_speed import fill, say
from benchmarks.spending import Spent, spent
from kol_crm.core.models import ApiToken, User
from kol_crm.urls import urlpatterns
from profiles import sync_cursor, sync_feed
from profiles.api import representation
from profiles.models import Kol, SyncState
from profiles.sync_cursor import Position, Reader

ROWS, PAGE, TIMES = 20_000, 1_000, 15
COLUMNS = (
    *("id", "name", "handle", "city", "stage", "level", "verdict", "owner__username"),
    *("last_touch_at", "next_due", "own_followers", "bond", "risk", "created_at", "version"),
)
COLUMNS_OF_API = ",".join((*COLUMNS[:7], "owner", *COLUMNS[8:]))
CHANGES, EXPORT = "/api/v1/kols/changes/", "/api/v1/kols/export/"


class Hello(APIView):
    """What the floor of every call costs: the token, and a word."""

    scopes = {"read": "kols:read"}

    def get(self, _request):
        return Response({"hello": "you"})


def bare(after) -> None:
    """The next thousand by their key, as JSON."""
    rows = Kol.objects.filter(pk__gt=after).order_by("pk").values(*COLUMNS)[:PAGE]
    found = list(rows)
    if len(found) != PAGE or not orjson.dumps(found):
        raise SystemExit("the bare read found no page")


class Client:
    """A token's calls, through middleware, authentication and renderer."""

    def __init__(self, user: User, fields: str = ""):
        self.user, self.params = user, {"fields": fields} if fields else {}
        self.row, secret = ApiToken.objects.create(user, scopes=["kols:read"], prefix="")
        self.api = APIClient()
        self.api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")

    def cursor(self, at: int) -> str:
        """One that has read everything up to there."""
        names = representation.chosen(list(self.params.values()))
        reader = Reader(self.user, self.row, names, skip_own=False)
        return sync_cursor.write(Position(at), reader.bound(reader.teams), timezone.now())

    def get(self, url: str, **params) -> bytes:
        answer = self.api.get(url, params)
        if answer.status_code != 200:
            raise SystemExit(answer.content)
        return answer.content

    def page(self, at: int) -> None:
        content = self.get(CHANGES, cursor=self.cursor(at), limit=str(PAGE), **self.params)
        if content.count(b'"kind":"live"') != PAGE:
            raise SystemExit("the feed gave no page")


def timed(what: Callable[[], object]) -> Spent:
    started = spent()
    what()
    return spent() - started


def beside(one: Callable[[], object], other: Callable[[], object], times: int) -> tuple[list, list]:
    """Both in turns, after each has filled what the process keeps."""
    one(), other()
    took: tuple[list[Spent], list[Spent]] = [], []
    for _turn in range(times):
        took[0].append(timed(one))
        took[1].append(timed(other))
    return took


def told(name: str, took: tuple[list[Spent], list[Spent]], words: str) -> None:
    """Milliseconds and the ratio: by the clock, of this process's processor time, of the database's too."""
    (clock, other_clock), (here, other_here), (both, other_both) = (
        [median(getattr(one, field) for one in side) * 1000 for side in took]
        for field in ("clock", "here", "processor")
    )
    say(
        f"{name}: {clock:.1f} ms beside {other_clock:.1f} ms: {other_clock / clock:.0%} {words}, "
        f"{other_here / max(here, 0.001):.0%} of processor time here ({here:.1f} ms), "
        f"{other_both / max(both, 0.001):.0%} with the database's ({both:.1f} ms)"
    )


def peak(user: User, rows: int) -> int:
    """MB at most of a process that streams so many files (called in a process of its own)."""
    names = list(Kol.objects.order_by("pk").values_list("pk", flat=True)[:rows])
    Kol.objects.exclude(pk__lte=names[-1]).update(archived_at=timezone.now())
    row, secret = ApiToken.objects.create(user, scopes=["kols:read"], prefix="")
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    lines = sum(part.count(b"\n") for part in api.get(EXPORT).streaming_content)
    if lines != rows:
        raise SystemExit(f"{lines} lines of {rows}")
    row.delete()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(arguments: list[str]) -> None:
    rows = int(arguments[0]) if arguments else ROWS
    settings.ALLOWED_HOSTS.append("testserver")
    urlpatterns.append(path("hello/", Hello.as_view()))
    made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        user = fill(rows)
        first = Kol.objects.order_by("pk")[rows - PAGE - 1].pk
        start = SyncState.objects.order_by("at").first().at - 1
        whole, narrow = Client(user), Client(user, COLUMNS_OF_API)
        say(f"{rows:,} files")
        for client, name in ((narrow, "the floor's columns"), (whole, "complete files")):
            took = beside(partial(client.page, start), partial(bare, first), TIMES)
            told(f"page of 1,000, {name}", took, "of the bare keyset")
        until = sync_feed.now_at().at
        cursor = whole.cursor(until)
        told(
            "nothing new",
            beside(lambda: whole.get(CHANGES, cursor=cursor), lambda: whole.get("/hello/"), TIMES * 10),
            "of a hello",
        )
        started = spent()
        lines = sum(part.count(b"\n") for part in whole.api.get(EXPORT).streaming_content)
        streamed = spent() - started
        say(f"export of {lines:,} lines: {streamed}, {lines / streamed.clock:,.0f} rows/s")
        database = connection.settings_dict["NAME"]
        for size in (rows, rows // 10):
            code = (
                "import sys; import django; django.setup(); import benchmarks.pull_speed as b; "
                f"b.settings.ALLOWED_HOSTS.append('testserver'); "
                f"b.connection.settings_dict['NAME'] = {database!r}; "
                f"sys.stdout.write(str(b.peak(b.User.objects.get(username='bench'), {size})))"
            )
            words = subprocess.check_output([sys.executable, "-c", code], text=True)
            say(f"peak at {size:,} rows: {words.splitlines()[-1]} MB")
    finally:
        teardown_databases(made, verbosity=0)
