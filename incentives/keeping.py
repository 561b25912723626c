"""Bond and loss risk of files, with all that they were worked out from (DOMAIN 7.6, 7.7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from incentives import keeping_facts, keeping_policy
from incentives.keeping_facts import File
from incentives.rules import bond as bonds
from incentives.rules import risk as risks
from incentives.rules.bond import BondFacts, FallingAway
from incentives.rules.risk import RiskFacts
from kol_crm.core import policy
from kol_crm.core.kept import one_of
from kol_crm.core.score import Score
from lifecycle.models import LOST_FROM
from profiles.models import Kol, Stage


@dataclass(frozen=True)
class Keeping:
    """A file on a day. Who has left has no bond; only who is in initial–late can be lost (5.1)."""

    file: File
    day: date
    bond_facts: BondFacts
    risk_facts: RiskFacts
    rules: policy.Policy

    @cached_property
    def bond(self) -> Score:
        if self.file.stage == Stage.DEPARTED:
            return Score(None)
        return bonds.bond(self.bond_facts, self.day, keeping_policy.of_bond(self.rules))

    @cached_property
    def risk(self) -> Score:
        if self.file.stage not in LOST_FROM:
            return Score(None)
        return risks.risk(self.risk_facts, keeping_policy.of_risk(self.rules))

    @cached_property
    def falling(self) -> FallingAway:
        days = keeping_policy.number(self.rules, "ending_days")
        return bonds.falling_away(self.bond_facts, self.day, days, keeping_policy.of_bond(self.rules))

    @property
    def columns(self) -> dict[str, int | None]:
        """As the file's row keeps them (3.13)."""
        return {"bond": _whole(self.bond), "risk": _whole(self.risk)}


def _whole(score: Score) -> int | None:
    return None if score.value is None else int(score.value)


def of(kol_ids: Collection[UUID], day: date, rules: policy.Policy | None = None) -> dict[UUID, Keeping]:
    """By file, in a fixed number of queries (12, and one for the policy)."""
    rules = policy.current() if rules is None else rules
    rows = Kol.objects.filter(one_of(list(kol_ids))).order_by().values_list(*File._fields)
    files = [File(*row) for row in rows]
    facts = keeping_facts.load(files, day, rules)
    return {file.id: Keeping(file, day, *facts[file.id], rules) for file in files}


def of_file(kol_id: UUID, day: date) -> Keeping:
    return of([kol_id], day)[kol_id]
