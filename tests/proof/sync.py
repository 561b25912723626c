"""The proof of the feed of changes: ``python -m tests.proof.sync --seed 1 2 3 --commits 10000``.

A PostgreSQL of our own and the software; sixteen writers that think, roll back, delete, merge and move
files between teams, in transactions of up to five seconds; two readers of different sight that page by seven;
web and database are killed with SIGKILL all the while. In the end the copies of each reader must be what it
may see.
``--mutant no-horizon`` takes the horizon out: then the proof must fail. Exit code 0 if what must hold holds.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, THREADS = 4, 4
PAGE = 7
PATIENCE = 180.0
CALM = ("fsync=off", "full_page_writes=off", "max_connections=80", "shared_buffers=64MB")


def tool(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), ""
    )
    if not found:
        raise SystemExit(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Killable:
    """A process and all it started, killed without mercy and started again."""

    def __init__(self, command: list[str], log: Path, **options):
        self.command, self.log, self.options = command, log, options
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, start_new_session=True, **self.options
            )

    def kill(self) -> None:
        if self.process is None:
            return
        for pid in (*_children(self.process.pid), self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=30)
        self.process = None

    def answers(self) -> bool:
        raise NotImplementedError


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


class Cluster(Killable):
    """A fresh PostgreSQL: what is killed are processes, not the machine, so that it need not sync."""

    def __init__(self, folder: Path):
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self.port, data = free_port(), folder / "data"
        folder.mkdir()
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        make = [tool("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
        make += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(make, check=True, capture_output=True, cwd="/", **as_user)
        command = [tool("postgres"), "-D", str(data), "-k", str(folder), "-p", str(self.port)]
        command += ["-c", "listen_addresses=127.0.0.1", *(word for one in CALM for word in ("-c", one))]
        super().__init__(command, folder.parent / "postgres.log", cwd="/", **as_user)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        ask = [tool("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ask, check=False).returncode == 0


class Web(Killable):
    """The software behind gunicorn."""

    def __init__(self, folder: Path, env: dict[str, str]):
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            os.devnull,
            "--no-control-socket",
            "--preload",
        ]
        command += ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--log-level", "error", "tests.proof.sync_web"]
        super().__init__(command, folder / "web.log", cwd=ROOT, env=env)

    def answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


@dataclass
class Reader:
    """A client that keeps copies, whatever happens to the server."""

    name: str
    port: int
    token: str
    copies: dict[str, dict] = field(default_factory=dict)
    cursor: str = ""
    pages: int = 0
    entries: int = 0
    retries: int = 0

    def get(self, path: str, **params) -> dict:
        """Asked again until there is an answer. Raises ``SystemExit`` when there is none for long."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request(
                    "GET", f"{path}?{urlencode(params)}", headers={"Authorization": f"Token {self.token}"}
                )
                answer = line.getresponse()
                body = answer.read()
                if answer.status == 200:
                    return json.loads(body)
                if answer.status < 500:
                    raise SystemExit(f"{path}: {answer.status} {body[:500]!r}")
            except (OSError, HTTPException, ValueError):
                pass
            finally:
                line.close()
            self.retries += 1
            time.sleep(0.2)
        raise SystemExit(f"{path}: no answer for {PATIENCE:.0f} s")

    def everything(self) -> dict[str, dict]:
        """What the list shows."""
        found, params = {}, {"limit": "500", "sort": "created"}
        while True:
            page = self.get("/api/v1/kols/", **params)
            found |= {row["id"]: row for row in page["results"]}
            if not page["next"]:
                return found
            params["cursor"] = page["next"].partition("cursor=")[2].partition("&")[0]

    def begin(self) -> None:
        self.cursor = self.get("/api/v1/kols/changes/", start="true")["next_cursor"]
        self.copies = self.everything()

    def pull(self) -> bool:
        """One page; whether there was anything."""
        page = self.get("/api/v1/kols/changes/", cursor=self.cursor, limit=PAGE)
        for entry in page["results"]:
            if entry["kind"] == "live":
                self.copies[entry["id"]] = entry["kol"]
            else:
                self.copies.pop(entry["id"], None)
        self.cursor, self.pages, self.entries = (
            page["next_cursor"],
            self.pages + 1,
            self.entries + len(page["results"]),
        )
        return bool(page["results"]) or page["has_more"]

    def pull_on(self, stop: Event) -> None:
        while not stop.is_set():
            if not self.pull():
                time.sleep(0.05)


@dataclass(frozen=True)
class Report:
    seed: int
    commits: int
    kills: dict[str, int]
    seconds: float
    readers: list[Reader]
    wrong: dict[str, tuple[int, int, int]]  # by reader: missing, too many, out of date

    @property
    def holds(self) -> bool:
        return not any(any(some) for some in self.wrong.values())

    def lines(self) -> list[str]:
        killed = ", ".join(f"{name} {count}" for name, count in self.kills.items())
        said = [f"seed {self.seed}: {self.commits:,} commits in {self.seconds:.0f} s; killed: {killed}"]
        for one in self.readers:
            missing, more, old = self.wrong[one.name]
            said.append(
                f"  {one.name}: {one.entries:,} entries in {one.pages:,} pages, {one.retries} calls again; "
                f"{len(one.copies)} copies: {missing} missing, {more} too many, {old} out of date"
            )
        return said


