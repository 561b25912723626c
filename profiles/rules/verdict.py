"""Where a KOL flourishes: own platform against other channels, over the last 90 days (DOMAIN 3.7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part
from profiles.rules import metric as m
from profiles.rules.level import NANO, NONE
from profiles.rules.side import FRESH, MISSING, NO_ACCOUNT, OTHER, OWN, Side, ToRefresh

THRIVING, LOYAL, DRIFTING, FADING, UNKNOWN = "thriving", "loyal", "drifting", "fading", "unknown"
MEDIAN = "median"
VALUES = {(True, True): THRIVING, (True, False): LOYAL, (False, True): DRIFTING, (False, False): FADING}

LABELS = {
    "own_posts": _("Posts on the own platform"),
    "own_per_post": _("Interactions per post on the own platform"),
    "own_share": _("Own platform's share of all posts"),
    "other_posts": _("Posts on other channels"),
    "other_per_post": _("Interactions per post on other channels"),
}


@dataclass(frozen=True)
class VerdictPolicy:
    least_posts: Decimal = Decimal(6)
    own_share: Decimal = Decimal("0.2")
    least_kols: int = 5


DEFAULT = VerdictPolicy()


class MedianOf(NamedTuple):
    """The bar of a side: interactions per post at the median of `kols` KOLs of this `level` ("" = of all)."""

    value: Decimal | None
    level: str
    kols: int


@dataclass(frozen=True)
class Verdict:
    """`value` is one of the five; strength None = unknown; `refresh` names what to bring up to date."""

    value: str
    own_strong: bool | None
    other_strong: bool | None
    parts: tuple[Part, ...]
    refresh: tuple[ToRefresh, ...] = ()


def medians_of(per_post_by_level: Mapping[str, Iterable[Decimal]]) -> dict[str, MedianOf]:
    """The medians of one side, per level and ("") of all; no level is treated as nano (DOMAIN 3.6)."""
    values: dict[str, list[Decimal]] = {NONE: []}
    for level, per_posts in per_post_by_level.items():
        for per_post in per_posts:
            values.setdefault(level or NANO, []).append(per_post)
            values[NONE].append(per_post)
    return {
        level: MedianOf(median(per_posts) if per_posts else None, level, len(per_posts))
        for level, per_posts in values.items()
    }


def bar_for(level: str, medians: Mapping[str, MedianOf], policy: VerdictPolicy = DEFAULT) -> MedianOf:
    """The median that counts for this level: its own, or of all where fewer than five KOLs have a figure."""
    own = medians.get(level or NANO)
    if own and own.kols >= policy.least_kols:
        return own
    return medians.get(NONE, MedianOf(None, NONE, 0))


def verdict(
    own: Side, other: Side, own_bar: MedianOf, other_bar: MedianOf, policy: VerdictPolicy = DEFAULT
) -> Verdict:
    """The verdict with every number and its limit.

    A side is weak as soon as one condition fails, strong when all hold, and else unknown. No account
    elsewhere is weak; no account on the own platform is a gap in the file, so unknown.
    """
    own_parts = (*_conditions(OWN, own, own_bar, policy), _share(own, other, policy))
    other_parts = _conditions(OTHER, other, other_bar, policy)
    own_strong, other_strong = _all(own_parts), _all(other_parts)
    value = UNKNOWN if None in (own_strong, other_strong) else VALUES[bool(own_strong), bool(other_strong)]
    refresh = _refresh(OWN, own, own_parts) + _refresh(OTHER, other, other_parts)
    return Verdict(value, own_strong, other_strong, (*own_parts, *other_parts), refresh)


def _conditions(side: str, figures: Side, bar: MedianOf, policy: VerdictPolicy) -> tuple[Part, Part]:
    posts = _posts(side, figures)
    per_post = figures.per_post if figures.state == FRESH else None
    return (
        _part(f"{side}_posts", posts, policy.least_posts),
        _part(f"{side}_per_post", per_post, bar.value, note=bar.level),
    )


def _posts(side: str, figures: Side) -> Decimal | None:
    if figures.state == NO_ACCOUNT and side == OTHER:
        return Decimal(0)
    return figures.posts if figures.state == FRESH else None


def _share(own: Side, other: Side, policy: VerdictPolicy) -> Part:
    own_posts, other_posts = _posts(OWN, own), _posts(OTHER, other)
    share = None
    if own_posts is not None and other_posts is not None and own_posts + other_posts:
        share = own_posts / (own_posts + other_posts)
    return _part("own_share", share, policy.own_share)


def _part(key: str, value: Decimal | None, limit: Decimal | None, note: str = "") -> Part:
    passed = None if value is None or limit is None else value >= limit
    return Part(key, LABELS[key], value, note=note, limit=limit, passed=passed)


def _all(parts: Iterable[Part]) -> bool | None:
    passed = {part.passed for part in parts}
    if False in passed:
        return False
    return None if None in passed else True


def _refresh(side: str, figures: Side, parts: Sequence[Part]) -> tuple[ToRefresh, ...]:
    """What the side names itself, else what of the side as a whole stands behind its being unknown."""
    no_bar = any(part.value is not None and part.limit is None for part in parts)
    if figures.refresh or _all(parts) is not None:
        return figures.refresh
    if figures.state != FRESH:
        return (ToRefresh(side, None, m.POSTS, MISSING if figures.state == NO_ACCOUNT else figures.state),)
    if figures.per_post is None:
        return (ToRefresh(side, None, m.INTERACTIONS, MISSING),)
    return (ToRefresh(side, None, MEDIAN, MISSING),) if no_bar else ()
