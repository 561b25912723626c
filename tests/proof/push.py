"""The proof of the push: ``python -m tests.proof.push --seed 1 2 3 --rounds 300``.

A client (``push_client``) that pushes and pulls is killed with SIGKILL wherever it is and started again
with what it had stored, while web and database are killed too and a colleague edits the same files. In the
end its copies are what it may see, and each thing that it sent has happened once: one file for each external
id, whose history is what the client was told, and each need once.
``--mutant no-keys``: what is sent again happens again; then the proof must fail. Exit code 0 if what must
hold holds.
"""

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from threading import Event, Thread

from tests.proof.push_client import State
from tests.proof.sync_base import Base, is_possible
from tests.proof.sync_reader import KOLS, Line, compared
from tests.proof.tables import ROOT

CLIENT_LIVES = (0.1, 1.5)  # seconds
SERVER_LIVES = (2.0, 6.0)  # after it answers again
LONGEST = 3600


@dataclass(frozen=True)
class Report:
    seed: int
    rounds: int
    seconds: float
    kills: dict[str, int]
    state: State
    edits: int  # a colleague's
    wrong: list[str]

    @property
    def holds(self) -> bool:
        return not self.wrong

    def lines(self) -> list[str]:
        killed = ", ".join(f"{name} {count}" for name, count in self.kills.items())
        state, items = self.state, sum(map(len, self.state.taken.values()))
        return [
            f"seed {self.seed}: {self.rounds} calls in {self.seconds:.0f} s; killed: {killed}",
            f"  {items} items taken in, {state.stale} stale, {len(state.needs)} needs;"
            f" {self.edits} edits of a colleague; {state.replayed} answers given again;"
            f" {len(state.copies)} copies",
            *(f"  WRONG: {one}" for one in self.wrong),
        ]


def prove(seed: int, rounds: int, *, mutant: str = "", only_client: bool = False) -> Report:
    """One run, which kills the client and, unless ``only_client``, web and database.

    It lasts so many rounds, and as many again until each of them was killed.
    Raises ``TimeoutError`` or ``SystemExit`` where nothing goes on any more.
    """
    with Base(mutant) as base:
        tokens = base.ask("push_scene")
        base.start_web()
        kept, done, started = base.folder / "state.json", Event(), time.monotonic()
        colleague = Colleague(Line(base.web.port, tokens["manager"]), seed)
        others = [Thread(target=colleague.edit_until, args=(done,), daemon=True)]
        if not only_client:
            how = (lambda: not done.is_set(), seed, *SERVER_LIVES)
            others.append(Thread(target=base.kill_while, args=how, daemon=True))
        for thread in others:
            thread.start()
        try:
            words = [str(kept), str(base.web.port), tokens["client"], str(seed)]
            killed, more = _killed_until_done(base, words, rounds, seed), rounds
            while not only_client and not all(base.kills.values()):  # a quick one is done before
                rounds += more
                killed += _killed_until_done(base, words, rounds, seed)
        finally:
            done.set()
            for thread in others:
                thread.join(timeout=LONGEST)
        took = time.monotonic() - started
        _ended(base, [*words, str(rounds)]).wait(timeout=LONGEST)  # what the colleague did last
        state = State.read(kept)
        truth = Line(base.web.port, tokens["client"]).everything()
        wrong = judged(state, truth, base.ask("push_judge"))
        return Report(seed, rounds, took, {"client": killed, **base.kills}, state, colleague.edits, wrong)


def _killed_until_done(base: Base, words: list[str], rounds: int, seed: int) -> int:
    """Kill the client and start it again until it has ended by itself; how often."""
    dice, kills, until = random.Random(seed), 0, time.monotonic() + LONGEST
    while time.monotonic() < until:
        client = _ended(base, [*words, str(rounds)])
        try:
            if client.wait(timeout=dice.uniform(*CLIENT_LIVES)):
                raise SystemExit((base.folder / "client.log").read_text()[-2000:])
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
            kills += 1
        else:
            return kills
    raise TimeoutError("the client does not come to its end")


def _ended(base: Base, words: list[str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.proof.push_client", *words]
    with (base.folder / "client.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


class Colleague:
    """Edits files of the client on the version that they have."""

    def __init__(self, line: Line, seed: int):
        self.line, self.dice, self.edits = line, random.Random(seed), 0

    def edit_until(self, done: Event) -> None:
        while not done.wait(self.dice.uniform(0.1, 0.5)):
            page = self.line.get(KOLS, limit="100")
            if not page["results"]:
                continue
            kol = self.dice.choice(page["results"])
            body = f'{{"introduction": "edit {self.edits}"}}'
            match = {"If-Match": f'"{kol["version"]}"'}
            answer, _said = self.line.ask("PATCH", f"{KOLS}{kol['id']}/", body, **match)
            self.edits += answer.status == 200


def judged(state: State, truth: dict[str, dict], there: dict) -> list[str]:
    """What is not as it must be."""
    wrong = list(state.odd)
    missing, more, old = compared(state.copies, truth)
    if missing or more or old:
        wrong.append(f"copies: {missing} missing, {more} too many, {old} out of date")
    if there["count"] != len(state.taken) or there["files"].keys() != state.taken.keys():
        wrong.append(f"{there['count']} files, {len(there['files'])} ids there, {len(state.taken)} here")
    for external_id, cities in state.taken.items():
        found = there["files"].get(external_id, {"id": None, "moves": []})
        steps = [list(pair) for pair in pairwise(cities)]
        if found != {"id": state.ids[external_id], "moves": steps}:
            wrong.append(f"{external_id}: told {cities}, there {found}")
    if twice := [what for what, count in Counter(there["needs"]).items() if count > 1]:
        wrong.append(f"noted twice: {twice}")
    if sorted(state.needs) != sorted(set(there["needs"])):
        wrong.append(f"{len(state.needs)} needs here, {len(set(there['needs']))} there")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.push", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--mutant", default="", choices=("", "no-keys"))
    given = parser.parse_args(arguments)
    if missing := is_possible():
        sys.exit(f"The proof cannot be made here: {missing}.")
    held = True
    for seed in given.seed:
        report = prove(seed, given.rounds, mutant=given.mutant)
        sys.stdout.write("\n".join([*report.lines(), ""]))
        sys.stdout.flush()
        held = held and report.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
