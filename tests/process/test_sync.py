"""The feed and the push under fire, in short; the long forms are commands (docs/reliability.md)."""

import pytest

from tests.proof import push, sync
from tests.proof.sync_base import is_possible

COMMITS, ROUNDS = 600, 60
FEW_COMMITS = 150  # enough for what has no safeguard
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(is_possible()), reason=f"the proof cannot be made here: {is_possible()}"),
]


def test_each_reader_ends_with_what_it_may_see():
    """Issue 8, proof (a): sixteen writers, two readers, web and database killed."""
    report = sync.prove(1, COMMITS, pause=(1, 3), processes=2)
    assert report.wrong == {"reader": (0, 0, 0), "above": (0, 0, 0)}
    assert report.commits >= COMMITS
    assert min(report.kills.values()) > 0


def test_without_the_horizon_changes_are_lost():
    """The proof can fail."""
    assert not sync.prove(1, FEW_COMMITS, mutant="no-horizon", pause=None, processes=2).holds


def test_a_client_that_is_killed_at_any_point_and_sends_again_ends_equal():
    """Issue 8, proof (b): nothing is lost and nothing happens twice."""
    report = push.prove(1, ROUNDS)
    assert report.holds, "\n".join(report.lines())
    assert len(report.state.copies) > 0
    assert min(report.kills.values()) > 0


def test_without_keys_things_happen_twice():
    """The proof can fail: a client that dies between its calls shows nothing, so a few seeds are tried."""
    assert not all(push.prove(seed, ROUNDS, mutant="no-keys", only_client=True).holds for seed in range(1, 6))
