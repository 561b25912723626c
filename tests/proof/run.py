"""One run of the proof: greetings due, a minute of killing, quiet, and what is true then."""

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof import oracle
from tests.proof.installation import Installation
from tests.proof.killer import Killer
from tests.proof.oracle import Verdict
from tests.proof.services import wait_for

WITHHELD = ("silent", "taken, silent", "too late")
PATIENCE = 600.0  # a machine that is busy with other things is slow, which is told and is no failure


@dataclass
class Report:
    """What a run found."""

    seed: int
    greetings: int
    mutant: str
    kills: dict[str, int]
    withheld: int
    answers: dict[str, int]
    drained_seconds: float
    at_last_kill: int
    verdict: Verdict
    reconciled: Verdict | None = None
    looked_up: dict[str, int] = field(default_factory=dict)
    pages: dict[bool, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.verdict.holds and self.reconciled is not None and self.reconciled.holds

    @property
    def wrong(self) -> list[str]:
        return self.verdict.wrong + (self.reconciled.wrong if self.reconciled else [])

    def lines(self) -> list[str]:
        verdict = self.verdict
        said = [
            f"seed {self.seed}, {self.greetings} greetings{f', mutant {self.mutant}' if self.mutant else ''}",
            f"  kills {sum(self.kills.values())}: {_counts(self.kills)}; Redis flushed, a worker frozen",
            f"  mail server answered badly: {_counts(self.answers)}",
            f"  arrived at the last kill {self.at_last_kill}; drained {self.drained_seconds:.0f} s after it",
            f"  twice {verdict.twice}, lost silently {verdict.lost_silently}, uncertain {verdict.uncertain}"
            f" (of {sum(self.kills.values())} kills and {self.withheld} answers withheld)",
            f"  states: {_counts(verdict.states)}",
            f"  pages asked for while killing: {self.pages.get(True, 0)} answered,"
            f" {self.pages.get(False, 0)} not",
        ]
        if self.reconciled:
            said.append(
                f"  looked up by Message-ID: {_counts(self.looked_up)};"
                f" then arrived exactly once: {self.reconciled.arrived - self.reconciled.twice}"
            )
        return [*said, *(f"  WRONG: {one}" for one in self.wrong), f"  {'holds' if self.holds else 'FAILS'}"]


def outbox(seed: int, greetings: int, seconds: float, mutant: str = "", late: int = 6) -> Report:
    """``seconds`` of killing over so many greetings. Raises ``Missing``, ``TimeoutError``."""
    with tempfile.TemporaryDirectory(prefix="kolcrm-proof-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        there = Installation(folder, seed, mutant, late)
        try:
            return _run(there, seed, greetings, seconds, mutant)
        finally:
            there.end()


def _run(there: Installation, seed: int, greetings: int, seconds: float, mutant: str) -> Report:
    start = time.monotonic()
    planned = there.prepare(greetings)
    say(f"{planned} greetings planned after {time.monotonic() - start:.0f} s")
    there.start()
    wait_for(lambda: len(there.taken()) > 0, "the first greeting", 180)
    say(f"the first has arrived after {time.monotonic() - start:.0f} s")
    killer = Killer(there, seed, say)
    killer.rage(seconds)
    at_last_kill = len(set(there.taken()))
    say(f"{sum(killer.kills.values())} kills, {at_last_kill} arrived")
    there.calm.touch()
    drained = there.drained_after(PATIENCE)
    say(f"drained after {drained:.0f} s")
    heard = there.heard()
    withheld = sum(line["what"] in WITHHELD for line in heard)
    answers = {what: sum(one["what"] == what for one in heard) for what in {one["what"] for one in heard}}
    allowed = sum(killer.kills.values()) + withheld + 1  # the frozen worker
    verdict = oracle.judge(greetings, there.taken(), there.rows(), allowed)
    report = Report(
        *(seed, greetings, mutant, dict(killer.kills), withheld),
        {what: n for what, n in answers.items() if what != "taken"},
        *(drained, at_last_kill, verdict),
        pages=dict(killer.pages),
    )
    if not mutant and verdict.holds:
        report.looked_up = there.ask("reconcile", str(there.log))
        there.drained_after(PATIENCE)
        report.reconciled = oracle.judge_reconciled(greetings, there.taken(), there.rows())
    return report


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def _counts(of: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(of.items())) or "none"
