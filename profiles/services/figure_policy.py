"""The numbers of DOMAIN 3.4–3.7 that managers may change, as the pure rules want them."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from profiles.models import Level
from profiles.rules.flow import FlowPolicy
from profiles.rules.level import LevelPolicy
from profiles.rules.verdict import VerdictPolicy

FRESH_DAYS = policy.declare(
    "fresh_days", {"stock": 35, "flow": 100, "estimate": 365}, _("How old a figure may be"), _("days")
)
THRESHOLDS = policy.declare(
    "level_thresholds",
    dict(zip(Level.values, (1_000, 10_000, 100_000, 500_000, 2_000_000), strict=True)),
    _("Levels, from followers"),
    _("followers"),
)
LEVEL_RATES = policy.declare(
    "level_rates", {"up": "0.05", "down": "0.005"}, _("Interactions per post ÷ followers that move a level")
)
LEAST_POSTS = policy.declare(
    "verdict_least_posts", 6, _("Posts in 90 days to be strong on a side"), _("posts")
)
OWN_SHARE = policy.declare(
    "verdict_own_share", "0.2", _("Share of all posts on the own platform to be strong")
)


def flow(rules: policy.Policy) -> FlowPolicy:
    days = rules.get(FRESH_DAYS)
    return FlowPolicy(
        fresh_stock_days=days["stock"], fresh_flow_days=days["flow"], fresh_estimate_days=days["estimate"]
    )


def level(rules: policy.Policy) -> LevelPolicy:
    thresholds, rates = rules.get(THRESHOLDS), rules.get(LEVEL_RATES)
    return LevelPolicy(
        thresholds=tuple(thresholds[name] for name in Level.values),
        up_from=Decimal(rates["up"]),
        down_below=Decimal(rates["down"]),
    )


def verdict(rules: policy.Policy) -> VerdictPolicy:
    return VerdictPolicy(least_posts=Decimal(rules.get(LEAST_POSTS)), own_share=Decimal(rules.get(OWN_SHARE)))
