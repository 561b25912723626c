"""The stage of the process tests: a fresh database each, on PostgreSQL where ``DATABASE_URL`` says so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import migrated_file
from tests.process.stage import ROOT, Stage, environment, migrate
from tests.sink import sink_at_free_port


@pytest.fixture
def stage(tmp_path, migrated):
    folder = tmp_path / "stage"
    shutil.copytree(migrated, folder)
    with sink_at_free_port() as (sink, port):
        yield Stage(folder, _fresh_database(folder), sink, port)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A folder with an empty SQLite database that has all its tables; to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    shutil.copyfile(migrated_file(), folder / DATABASE)
    return folder


DATABASE = "kol_crm.sqlite3"  # as settings call it by default


def _fresh_database(folder: Path) -> str:
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{folder / DATABASE}"
    make = [sys.executable, str(ROOT / ".ci" / "fresh_database"), given, "kolcrm_process"]
    made = subprocess.run(make, capture_output=True, text=True, check=True).stdout.strip()
    migrate(environment(folder, made))
    return made
