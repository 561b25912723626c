"""A whole installation of the proof: database, broker, mail server, web, two workers, two beats."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.proof import services, tables
from tests.proof.oracle import Row
from tests.proof.services import Postgres, Redis, Service, free_port, wait_for
from tests.proof.tables import ROOT

# Leases are short so that a run is: what is proved is their order, not their length.
QUICK = {
    "SMTP_TIMEOUT_SECONDS": "4",
    "OUTBOX_CLAIM_SECONDS": "8",
    "OUTBOX_WRITE_RETRY_SECONDS": "6",
    "OUTBOX_MARGIN_SECONDS": "2",
    "OUTBOX_BACKOFF_SECONDS": "2,4,8",
}
LONGEST_LEASE = 2 * 4 + 6 + 2
WORKER = ("worker", "-P", "threads", "-c", "4")  # as the compose file and ``serve`` start it
OPEN = ("pending", "claimed", "sending")


class Part(Service):
    """A process of the product, or the mail server; ``words`` follow the interpreter."""

    def __init__(self, folder: Path, name: str, words: list[str], env: dict[str, str]):
        self.folder, self.name, self.words, self.env = folder, name, words, env
        self.process = None

    def start(self) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


class Installation:
    """``mutant`` takes a safeguard out of the workers; ``late``: so many of a hundred mails are taken so."""

    def __init__(self, folder: Path, seed: int, mutant: str = "", late: int = 6):
        self.folder = folder
        self.postgres, self.redis = Postgres(folder / "postgres"), Redis(folder / "redis")
        self.log, self.calm = folder / "sink.jsonl", folder / "calm"
        self.log.touch()
        smtp, self.web_port = free_port(), free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in ("DEBUG", "TEST_ON_DISK")},
            "VAR_DIR": str(folder),
            "DATABASE_URL": self.postgres.url,
            "BROKER_URL": self.redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "DJANGO_SETTINGS_MODULE": "kol_crm.settings",
            "LOG_LEVEL": "ERROR",
            "PORT": str(self.web_port),
            "WEB_CONCURRENCY": "1",
            "PROOF_MUTANT": mutant,
            **QUICK,
        }
        sink = ["-m", "tests.proof.sink", str(smtp), str(self.log), str(self.calm), str(seed), str(late)]
        self.sink = self.part("sink", sink)
        self.web = self.part("web", ["-m", "gunicorn"])
        worker = ["-m", "tests.proof.process", *WORKER]
        quiet = ["--without-gossip", "--without-mingle", "-l", "ERROR"]
        self.workers = [self.part(f"worker{n}", [*worker, "-n", f"w{n}@proof", *quiet]) for n in (0, 1)]
        beat = ["-m", "tests.proof.process", "beat", "--pidfile=", "-l", "ERROR", "-s"]
        self.beats = [self.part(f"beat{n}", [*beat, str(folder / f"schedule{n}")]) for n in (0, 1)]

    def part(self, name: str, words: list[str]) -> Part:
        return Part(self.folder, name, words, self.env)

    @property
    def everything(self) -> list[Service]:
        return [*self.beats, *self.workers, self.web, self.sink, self.redis, self.postgres]

    def prepare(self, greetings: int) -> int:
        """Services, tables, and so many greetings due; how many the planner planned."""
        tables.begin(self.postgres, self.env)
        self.redis.start()
        self.sink.start()
        wait_for(self.redis.answers, "Redis's start")
        return self.ask("greetings_due", str(greetings))

    def start(self) -> None:
        for part in (self.web, *self.workers, *self.beats):
            part.start()

    def end(self) -> None:
        for service in self.everything:
            service.kill()

    def ask(self, name: str, argument: str):
        """A function of ``scene``, in a process of its own."""
        return json.loads(tables.call(self.env, "-m", "tests.proof.scene", name, argument))

    def page_answers(self, seconds: float = 5) -> bool:
        """A page that needs the database."""
        try:
            address = f"http://127.0.0.1:{self.web_port}/accounts/login/"
            with urllib.request.urlopen(address, timeout=seconds) as answer:
                return answer.status == 200
        except OSError:
            return False

    def heard(self) -> list[dict[str, str]]:
        """The mail server's log; a line that is being written is left out."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def taken(self) -> list[str]:
        return [line["id"] for line in self.heard() if line["what"] == "taken"]

    def rows(self) -> list[Row]:
        found = self.postgres.rows("SELECT message_id, state, outcome FROM core_send")
        if found is None:
            raise RuntimeError("PostgreSQL is away")
        return [Row(*one) for one in found]

    def is_drained(self) -> bool:
        """Nothing waits and nothing is under way."""
        found = self.postgres.rows(f"SELECT count(*) FROM core_send WHERE state IN {OPEN}")
        return found is not None and found[0][0] == 0

    def drained_after(self, seconds: float) -> float:
        """Seconds until it was. Raises ``TimeoutError``."""
        return wait_for(self.is_drained, "draining", seconds)


def is_possible() -> str:
    """Empty, or what is missing here."""
    try:
        for name in ("initdb", "postgres", "redis-server"):
            services.tool(name)
    except services.Missing as missing:
        return str(missing)
    return ""
