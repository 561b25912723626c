"""Who kills: a worker, a beat, Redis or PostgreSQL every one to two seconds, and worse (RELIABILITY 1)."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

from tests.proof.installation import LONGEST_LEASE, Installation
from tests.proof.services import Service, descendants

DEAD_SECONDS = 0.3


class Killer:
    """``kills``: how often each was killed. What was killed is started again at once."""

    def __init__(self, there: Installation, seed: int, say: Callable[[str], None]):
        self.there, self.say = there, say
        self.dice = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.frozen: Service | None = None
        self.pages = Counter()

    def rage(self, seconds: float) -> None:
        """For so long; a worker is frozen past its lease meanwhile, and Redis forgets everything once."""
        start = time.monotonic()
        freeze_at, flush_at = start + seconds * 0.2, start + seconds * 0.7
        thaw_at, flushed = 0.0, False
        while (now := time.monotonic()) < start + seconds:
            time.sleep(self.dice.uniform(1, 2))
            if not thaw_at and now >= freeze_at:
                thaw_at = now + min(LONGEST_LEASE + 2, seconds * 0.6)
                self.freeze(self.there.workers[1])
            if self.frozen and now >= thaw_at:
                self.thaw()
            if not flushed and now >= flush_at:
                flushed = self.there.redis.flush()
            self.strike()
            self.pages[self.there.page_answers(2)] += 1
        self.thaw()

    def strike(self) -> None:
        there = self.there
        victims: dict[str, list[Service]] = {
            "worker": [one for one in there.workers if one is not self.frozen],
            "beat": list(there.beats),
            "redis": [there.redis],
            "postgres": [there.postgres],
        }
        kind = self.dice.choice(["worker", "worker", "beat", "redis", "postgres"])
        victim = self.dice.choice(victims[kind])
        victim.kill()
        self.kills[kind] += 1
        time.sleep(DEAD_SECONDS)
        victim.start()

    def freeze(self, worker: Service) -> None:
        self.frozen = worker
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.frozen is not None:
            self._signal(signal.SIGCONT)
            self.frozen = None

    def _signal(self, what: signal.Signals) -> None:
        process = self.frozen.process if self.frozen else None
        if process is not None:
            for pid in [process.pid, *descendants(process.pid)]:
                os.kill(pid, what)
