"""A database, a mail server and the processes of one test."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
DISPATCH = ("manage.py", "dispatch", "--once")
CELERY = ("-m", "celery", "-A", "kol_crm", "worker", "-B", "-P", "threads", "-c", "2", "-l", "INFO")


def environment(folder: Path, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "kol_crm.settings",
    }


def migrate(env: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)


class Stage:
    """Every process has the same environment; what they print is kept in ``folder``.

    The database at ``database_url`` has its tables already, and ``folder`` the keys it was made with.
    """

    def __init__(self, folder: Path, database_url: str, sink: Sink, port: int):
        self.folder, self.sink = folder, sink
        self.env = {
            **environment(folder, database_url),
            "BROKER_URL": "filesystem://",
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SMTP_TIMEOUT_SECONDS": "30",
        }

    def call(self, *words: str) -> str:
        """Run it to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, name: str, *arguments: str) -> Any:
        """A function of ``scene``, in a process of its own."""
        return json.loads(self.call("-m", "tests.process.scene", name, *arguments))

    def dispatch(self) -> None:
        self.call(*DISPATCH)

    def states(self) -> dict[str, int]:
        return self.ask("states")

    def start(self, *words: str) -> subprocess.Popen:
        with (self.folder / "processes.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen]:
        process = self.start(*words)
        try:
            yield process
        finally:
            kill(process)

    def arrived_at_most_once(self) -> bool:
        return len(self.sink.ids) == len(set(self.sink.ids))

    def everything_written(self) -> bytes:
        """Database, broker and logs, as bytes."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def kill(process: subprocess.Popen) -> None:
    """At once, with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


@contextmanager
def stopped(process: subprocess.Popen) -> Iterator[None]:
    """Asleep in the middle of what it does."""
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
