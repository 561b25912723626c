"""Backup and restore as one does them: make one, change everything, go back (docs/backup.md)."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.process.conftest import DATABASE
from tests.process.stage import ROOT, environment
from tests.proof import tables
from tests.proof.installation import Installation, is_possible

pytestmark = pytest.mark.process
MAKE = """
from django.utils import timezone
from kol_crm.core import stored
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from profiles.services import kol
user = User.objects.create_user("op", "op@crm.example", "pw", team=Team.objects.get(parent=None))
User.objects.create_user("boss", "boss@crm.example", "pw", role=User.Role.ADMIN, is_superuser=False)
now = timezone.now()
address = {"channel": "mail", "value": "a@b.example"}
kol.create(Actor(user, "page", now), {"name": "Before"}, contacts=[address])
stored.put(Actor(user, "page", now), "a.txt", "text/plain", [b"kept words"])
"""
WAIT = """
from django.utils import timezone
from kol_crm.core import outbox
now = timezone.now()
outbox.enqueue(outbox.new("m", "nobody", not_before=now, give_up_after=now, at=now))
"""
CHANGE = """
from kol_crm.core.models import StoredFile, User
from profiles.models import Kol
Kol.objects.update(name="After")
User.objects.create_user("new", "new@crm.example", "pw")
StoredFile.objects.all().delete()
"""
TELL = """
import json
from kol_crm.core import generation, stored, dispatcher
from kol_crm.core.models import Notice, Send, StoredFile, User
from profiles.models import ContactPoint, Kol
from profiles.services import contact
tally = dispatcher.dispatch()
life = generation.latest()
print(json.dumps({
    "names": list(Kol.objects.values_list("name", flat=True)),
    "users": sorted(User.objects.values_list("username", flat=True)),
    "contacts": [contact.value_of(row) for row in ContactPoint.objects.select_related("kol")],
    "words": [stored.read(row).decode() for row in StoredFile.objects.all()],
    "cause": life.cause, "held": life.is_held, "states": list(Send.objects.values_list("state", flat=True)),
    "told": Notice.objects.count(),
}))
"""


class Place:
    """An installation with its folder and its database, where commands are run."""

    def __init__(self, folder: Path, database_url: str, keys: Path | None = None):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        if keys is not None:
            shutil.copytree(keys / "keys", folder / "keys", dirs_exist_ok=True)
        self.env = environment(folder, database_url)
        if keys is None:
            self.manage("check")  # makes them

    def manage(self, *words: str) -> str:
        done = self.try_to(*words)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def try_to(self, *words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)

    def run(self, script: str) -> str:
        return self.manage("shell", "-v0", "-c", script)

    def tell(self) -> dict:
        return json.loads(self.run(TELL))


@pytest.fixture(params=["sqlite", "postgres"])
def places(request, tmp_path, migrated):
    """An installation with its tables, and another one that has an empty database and the same keys."""
    if request.param == "sqlite":
        shutil.copytree(migrated, tmp_path / "here")
        here = Place(tmp_path / "here", f"sqlite:///{tmp_path / 'here' / DATABASE}")
        yield here, Place(tmp_path / "there", f"sqlite:///{tmp_path / 'there.sqlite3'}", keys=here.folder)
        return
    if missing := is_possible():
        pytest.skip(f"no PostgreSQL of our own: {missing}")
    tmp_path.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="kolcrm-backup-") as name:
        Path(name).chmod(0o755)
        proof = Installation(Path(name), seed=0)
        try:
            tables.begin(proof.postgres, proof.env)
            here = Place(Path(name), proof.postgres.url)
            make = [sys.executable, str(ROOT / ".ci" / "fresh_database"), proof.postgres.url, "there"]
            empty = subprocess.run(make, capture_output=True, text=True, check=True).stdout.strip()
            yield here, Place(tmp_path / "there", empty, keys=here.folder)
        finally:
            proof.end()


def test_after_a_backup_a_change_and_a_restore_all_is_as_it_was_and_nothing_is_sent(tmp_path, places):
    """Here, then elsewhere, with nothing but the keys."""
    here, elsewhere = places
    here.run(MAKE)
    here.manage("dispatch", "--once")  # the database is known outside from now on
    here.run(WAIT)
    saved = tmp_path / "saved"
    said = here.manage("backup", str(saved))
    assert "The keys" in said
    before = {**here.tell(), "cause": "restored", "held": True, "states": ["uncertain"], "told": 1}
    assert (before["names"], before["words"]) == (["Before"], ["kept words"])
    assert before["contacts"] == ["a@b.example"]
    here.run(CHANGE)
    refused = here.try_to("restore", str(saved))
    assert (refused.returncode, "not empty" in refused.stderr) == (1, True)
    assert here.tell()["names"] == ["After"]
    here.manage("restore", str(saved), "--force")
    assert here.tell() == before

    dump = next(saved.glob("database.*"))
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    refused = elsewhere.try_to("restore", str(saved))
    assert (refused.returncode, "not what the manifest says" in refused.stderr) == (1, True)
    dump.write_bytes(whole)
    elsewhere.manage("restore", str(saved))
    assert elsewhere.tell() == before
    everything = b"".join(path.read_bytes() for path in saved.rglob("*") if path.is_file())
    for key in (here.folder / "keys").iterdir():
        assert key.read_bytes() not in everything, "the keys are kept apart"
    assert b"a@b.example" not in everything
