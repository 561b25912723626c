"""The feed under fire, in its short form; the long one is a command (docs/reliability.md)."""

import os

import pytest

from tests.proof import sync

GIVEN = os.environ.get("DATABASE_URL", "")
COMMITS = 400
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not GIVEN.startswith("postgres"), reason="on SQLite writers wait for each other"),
]


def test_each_reader_ends_with_what_it_may_see(stage):
    report = sync.prove(1, COMMITS, filled_from=stage.env["DATABASE_URL"])
    assert report.wrong == {"reader": (0, 0, 0), "above": (0, 0, 0)}
    assert report.commits >= COMMITS
    assert sum(report.kills.values()) > 0


def test_without_the_horizon_changes_are_lost(stage):
    """The proof can fail."""
    report = sync.prove(1, COMMITS, mutant="no-horizon", filled_from=stage.env["DATABASE_URL"], kill=False)
    assert not report.holds
