"""How big a KOL is (DOMAIN 3.6)."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part
from profiles.rules import metric as m
from profiles.rules.flow import DEFAULT as DEFAULT_FLOW
from profiles.rules.flow import Accounts, FlowPolicy, interactions_per_post, latest_fresh

NONE = ""
NANO, MICRO, MID, MACRO, MEGA = "nano", "micro", "mid", "macro", "mega"
LADDER = (NONE, NANO, MICRO, MID, MACRO, MEGA)


@dataclass(frozen=True)
class LevelPolicy:
    thresholds: tuple[int, ...] = (1_000, 10_000, 100_000, 500_000, 2_000_000)  # nano to mega
    up_from: Decimal = Decimal("0.05")
    down_below: Decimal = Decimal("0.005")


DEFAULT = LevelPolicy()


@dataclass(frozen=True)
class LevelResult:
    """`level` "" = none, None = unknown (no fresh followers); `base` is the level by followers alone."""

    level: str | None
    base: str | None
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()


def level_of(
    followers: Decimal | None, per_post: Decimal | None, policy: LevelPolicy = DEFAULT
) -> LevelResult:
    """The highest level reached by followers, moved one by interactions per post ÷ followers.

    Below the first threshold there is none, however lively. Mega stays mega both ways; nano does not fall,
    for whoever reaches its threshold is not "below 1 k".
    """
    if followers is None:
        return LevelResult(None, None, missing=(m.FOLLOWERS,))
    rate = per_post / followers if per_post is not None and followers else None
    base = _base(followers, policy)
    level = _moved(base, rate, policy)
    step = LADDER.index(level) - LADDER.index(base)
    parts = (
        Part(m.FOLLOWERS, m.LABELS[m.FOLLOWERS], followers, note=base),
        Part("rate", _("Interactions per post ÷ followers"), rate, points=step),
    )
    return LevelResult(level, base, parts, () if rate is not None else ("rate",))


def level_on(
    figures_by_account: Accounts,
    on: date,
    policy: LevelPolicy = DEFAULT,
    flow_policy: FlowPolicy = DEFAULT_FLOW,
) -> LevelResult:
    """The level by the largest account with a fresh follower figure, of all platforms."""
    figures_by_account = {account: list(figures) for account, figures in figures_by_account.items()}
    largest = largest_fresh(figures_by_account, on, flow_policy)
    if largest is None:
        return level_of(None, None, policy)
    account, followers = largest
    per_post = interactions_per_post(figures_by_account[account], on, flow_policy)
    return level_of(followers, per_post.value, policy)


def largest_fresh(
    figures_by_account: Accounts, on: date, policy: FlowPolicy = DEFAULT_FLOW
) -> tuple[Hashable, Decimal] | None:
    """(account, followers) where the most fresh followers are, the first of equals; None without any."""
    fresh = [
        (account, figure.value)
        for account, figures in figures_by_account.items()
        if (figure := latest_fresh(figures, m.FOLLOWERS, on, policy))
    ]
    return max(fresh, key=lambda pair: pair[1], default=None)


def _base(followers: Decimal, policy: LevelPolicy) -> str:
    return LADDER[sum(followers >= threshold for threshold in policy.thresholds)]


def _moved(base: str, rate: Decimal | None, policy: LevelPolicy) -> str:
    if base in (NONE, MEGA) or rate is None:
        return base
    if rate >= policy.up_from:
        return LADDER[LADDER.index(base) + 1]
    if rate < policy.down_below and base != NANO:
        return LADDER[LADDER.index(base) - 1]
    return base
