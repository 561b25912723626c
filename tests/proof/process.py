"""A worker or beat of the proof: ``python -m tests.proof.process NAME [MORE…]``, as ``celery -A kol_crm``.

The code is the product's. Only the pace is quicker: a tick every two seconds instead of thirty. For the proof
of the proof ``PROOF_MUTANT`` takes one safeguard out of this process (``mutants``); the product knows nothing
of it.
"""

import os
import sys

import django

django.setup()

from kol_crm.celery import app  # noqa: E402
from tests.proof import mutants  # noqa: E402

TICK_SECONDS = 2.0


def main(*words: str) -> None:
    app.conf.beat_schedule = {
        "tick": {"task": "core.tick", "schedule": TICK_SECONDS, "options": {"expires": 5 * TICK_SECONDS}}
    }
    app.conf.beat_max_loop_interval = TICK_SECONDS
    mutants.put_on(os.environ.get("PROOF_MUTANT", ""))
    app.start(list(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
