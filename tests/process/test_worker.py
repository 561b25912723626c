"""Real processes: a Celery worker with beat on the embedded broker, a real SMTP server, and kills."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.sink import Sink, free_port

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]

PREPARE = """
import datetime
from django.utils import timezone
from incentives.services import occasion
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User
from lifecycle.services import stage
from profiles.services import kol as files
now = timezone.now()
user = User.objects.create_user("op", "op@crm.example", "pw", team=Team.objects.get(parent=None))
day = timezone.localdate(now)
modes = {"birthday": {"mode": "itself", "at": "09:00"}}
policy.change(Actor(None, "command", now), {occasion.MODES.key: modes})
# Where it is day now, so that nobody is greeted at night.
hour = now.astimezone(datetime.UTC).hour
offset = (12 - hour + 12) % 24 - 12
zone = f"Etc/GMT{-offset:+d}" if offset else "UTC"
there = now.astimezone(__import__("zoneinfo").ZoneInfo(zone)).date()
for number in range(COUNT):
    actor = Actor(user, "command", now)
    facts = {"name": f"K{number}", "zone": zone, "birth_month": there.month, "birth_day": there.day}
    kol = files.create(actor, facts, contacts=[{"channel": "mail", "value": f"k{number}@mail.example"}])
    stage.move(actor.again(), kol, "initial", why="agreed")
"""


class Stage:
    """A database, a sink and the environment of every process of one test."""

    def __init__(self, folder: Path, sink: Sink, port: int):
        self.sink = sink
        self.database = f"sqlite:///{folder / 'process.sqlite3'}"
        self.env = {
            **os.environ,
            "VAR_DIR": str(folder),
            "DATABASE_URL": self.database,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SMTP_TIMEOUT_SECONDS": "3",
            "DJANGO_SETTINGS_MODULE": "kol_crm.settings",
        }

    def manage(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done

    def start(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def states(self) -> dict[str, int]:
        code = (
            "from django.db.models import Count; from kol_crm.core.models import Send; "
            "print(dict(Send.objects.order_by().values_list('state').annotate(Count('id'))))"
        )
        return eval(self.manage("shell", "-v0", "-c", code).stdout.strip().splitlines()[-1])


def kill(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def wait_until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


@contextmanager
def sink_at(port: int):
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def scene(tmp_path):
    port = free_port()
    with sink_at(port) as sink:
        scene = Stage(tmp_path, sink, port)
        scene.manage("migrate", "-v0")
        yield scene


def prepare(scene: Stage, count: int) -> None:
    scene.manage("shell", "-v0", stdin=PREPARE.replace("COUNT", str(count)))


def test_a_real_worker_with_beat_sends_what_is_due(scene):
    prepare(scene, 3)
    worker = scene.start(
        "-m", "celery", "-A", "kol_crm", "worker", "-B", "-P", "threads", "-c", "2", "-l", "ERROR"
    )
    try:
        wait_until(lambda: len(scene.sink.ids) == 3, 90)
        wait_until(lambda: scene.states() == {"sent": 3}, 30)
    finally:
        kill(worker)
    assert len(set(scene.sink.ids)) == 3


def test_two_dispatchers_at_once_send_each_greeting_once(scene):
    prepare(scene, 12)
    both = [scene.start("manage.py", "dispatch", "--once") for _ in range(2)]
    for process in both:
        process.wait(timeout=120)
    scene.manage("dispatch", "--once")
    assert (len(scene.sink.ids), len(set(scene.sink.ids)), scene.states()) == (12, 12, {"sent": 12})


def test_killed_after_the_text_left_nothing_is_sent_twice_or_lost_silently(scene):
    """The sink takes the text and the worker is killed before it hears so."""
    prepare(scene, 4)
    reached = threading.Event()

    def hold():
        reached.set()
        time.sleep(1.5)

    scene.sink.before_data = hold
    worker = scene.start("manage.py", "dispatch", "--once")
    assert reached.wait(60)
    kill(worker)
    scene.sink.before_data = None
    expire_leases(scene)
    scene.manage("dispatch", "--once")
    time.sleep(2)
    scene.manage("dispatch", "--once")
    assert len(scene.sink.ids) == len(set(scene.sink.ids))
    assert scene.states() == {"sent": 3, "uncertain": 1}


def test_killed_again_and_again_every_greeting_is_sent_once_or_shown_as_uncertain(scene):
    prepare(scene, 40)
    for wait in (2.2, 2.6, 3.1, 3.7):
        worker = scene.start("manage.py", "dispatch", "--once")
        time.sleep(wait)
        if worker.poll() is None:
            kill(worker)
        expire_leases(scene)
    scene.manage("dispatch", "--once")
    states = scene.states()
    assert len(scene.sink.ids) == len(set(scene.sink.ids))
    assert states.get("sent", 0) + states.get("uncertain", 0) == 40
    assert states.get("uncertain", 0) <= 4
    assert len(scene.sink.ids) >= states["sent"]


def expire_leases(scene: Stage) -> None:
    """As if the time of the leases had passed."""
    with sqlite3.connect(scene.database.removeprefix("sqlite:///"), timeout=30) as database:
        database.execute(
            "UPDATE core_send SET lease_until = '2000-01-01 00:00:00' WHERE lease_until IS NOT NULL"
        )
