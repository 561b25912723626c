"""What the mail server's log and the outbox must agree on, whatever was killed (RELIABILITY 1, the test)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

EXPLAINED = ("uncertain", "failed", "skipped")


@dataclass(frozen=True)
class Row:
    """A row of the outbox, when all is quiet again."""

    message_id: str
    state: str
    outcome: str


@dataclass
class Verdict:
    """``wrong``: the sentences that do not hold, with the ids they do not hold for."""

    arrived: int
    states: dict[str, int]
    twice: int = 0
    lost_silently: int = 0
    uncertain: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong

    def say(self, what: str, ids: Sequence[str]) -> None:
        if ids:
            self.wrong.append(f"{len(ids)} {what}: {', '.join(sorted(ids)[:3])}")


def judge(expected: int, taken: Sequence[str], rows: Sequence[Row], may_be_uncertain: int) -> Verdict:
    """After a run. ``taken``: the Message-ID of each arrival. ``may_be_uncertain``: kills and answers that
    were withheld, each of which may leave one row in doubt.
    """
    times = Counter(taken)
    verdict = Verdict(len(times), dict(Counter(row.state for row in rows)))
    twice = [one for one, n in times.items() if n > 1]
    lost = [row.message_id for row in rows if row.message_id not in times and row.state not in EXPLAINED]
    untrue = [row.message_id for row in rows if row.state == "sent" and row.message_id not in times]
    unsaid = [row.message_id for row in rows if row.state in EXPLAINED and not row.outcome]
    strange = sorted(set(times) - {row.message_id for row in rows})
    uncertain = [row.message_id for row in rows if row.state == "uncertain"]
    verdict.twice, verdict.lost_silently, verdict.uncertain = len(twice), len(lost), len(uncertain)
    verdict.say("arrived twice", twice)
    verdict.say("neither arrived nor said why", lost)
    verdict.say("say sent and did not arrive", untrue)
    verdict.say("failed or uncertain without a reason", unsaid)
    verdict.say("arrived without a row", strange)
    if len(uncertain) > may_be_uncertain:
        verdict.say(f"uncertain, with {may_be_uncertain} kills and answers withheld", uncertain)
    if len(rows) != expected:
        verdict.wrong.append(f"{len(rows)} rows instead of {expected}")
    return verdict


def judge_reconciled(expected: int, taken: Sequence[str], rows: Sequence[Row]) -> Verdict:
    """After everything uncertain was looked up by its Message-ID: each arrived exactly once, and says so."""
    verdict = judge(expected, taken, rows, may_be_uncertain=0)
    verdict.say("are not sent", [row.message_id for row in rows if row.state != "sent"])
    if verdict.arrived != expected:
        verdict.wrong.append(f"{verdict.arrived} arrived instead of {expected}")
    return verdict
