"""The numbers of DOMAIN 3.4–3.7 that managers may change, as the pure rules want them."""

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.shapes import Number, Share, Table
from profiles.models import Level
from profiles.rules import metric as m
from profiles.rules.flow import FlowPolicy
from profiles.rules.level import LevelPolicy
from profiles.rules.verdict import VerdictPolicy

KEPT = 4  # policies at once: each is a set that nobody changes, and a chunk of files asks a thousand times
FIGURES = policy.Section("figures", _("Levels and figures"), 20)


def _rising(thresholds: dict[str, int]) -> dict[str, str]:
    """Each level begins above the one below it."""
    pairs = zip(Level.values, Level.values[1:], strict=False)
    return {
        upper: str(_("This must be more than the level below."))
        for lower, upper in pairs
        if thresholds[upper] <= thresholds[lower]
    }


def _apart(rates: dict[str, str]) -> dict[str, str]:
    """No KOL is moved up and down by the same figure."""
    if Decimal(rates["up"]) > Decimal(rates["down"]):
        return {}
    return {"up": str(_("This must be more than the share that moves a level down."))}


FRESH_DAYS = policy.declare(
    "fresh_days",
    {"stock": 35, "flow": 100, "estimate": 365},
    _("How old a figure may be"),
    _("days"),
    section=FIGURES,
    shape=Table(
        {
            "stock": (_("Stocks (followers)"), Number(1, 3650)),
            "flow": (_("Flows (posts, interactions)"), Number(1, 3650)),
            "estimate": (_("Estimates"), Number(1, 3650)),
        }
    ),
)
THRESHOLDS = policy.declare(
    "level_thresholds",
    dict(zip(Level.values, (1_000, 10_000, 100_000, 500_000, 2_000_000), strict=True)),
    _("Levels, from followers"),
    _("followers"),
    section=FIGURES,
    shape=Table({level.value: (level.label, Number(1, 1_000_000_000)) for level in Level}, _rising),
    help=_("The level of each file follows in the night."),
)
LEVEL_RATES = policy.declare(
    "level_rates",
    {"up": "0.05", "down": "0.005"},
    _("Interactions per post ÷ followers that move a level"),
    "%",
    section=FIGURES,
    shape=Table({"up": (_("One up from"), Share()), "down": (_("One down below"), Share())}, _apart),
)
LEAST_POSTS = policy.declare(
    "verdict_least_posts",
    6,
    _("Posts in 90 days to be strong on a side"),
    _("posts"),
    section=FIGURES,
    shape=Number(1, 1000),
)
OWN_SHARE = policy.declare(
    "verdict_own_share",
    "0.2",
    _("Share of all posts on the own platform to be strong"),
    "%",
    section=FIGURES,
    shape=Share(),
)


@lru_cache(maxsize=KEPT)
def flow(rules: policy.Policy) -> FlowPolicy:
    days = rules.get(FRESH_DAYS)
    return FlowPolicy(
        fresh_stock_days=days["stock"], fresh_flow_days=days["flow"], fresh_estimate_days=days["estimate"]
    )


@lru_cache(maxsize=KEPT)
def limits(rules: policy.Policy) -> dict[str, int]:
    """How old a figure of each metric may be, in days (DOMAIN 3.5)."""
    in_force = flow(rules)
    return {name: in_force.fresh_days(name) for name in m.KINDS}


@lru_cache(maxsize=KEPT)
def level(rules: policy.Policy) -> LevelPolicy:
    thresholds, rates = rules.get(THRESHOLDS), rules.get(LEVEL_RATES)
    return LevelPolicy(
        thresholds=tuple(thresholds[name] for name in Level.values),
        up_from=Decimal(rates["up"]),
        down_below=Decimal(rates["down"]),
    )


@lru_cache(maxsize=KEPT)
def verdict(rules: policy.Policy) -> VerdictPolicy:
    return VerdictPolicy(least_posts=Decimal(rules.get(LEAST_POSTS)), own_share=Decimal(rules.get(OWN_SHARE)))
