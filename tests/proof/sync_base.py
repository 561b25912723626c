"""What the proofs of the sync stand on: a PostgreSQL of our own, and the software behind gunicorn."""

import json
import os
import random
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.proof import services, tables
from tests.proof.installation import Part
from tests.proof.services import Postgres, Service, free_port, wait_for

PATIENCE = 180.0  # a machine that is busy with other things is slow, which is told and is no failure


class Web(Part):
    """Two processes with four threads each."""

    def __init__(self, folder: Path, env: dict[str, str]):
        self.port = free_port()
        words = ["-m", "gunicorn", "--config", os.devnull, "--no-control-socket", "--preload"]
        words += ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{self.port}"]
        super().__init__(folder, "web", [*words, "--log-level", "error", "tests.proof.sync_web"], env)

    def answers(self) -> bool:
        """Raises ``RuntimeError`` with its last words where it ended by itself."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError((self.folder / "web.log").read_text()[-3000:])
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


class Base:
    """There while its block lasts. ``mutant``: what is taken out of the web processes."""

    def __init__(self, mutant: str = ""):
        self.folder = Path(tempfile.mkdtemp(prefix="kolcrm-sync-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as somebody else
        self.database = Postgres(self.folder / "postgres")
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in ("DEBUG", "TEST_ON_DISK")},
            "DATABASE_URL": self.database.url,
            "VAR_DIR": str(self.folder),
            "BROKER_URL": "filesystem://",
            "DJANGO_SETTINGS_MODULE": "kol_crm.settings",
            "LOG_LEVEL": "ERROR",
            "API_AT_ONCE": "100000",  # its readers ask without a pause
            "API_PER_MINUTE": "200000",
            "PROOF_MUTANT": mutant,
        }
        self.web = Web(self.folder, self.env)
        self.kills = {"web": 0, "database": 0}

    def __enter__(self) -> "Base":
        try:
            tables.begin(self.database, self.env)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error) -> None:
        self.web.kill()
        self.database.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, module: str, *arguments: str):
        """What ``main`` of a module beside this one prints last, as JSON."""
        return json.loads(tables.call(self.env, *_words(module, *arguments)).splitlines()[-1])

    def start_web(self) -> None:
        self.web.start()
        wait_for(self.web.answers, "the start of the web", PATIENCE)

    def kill_while(self, goes_on: Callable[[], bool], seed: int, shortest: float, longest: float) -> None:
        """First the database, then whichever the dice say, so long after the last one answers again."""
        dice = random.Random(seed)
        parts: dict[str, Service] = {"web": self.web, "database": self.database}
        names = ["database", "web"]
        while goes_on():
            until = time.monotonic() + dice.uniform(shortest, longest)
            while time.monotonic() < until and goes_on():
                time.sleep(0.1)
            if not goes_on():
                return
            name = names.pop(0) if names else dice.choice(list(parts))
            parts[name].kill()
            self.kills[name] += 1
            time.sleep(dice.uniform(0, 0.5))
            parts[name].start()
            wait_for(parts[name].answers, f"the start of the {name}", PATIENCE)


def python(module: str, *arguments) -> list[str]:
    """The command that runs ``main`` of a module beside this one, with Django set up."""
    return [sys.executable, *_words(module, *map(str, arguments))]


def _words(module: str, *arguments: str) -> list[str]:
    code = f"import django; django.setup(); from tests.proof import {module}; {module}.main()"
    return ["-c", code, *arguments]


def is_possible() -> str:
    """Empty, or what is missing here."""
    try:
        for name in ("initdb", "postgres"):
            services.tool(name)
    except services.Missing as missing:
        return str(missing)
    return ""
