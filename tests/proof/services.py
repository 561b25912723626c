"""A PostgreSQL cluster and a Redis of our own, which can be killed without mercy and started again."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

SOON = 60.0  # seconds within which a service must answer again


class Missing(Exception):
    """What the proof needs is not installed here."""


def tool(name: str) -> str:
    """Where a program of PostgreSQL or Redis is. Raises ``Missing``."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid: int) -> set[int]:
    """All processes below this one, as Linux lists them; each may be gone meanwhile."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = list(map(int, task.read_text().split()))
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            found |= {child} | descendants(child)
    return found


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to it and to all that it started, in whatever session they are."""
    for pid in [process.pid, *sorted(descendants(process.pid))]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait(timeout=30)


def wait_for(answers: Callable[[], bool], what: str, seconds: float = SOON) -> float:
    """Until it does; how long that took."""
    start = time.monotonic()
    while not answers():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - start


class Service:
    """A process that is started, killed and started again on the same port with the same data."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self.options())

    def command(self) -> list[str]:
        raise NotImplementedError

    def options(self) -> dict:
        return {"start_new_session": True}

    def answers(self) -> bool:
        raise NotImplementedError

    def kill(self) -> None:
        if self.process is not None:
            kill(self.process)
            self.process = None


class Postgres(Service):
    """A fresh cluster. What is killed are processes, not the machine: its files need no fsync for that."""

    CALM = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB")

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.data = folder / "data"
        self.binary = tool("postgres")
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(folder, "postgres", "postgres")
        make = [tool("initdb"), "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync"]
        make += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(make, check=True, capture_output=True, cwd="/", **self.user)

    def stop(self) -> None:
        """As somebody who has time."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
            self.process = None

    def keep_as(self, folder: Path) -> None:
        """Put what it holds aside, for ``begin_as``; only the newest is kept."""
        shutil.rmtree(folder.parent, ignore_errors=True)
        draft = folder.with_name("draft")
        shutil.copytree(self.data, draft)
        draft.rename(folder)

    def begin_as(self, folder: Path) -> None:
        """With what was put aside."""
        shutil.rmtree(self.data)
        shutil.copytree(folder, self.data)
        self.data.chmod(0o700)
        if self.user:
            for path in (self.data, *self.data.rglob("*")):
                shutil.chown(path, "postgres", "postgres")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def command(self) -> list[str]:
        settings = [part for one in self.CALM for part in ("-c", one)]
        address = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        return [self.binary, "-D", str(self.data), "-k", str(self.folder), *address, *settings]

    def options(self) -> dict:
        return {"start_new_session": True, "cwd": "/", **self.user}

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def rows(self, statement: str) -> list[tuple] | None:
        """What it answers; None while it is away."""
        try:
            connection = psycopg2.connect(self.url, connect_timeout=2)
        except psycopg2.OperationalError:
            return None
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            return None
        finally:
            connection.close()


class Redis(Service):
    """As in the compose file, with an append-only file. It carries messages only."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.binary = tool("redis-server")
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return [self.binary, *where, "--appendonly", "yes", "--save", ""]

    def answers(self) -> bool:
        return self._say("PING") == b"+PONG"

    def flush(self) -> bool:
        """Forget every message; whether it was there to do so."""
        return self._say("FLUSHALL") == b"+OK"

    def _say(self, word: str) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall(f"{word}\r\n".encode())
                return line.recv(100).strip()
        except OSError:
            return b""
