"""What bond and loss risk weigh, their days and numbers, as managers change them (DOMAIN 7.6, 7.7)."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from incentives.rules import bond, risk
from incentives.rules.bond import BondPolicy
from incentives.rules.losses import LEAST_DEPARTURES
from incentives.rules.risk import RiskPolicy
from kol_crm.core import policy
from kol_crm.core.shapes import Number, Table
from profiles.rules import verdict

KEEPING = policy.Section("keeping", _("Bond and loss risk"), 31)
KEPT = 4  # policies at once: a chunk of files asks a thousand times
HEAVIEST = 100
VERDICTS = {
    verdict.DRIFTING: _("Verdict: drifting"),
    verdict.FADING: _("Verdict: fading"),
    verdict.UNKNOWN: _("Verdict: unknown"),
}


def _some(weights: Mapping[str, int]) -> dict[str, str]:
    """Of nothing but zeros there is no score."""
    return {} if any(weights.values()) else {"": str(_("One of them must weigh something."))}


def _weights(labels: Mapping) -> Table:
    return Table({key: (label, Number(0, HEAVIEST)) for key, label in labels.items()}, _some)


BOND_WEIGHTS = policy.declare(
    "bond_weights",
    dict(bond.WEIGHTS),
    _("What binds a KOL"),
    _("points"),
    section=KEEPING,
    shape=_weights(bond.LABELS),
    help=_("Bond is what these give, of 100; the bond of each file follows in the night."),
)
RISK_WEIGHTS = policy.declare(
    "risk_weights",
    dict(risk.WEIGHTS),
    _("Signs of a loss"),
    _("points"),
    section=KEEPING,
    shape=_weights({key: VERDICTS.get(key) or risk.LABELS[key] for key in risk.WEIGHTS}),
    help=_("Loss risk is what these give, of 100; of the verdict the heaviest counts as the whole."),
)
NUMBERS = policy.declare(
    "keeping_numbers",
    {
        "friends": bond.MOST_FRIENDS,
        "needs": RiskPolicy.most_needs,
        "need_days": 30,
        "ending_days": 90,
        "intervals": RiskPolicy.intervals,
        "departures": LEAST_DEPARTURES,
    },
    _("Days and numbers of bond and loss risk"),
    section=KEEPING,
    shape=Table(
        {
            "friends": (_("Friends inside that count in full"), Number(1, 20)),
            "needs": (_("Needs open for long that count in full"), Number(1, 20)),
            "need_days": (_("Days after which a need is open for long"), Number(1, 366)),
            "ending_days": (_("Days ahead in which ties are said to fall away"), Number(7, 366)),
            "intervals": (_("Intervals of staying in touch until silence counts in full"), Number(1, 10)),
            "departures": (_("Departures on record before bands are told apart"), Number(1, 1000)),
        }
    ),
)


@lru_cache(maxsize=KEPT)
def of_bond(rules: policy.Policy) -> BondPolicy:
    return BondPolicy(rules.get(BOND_WEIGHTS), rules.get(NUMBERS)["friends"])


@lru_cache(maxsize=KEPT)
def of_risk(rules: policy.Policy) -> RiskPolicy:
    numbers = rules.get(NUMBERS)
    return RiskPolicy(rules.get(RISK_WEIGHTS), numbers["needs"], numbers["intervals"])


def number(rules: policy.Policy, key: str) -> int:
    """One of the days and numbers."""
    return rules.get(NUMBERS)[key]
