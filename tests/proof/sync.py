"""The proof of the feed of changes: ``python -m tests.proof.sync --seed 1 2 3 --commits 10000``.

A PostgreSQL of our own and the software; sixteen writers that think, roll back, delete, merge and move
files between teams, in transactions of up to five seconds; two readers of different sight that page by seven;
web and database are killed with SIGKILL all the while. In the end the copies of each reader must be what it
may see.
``--mutant no-horizon`` takes the horizon out: then the proof must fail. ``--mutant ahead`` lets cursors run
ahead of what a killed database still knows, which only some kills bring to light. Exit code 0 if what must
hold holds.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.proof.sync_base import PATIENCE, Base, is_possible, python
from tests.proof.sync_reader import Line, Reader, compared
from tests.proof.tables import ROOT

WRITERS, PROCESSES = 16, 4
PAUSE = (3.0, 8.0)  # seconds between two kills
LONGEST = 3 * 3600


@dataclass(frozen=True)
class Report:
    seed: int
    commits: int
    kills: dict[str, int]
    seconds: float
    readers: list[Reader]
    wrong: dict[str, tuple[int, int, int]]  # by reader: missing, too many, out of date

    @property
    def holds(self) -> bool:
        return not any(any(some) for some in self.wrong.values())

    def lines(self) -> list[str]:
        killed = ", ".join(f"{name} {count}" for name, count in self.kills.items())
        said = [f"seed {self.seed}: {self.commits:,} commits in {self.seconds:.0f} s; killed: {killed}"]
        for one in self.readers:
            missing, more, old = self.wrong[one.name]
            said.append(
                f"  {one.name}: {one.entries:,} entries in {one.pages:,} pages, {one.line.retries} calls"
                f" again; {len(one.copies)} copies: {missing} missing, {more} too many, {old} out of date"
            )
        return said


def prove(
    seed: int,
    commits: int,
    *,
    mutant: str = "",
    pause: tuple[float, float] | None = PAUSE,
    processes: int = PROCESSES,
) -> Report:
    """One run; without ``pause`` nothing is killed. Sixteen writers in so many processes.

    Raises ``TimeoutError`` or ``SystemExit`` where nothing goes on any more.
    """
    with Base(mutant) as base:
        tokens = base.ask("sync_scene")
        base.start_web()
        readers = [Reader(name, Line(base.web.port, token)) for name, token in tokens.items()]
        for reader in readers:
            reader.begin()
        done, started = Event(), time.monotonic()
        pulling = [Thread(target=reader.pull_on, args=(done,), daemon=True) for reader in readers]
        for thread in pulling:
            thread.start()
        committed = _written(base, seed, commits, pause, processes)
        took = time.monotonic() - started
        done.set()
        for thread in pulling:
            thread.join(timeout=PATIENCE)
        for reader in readers:
            while reader.pull():
                pass
        wrong = {reader.name: compared(reader.copies, reader.line.everything()) for reader in readers}
        return Report(seed, committed, base.kills, took, readers, wrong)


def _written(base: Base, seed: int, commits: int, pause: tuple[float, float] | None, processes: int) -> int:
    """Let the writers write until so many transactions have committed, killing meanwhile; how many have."""
    counted, stop = base.folder / "commits", base.folder / "stop"
    counted.touch()
    writers = [
        subprocess.Popen(
            python("sync_writer", seed * 10 + n, WRITERS // processes, counted, stop), cwd=ROOT, env=base.env
        )
        for n in range(processes)
    ]
    until = time.monotonic() + LONGEST

    def goes_on() -> bool:
        if time.monotonic() > until:
            raise TimeoutError(f"only {_size(counted)} transactions have committed")
        return _size(counted) < commits

    try:
        while not _size(counted) and goes_on():
            time.sleep(0.1)
        if pause:
            base.kill_while(goes_on, seed, *pause)
        while goes_on():
            time.sleep(0.1)
        stop.touch()
        for process in writers:
            process.wait(timeout=PATIENCE)
    finally:
        for process in writers:
            process.kill()
    return _size(counted)


def _size(counted: Path) -> int:
    return counted.stat().st_size


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.sync", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--mutant", default="", choices=("", "no-horizon", "ahead"))
    parser.add_argument("--calm", action="store_true", help="nothing is killed")
    given = parser.parse_args(arguments)
    if missing := is_possible():
        sys.exit(f"The proof cannot be made here: {missing}.")
    held = True
    for seed in given.seed:
        report = prove(seed, given.commits, mutant=given.mutant, pause=None if given.calm else PAUSE)
        sys.stdout.write("\n".join([*report.lines(), ""]))
        sys.stdout.flush()
        held = held and report.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
