"""The outbox is proved in short (docs/reliability.md): all is killed, nothing is lost or doubled.

Long form: ``python -m tests.proof outbox --seed 1 2 3``; proved itself: ``python -m tests.proof mutants``.
"""

import pytest

from tests.proof import run
from tests.proof.installation import is_possible

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(is_possible()), reason=f"the proof cannot be made here: {is_possible()}"),
]


def test_worker_beat_redis_and_postgresql_are_killed_and_each_greeting_arrives_once():
    report = run.outbox(seed=1, greetings=120, seconds=25)
    assert report.holds, "\n".join(report.lines())
    assert sum(report.kills.values()) >= 4