def prove(seed: int, commits: int, *, mutant: str = "", filled_from: str = "", kill: bool = True) -> Report:
    """One run. ``filled_from``: a migrated database to begin with, instead of migrating."""
    folder = Path(tempfile.mkdtemp(prefix="kolcrm-sync-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "postgres")
    env = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "TEST_ON_DISK")}
    env |= {"DATABASE_URL": cluster.url, "VAR_DIR": str(folder), "BROKER_URL": "filesystem://"}
    env |= {"API_AT_ONCE": "100000", "API_PER_MINUTE": "200000"}  # its readers ask without a pause
    env |= {"DJANGO_SETTINGS_MODULE": "kol_crm.settings", "PROOF_MUTANT": mutant}
    web = Web(folder, env)
    writers = []
    try:
        cluster.start()
        _until(cluster.answers, "PostgreSQL")
        _fill(cluster, env, filled_from)
        tokens = json.loads(_call(env, "sync_scene"))
        web.start()
        readers = [Reader(name, web.port, token) for name, token in tokens.items()]
        for reader in readers:
            reader.begin()
        counted, stop = folder / "commits", folder / "stop"
        counted.touch()
        started = time.monotonic()
        writers = [
            subprocess.Popen(_python("sync_writer", seed * 10 + n, THREADS, counted, stop), cwd=ROOT, env=env)
            for n in range(PROCESSES)
        ]
        done = Event()
        pulling = [Thread(target=reader.pull_on, args=(done,), daemon=True) for reader in readers]
        for thread in pulling:
            thread.start()
        parts: dict[str, Killable] = {"web": web, "database": cluster}
        kills = _kill_until(counted, commits, parts, seed if kill else None)
        stop.touch()
        for process in writers:
            process.wait(timeout=PATIENCE)
        took = time.monotonic() - started
        done.set()
        for thread in pulling:
            thread.join(timeout=PATIENCE)
        for reader in readers:
            while reader.pull():
                pass
        wrong = {reader.name: _compared(reader.copies, reader.everything()) for reader in readers}
        return Report(seed, counted.stat().st_size, kills, took, readers, wrong)
    finally:
        for process in writers:
            process.kill()
        web.kill()
        cluster.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _compared(copies: dict[str, dict], truth: dict[str, dict]) -> tuple[int, int, int]:
    both = copies.keys() & truth.keys()
    old = sum(copies[key] != truth[key] for key in both)
    return len(truth.keys() - copies.keys()), len(copies.keys() - truth.keys()), old


def _kill_until(counted: Path, commits: int, parts: dict[str, Killable], seed: int | None) -> dict[str, int]:
    """Until so many have committed; the next one dies some seconds after the last one answers again."""
    dice = random.Random(seed)
    kills = dict.fromkeys(parts, 0)
    until = time.monotonic() + 3600
    last, pause = time.monotonic(), dice.uniform(3, 8)
    while counted.stat().st_size < commits:
        if time.monotonic() > until:
            raise SystemExit("an hour is over")
        time.sleep(0.1)
        if seed is not None and counted.stat().st_size and time.monotonic() - last > pause:
            name = dice.choice(list(parts))
            parts[name].kill()
            kills[name] += 1
            time.sleep(dice.uniform(0, 0.5))
            parts[name].start()
            _until(parts[name].answers, name)
            last, pause = time.monotonic(), dice.uniform(3, 8)
    return kills


def _fill(cluster: Cluster, env: dict[str, str], filled_from: str) -> None:
    if not filled_from:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        return
    dumped = subprocess.run([tool("pg_dump"), filled_from], capture_output=True, check=True).stdout
    put = [tool("psql"), "-q", "-v", "ON_ERROR_STOP=1", cluster.url]
    subprocess.run(put, input=dumped, stdout=subprocess.DEVNULL, check=True)


def _python(module: str, *arguments) -> list[str]:
    code = f"import django; django.setup(); from tests.proof import {module}; {module}.main()"
    return [sys.executable, "-c", code, *map(str, arguments)]


def _call(env: dict[str, str], module: str) -> str:
    done = subprocess.run(_python(module), cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]


def _until(answers, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not answers():
        if time.monotonic() > until:
            raise SystemExit(f"{what} does not come up")
        time.sleep(0.1)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.sync", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--mutant", default="", choices=("", "no-horizon"))
    parser.add_argument("--calm", action="store_true", help="nothing is killed")
    parser.add_argument("--from", dest="filled_from", default="", help="a migrated PostgreSQL database")
    given = parser.parse_args(arguments)
    held = True
    for seed in given.seed:
        report = prove(
            seed, given.commits, mutant=given.mutant, filled_from=given.filled_from, kill=not given.calm
        )
        sys.stdout.write("\n".join([*report.lines(), ""]))
        sys.stdout.flush()
        held = held and report.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
