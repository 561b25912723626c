"""The numbers of the rhythm guard that managers may change (DOMAIN 6.6)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from incentives.rules.rhythm import RhythmPolicy
from kol_crm.core import policy
from kol_crm.core.shapes import Number, Share, Table

VALUE = policy.Section("value", _("Value and rhythm"), 29)

RHYTHM = policy.declare(
    "monetising_rhythm",
    {"settled": 30, "apart": 30, "window": 30, "fall": "0.20"},
    _("Before a KOL’s fans are asked for money"),
    section=VALUE,
    shape=Table(
        {
            "settled": (_("Days in mid-term or late"), Number(0, 365)),
            "apart": (_("Days from one monetising campaign to the next"), Number(1, 365)),
            "window": (_("Days over which interactions are compared"), Number(7, 90)),
            "fall": (_("Interactions must not be down by"), Share(Decimal("0.01"))),
        }
    ),
    help=_("Whoever lacks one of these joins a monetising campaign only by a manager’s word, with a reason."),
)


def rhythm(rules: policy.Policy) -> RhythmPolicy:
    """As the pure rule wants them."""
    told = rules.get(RHYTHM)
    return RhythmPolicy(told["settled"], told["apart"], told["window"], Decimal(told["fall"]))
