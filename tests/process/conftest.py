"""The stage of the process tests: a fresh database each, on PostgreSQL where ``DATABASE_URL`` says so."""

import os
import subprocess
import sys

import pytest

from tests.process.stage import ROOT, Stage
from tests.sink import sink_at_free_port


@pytest.fixture
def stage(tmp_path):
    with sink_at_free_port() as (sink, port):
        yield Stage(tmp_path, _fresh_database(tmp_path), sink, port)


def _fresh_database(folder) -> str:
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{folder / 'process.sqlite3'}"
    make = [sys.executable, str(ROOT / ".ci" / "fresh_database"), given, "kolcrm_process"]
    return subprocess.run(make, capture_output=True, text=True, check=True).stdout.strip()
