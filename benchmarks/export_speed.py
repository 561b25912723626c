"""How fast the list goes out as CSV, against COPY TO of the very columns of it; and what memory it takes.

    DATABASE_URL=postgres://postgres@127.0.0.1/kol_bench python -m benchmarks export [rows]

Makes a test database beside the one named and drops it again. Both are measured in one run on the same
rows; on a busy machine compare the processor time, which hardly moves with the neighbours. PERFORMANCE asks
for at least 30 %, and for flat memory: the peak at all rows is close to that at a tenth of them (each in a
process of its own).
"""

import io
import resource
import subprocess
import sys
import tempfile

from django.conf import settings
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from benchmarks.spending import Spent, spent
from kol_crm.core import copying, work
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from profiles.models import Account, ContactPoint, Field, Kol, KolField
from profiles.services import exports, many

CHUNK = 5_000
COPY = """
COPY (
    SELECT k.id, k.name, k.alias, a.external_id, a.handle, k.stage, k.level, f.named, u.display_name,
           k.verdict, k.last_touch_at::date, k.next_due, k.next_due_kind, k.own_followers, k.bond, k.risk,
           c.phone, c.mail
    FROM profiles_kol k
    LEFT JOIN core_user u ON u.id = k.owner_id
    LEFT JOIN profiles_account a ON a.kol_id = k.id AND a.platform = 'own'
    LEFT JOIN (SELECT kol_id, string_agg(name_en, '; ' ORDER BY strength DESC) AS named FROM profiles_kolfield
               JOIN profiles_field ON profiles_field.id = field_id GROUP BY kol_id) f ON f.kol_id = k.id
    LEFT JOIN (SELECT kol_id, string_agg(masked, '; ') FILTER (WHERE channel = 'phone') AS phone,
                      string_agg(masked, '; ') FILTER (WHERE channel = 'mail') AS mail
               FROM profiles_contactpoint GROUP BY kol_id) c ON c.kol_id = k.id
    WHERE k.archived_at IS NULL ORDER BY k.next_due, k.id
) TO STDOUT WITH (FORMAT csv, HEADER)
"""


def fill(rows: int) -> User:
    """Files with a field, an account of the own platform, a phone and a mail each."""
    team = Team.objects.get(parent=None)
    user = User.objects.create(username="bench", display_name="Bench", role=User.Role.ADMIN, team=team)
    actor, fields = Actor(user, "job", timezone.now()), list(Field.objects.all()[:5])
    for start in range(0, rows, CHUNK):
        with transaction.atomic():
            many.create(
                actor.again(),
                [
                    many.NewFile(
                        {"name": f"王思雨{n}", "city": "杭州"},
                        {"platform": "own", "external_id": str(10**6 + n), "handle": f"u{n}"},
                        [fields[n % 5]],
                        [
                            {"channel": "phone", "value": f"139{n:08d}"},
                            {"channel": "mail", "value": f"u{n}@mail.example"},
                        ],
                    )
                    for n in range(start, min(rows, start + CHUNK))
                ],
            )
    copying.analyze(Kol, Account, ContactPoint, KolField)
    return user


def export(user: User, kind: str, query: str = "", **options) -> Spent:
    """What it costs from the worker's first look to the sealed file."""
    asked = exports.start(Actor(user, "page", timezone.now()), QueryDict(query), kind, **options)
    started = spent()
    done = work.run_one(asked.work)
    took = spent() - started
    if done.state != "done":
        raise SystemExit(done.error)
    return took


def copy_to() -> Spent:
    sink = io.BytesIO()
    started = spent()
    with connection.cursor() as cursor:
        if hasattr(cursor, "copy_expert"):
            cursor.copy_expert(COPY, sink)
        else:
            with cursor.copy(COPY) as stream:
                for piece in stream:
                    sink.write(piece)
    return spent() - started


def peak(user: User, rows: int) -> int:
    """MB at most of a process that exports so many rows (called in a process of its own)."""
    ids = list(Kol.objects.values_list("pk", flat=True)[:rows]) if rows < Kol.objects.count() else None
    export(user, "csv", ids=ids)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    rows = int(arguments[0]) if arguments else 100_000
    settings.MEDIA_ROOT = tempfile.mkdtemp()
    made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        user = fill(rows)
        for turn in range(3):
            bare, csv = copy_to(), export(user, "csv")
            say(f"{turn + 1}: COPY TO {bare}, CSV {csv}, {rows / csv.clock:,.0f} rows/s")
            clock, processor = bare.clock / csv.clock, bare.processor / csv.processor
            say(f"   {clock:.0%} by the clock, {processor:.0%} of processor time")
        for kind in ("xlsx", "json", "vcard"):
            say(f"{kind} {export(user, kind)}")
        say(f"CSV in clear {export(user, 'csv', in_clear=True, reason='bench')}")
        database = connection.settings_dict["NAME"]
        for size in (rows // 10, rows):
            code = (
                "import sys; import django; django.setup(); import benchmarks.export_speed as b; "
                f"b.connection.settings_dict['NAME'] = {database!r}; "
                f"b.settings.MEDIA_ROOT = {settings.MEDIA_ROOT!r}; "
                f"sys.stdout.write(str(b.peak(b.User.objects.get(username='bench'), {size})))"
            )
            told = subprocess.check_output([sys.executable, "-c", code], text=True)
            say(f"peak at {size:,} rows: {told.splitlines()[-1]} MB")
    finally:
        teardown_databases(made, verbosity=0)
