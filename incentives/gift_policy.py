"""What managers may change about gifts: the budget of each level, the days, the years apart (DOMAIN 7.4)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.shapes import Number, Table
from profiles.models import Level

GIFTS = policy.Section("gifts", _("Gifts"), 28)
NO_LEVEL = "none"
MOST = 1_000_000

BUDGET = policy.declare(
    "gift_budget",
    {NO_LEVEL: 200, "nano": 300, "micro": 500, "mid": 1000, "macro": 3000, "mega": 8000},
    _("Gifts to one KOL in a calendar year"),
    _("the currency of the installation"),
    section=GIFTS,
    shape=Table(
        {NO_LEVEL: (_("No level"), Number(0, MOST))}
        | {level.value: (level.label, Number(0, MOST)) for level in Level}
    ),
    help=_("In the installation’s currency. Beyond it only a manager gives, with a reason."),
)
DAYS = policy.declare(
    "gift_days",
    {"idea": 21, "ship": 4, "choose": 7, "arrive": 10, "years": 2},
    _("From the idea to the reaction"),
    section=GIFTS,
    shape=Table(
        {
            "idea": (_("An idea comes up this many days before its day"), Number(1, 120)),
            "ship": (_("A chosen gift leaves this many days before its day"), Number(0, 60)),
            "choose": (_("Chosen for no day, it leaves within this many days"), Number(1, 120)),
            "arrive": (_("Sent, it is asked after this many days whether it came"), Number(1, 120)),
            "years": (_("The same item not again within years"), Number(1, 10)),
        }
    ),
)


@dataclass(frozen=True)
class Days:
    """In days; ``years`` between two of the same."""

    idea: int
    ship: int
    choose: int
    arrive: int
    years: int


def days(rules: policy.Policy) -> Days:
    return Days(**rules.get(DAYS))


def limit(rules: policy.Policy, level: str) -> Decimal:
    """What gifts may cost a KOL of this level in a calendar year."""
    return Decimal(rules.get(BUDGET)[level or NO_LEVEL])
