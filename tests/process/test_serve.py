"""``manage.py serve`` as ``make run`` uses it: real processes, real signals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.process.stage import ROOT

pytestmark = pytest.mark.process

ADD_A_USER = "from kol_crm.core.models import User; User.objects.create_user('someone')"
COUNT_USERS = "from kol_crm.core.models import User; print(User.objects.count())"


def descendants(pid: int) -> set[int]:
    """All processes below this one, as Linux lists them."""
    found = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | descendants(child)
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run; a dead one that nobody has asked about yet (Z) does not."""
    running = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            continue
        if state != "Z":
            running.add(pid)
    return running


class Installation:
    """A folder of its own with a database that is not empty, so that no demo data is loaded."""

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        services = {"DATABASE_URL", "BROKER_URL", "EMAIL_URL", "DEBUG", "BASE_URL"}
        inherited = {name: value for name, value in os.environ.items() if name not in services}
        self.environment = {**inherited, "VAR_DIR": str(folder), "PORT": str(self.port)}
        self.manage("shell", "-v0", "-c", ADD_A_USER)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        options = {
            "cwd": ROOT,
            "env": self.environment,
            "check": True,
            "stdout": subprocess.PIPE,
            "text": True,
        }
        return subprocess.run(command, **options).stdout

    def start(self) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "serve"]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True, **options)

    def wait_until_it_answers(self) -> None:
        start = time.monotonic()
        while time.monotonic() - start < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("no answer within a minute")


@pytest.fixture
def installation(tmp_path, migrated):
    folder = tmp_path / "var"
    shutil.copytree(migrated, folder)
    return Installation(folder)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_and_a_second_start_finds_the_data(installation, by):
    for _start in range(2):
        serving = installation.start()
        installation.wait_until_it_answers()
        everything = descendants(serving.pid)
        assert len(everything) >= 5, "gunicorn and two workers, Celery and beat"
        os.killpg(serving.pid, by)  # as a terminal's Ctrl-C does: to the whole group
        said, _nothing = serving.communicate(timeout=45)
        assert serving.returncode == 0, said
        assert {Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive(everything)} == set()
        assert f"KOL CRM is ready at http://127.0.0.1:{installation.port}" in said
        assert "operator, operator2, manager, admin (password: demo)" in said
        assert "Demo data" not in said
    assert installation.manage("shell", "-v0", "-c", COUNT_USERS) == "1\n"


@pytest.mark.parametrize("role", [b"worker", b"beat"])
def test_when_one_process_dies_the_others_end_too(installation, role):
    serving = installation.start()
    installation.wait_until_it_answers()
    everything = descendants(serving.pid)
    [victim] = [pid for pid in everything if role in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    os.kill(victim, signal.SIGKILL)
    said, _nothing = serving.communicate(timeout=60)
    assert serving.returncode not in (0, None), said
    assert alive(everything) == set()
