"""Many processes saving one file (RELIABILITY 3): no accepted value is lost or written over unseen."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kol_crm.core import history
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import kol as files
from tests.migrated import migrated_file

ROOT = Path(__file__).resolve().parent.parent.parent
WRITERS, SAVES = 6, 60


@pytest.mark.django_db
def test_a_save_between_reading_and_writing_is_a_conflict(kol, actor, monkeypatch):
    """The condition stands in the UPDATE itself, not only in the check before it."""
    locked = history.locked

    def overtaken(row, version):  # as if a database did not hold the lock: SQLite has none on rows
        current = locked(row, version)
        Kol.objects.filter(pk=row.pk).update(city="先到", version=current.version + 1)
        return current

    monkeypatch.setattr(history, "locked", overtaken)
    with pytest.raises(Conflict):
        files.edit(actor, kol, {"city": "后到"}, 1)
    kol.refresh_from_db()
    assert (kol.city, Change.objects.filter(field="city").count()) == ("", 0)  # all of it rolled back


WRITER = """
import json, sys
import django
django.setup()
from django.utils import timezone
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import User
from profiles.models import Kol
from profiles.services import kol as files

name, kol_id, saves = sys.argv[1], sys.argv[2], int(sys.argv[3])
user, accepted, refused = User.objects.get(username="saver"), [], 0
sys.stdin.readline()
for number in range(saves):
    while True:
        kol = Kol.objects.get(pk=kol_id)
        try:
            actor = Actor(user, "page", timezone.now())
            saved = files.edit(actor, kol, {"city": f"{name}-{number}"}, kol.version)
        except Conflict:
            refused += 1
            continue
        accepted.append([saved.version, kol.city, saved.city])
        break
print(json.dumps({"accepted": accepted, "refused": refused}))
"""


@pytest.fixture
def database(tmp_path, request):
    """(DATABASE_URL, how to run code there): a file of SQLite's own, or the test database of PostgreSQL."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{shutil.copyfile(migrated_file(), tmp_path / 'saving.sqlite3')}"
    request.getfixturevalue("transactional_db")
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST'] or '127.0.0.1'}:{at['PORT'] or 5432}/{at['NAME']}"


def environment(url: str, folder: Path) -> dict:
    known = {
        name: value for name, value in os.environ.items() if name not in ("DEBUG", "BROKER_URL", "EMAIL_URL")
    }
    known |= {"DATABASE_URL": url, "VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    known |= {"PII_KEYS": settings.PII_KEYS, "PII_INDEX_KEY": settings.PII_INDEX_KEY}
    return known | {"DJANGO_SETTINGS_MODULE": "kol_crm.settings"}


def run(command: list[str], url: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment(url, folder), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


PREPARE = """
from django.db import transaction
from kol_crm.core.models import Team, User, uuid7
from tests.factories import make_kol
key = uuid7()
top, _ = Team.objects.get_or_create(parent=None, defaults={"id": key, "name": "Top", "path": f"{key}/"})
user, _ = User.objects.get_or_create(username="saver", defaults={"team": top})
print(make_kol(user, city="start").pk)
"""
READ = """
import json
from kol_crm.core.models import Change
from profiles.models import Kol
kol = Kol.objects.get(pk="{kol}")
rows = Change.objects.filter(root=kol.pk, field="city").values_list("before", "after", "change_set")
print(json.dumps([kol.city, kol.version, [[a, b, str(c)] for a, b, c in rows]]))
"""


@pytest.mark.process
def test_six_processes_with_sixty_saves_each_lose_nothing(database, tmp_path):
    shell = [sys.executable, "manage.py", "shell", "-v0", "-c"]
    kol = run([*shell, PREPARE], database, tmp_path).strip().splitlines()[-1]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, f"w{number}", kol, str(SAVES)],
            cwd=ROOT,
            env=environment(database, tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    for writer in writers:  # all have started: now they may write
        writer.stdin.write("go\n")
        writer.stdin.flush()
    results = []
    for writer in writers:
        out, problem = writer.communicate(timeout=300)
        assert writer.returncode == 0, problem
        results.append(json.loads(out.splitlines()[-1]))
    accepted = sorted(one for result in results for one in result["accepted"])
    city, version, changes = json.loads(run([*shell, READ.format(kol=kol)], database, tmp_path))

    assert len(accepted) == WRITERS * SAVES
    # Each save raised the version by one, and no two were accepted on the same.
    assert [saved for saved, _before, _after in accepted] == list(range(2, WRITERS * SAVES + 2))
    assert version == WRITERS * SAVES + 1
    # The last accepted value stands in the row, and each save saw what the one before it had written.
    assert city == accepted[-1][2]
    assert [before for _v, before, _a in accepted] == ["start", *(after for _v, _b, after in accepted[:-1])]
    # Every accepted value stands in the history with what was there before it, each in its own change-set.
    assert sorted(tuple(pair[:2]) for pair in changes) == sorted(
        (before, after) for _v, before, after in accepted
    )
    assert len({change_set for _b, _a, change_set in changes}) == WRITERS * SAVES
    assert sum(result["refused"] for result in results) > 0, "they never met: this proves nothing"
