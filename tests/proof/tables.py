"""A cluster whose database has its tables: migrated once, kept as files, and copied by later runs."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests import migrated
from tests.proof.services import Postgres, wait_for

ROOT = Path(__file__).resolve().parents[2]


def begin(postgres: Postgres, env: Mapping[str, str]) -> None:
    """Start it. ``env`` is that of a process of the software on this cluster."""
    kept = ROOT / "var" / "proof" / migrated.key()
    if kept.exists():
        postgres.begin_as(kept)
    _start(postgres)
    if kept.exists():
        return
    call(env, "manage.py", "migrate", "-v0")
    postgres.stop()
    postgres.keep_as(kept)
    _start(postgres)


def call(env: Mapping[str, str], *words: str) -> str:
    """What a Python process prints. Raises ``RuntimeError`` with its last words."""
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout


def _start(postgres: Postgres) -> None:
    postgres.start()
    wait_for(postgres.answers, "PostgreSQL's start")
