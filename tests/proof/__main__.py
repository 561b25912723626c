"""The proof as a command: ``python -m tests.proof outbox --seed 1 --greetings 1000 --seconds 60``.

``python -m tests.proof mutants`` takes the dispatcher's safeguards out one by one; the proof must fail each
time. Exit code 0 if what must hold holds.
"""

import argparse
import sys

from tests.proof import run
from tests.proof.installation import is_possible

MUTANTS = ("no-mark", "no-lease", "early-ack")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    for name, help_text in (("outbox", "kill for a while"), ("mutants", "prove the proof")):
        one = what.add_parser(name, help=help_text)
        one.add_argument("--seed", type=int, nargs="+", default=[1])
        one.add_argument("--greetings", type=int, default=1000 if name == "outbox" else 300)
        one.add_argument("--seconds", type=float, default=60 if name == "outbox" else 30)
    given = parser.parse_args()
    if missing := is_possible():
        sys.exit(f"The proof cannot be made here: {missing}.")
    return outbox(given) if given.what == "outbox" else mutants(given)


def outbox(given: argparse.Namespace) -> int:
    reports = [run.outbox(seed, given.greetings, given.seconds) for seed in given.seed]
    for report in reports:
        sys.stdout.write("\n".join([*report.lines(), ""]))
    return 0 if all(report.holds for report in reports) else 1


def mutants(given: argparse.Namespace) -> int:
    """Each must be found out."""
    found = 0
    for name in MUTANTS:
        report = run.outbox(given.seed[0], given.greetings, given.seconds, mutant=name, late=30)
        found += not report.verdict.holds
        sys.stdout.write("\n".join([*report.lines(), ""]))
    sys.stdout.write(f"{found} of {len(MUTANTS)} mutants found out\n")
    return 0 if found == len(MUTANTS) else 1


if __name__ == "__main__":
    sys.exit(main())
