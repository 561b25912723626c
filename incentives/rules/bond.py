"""Bond: what binds a KOL to the platform, 0–100, and what of it falls away by a day (DOMAIN 7.6).

Each tie has an end, its last day; none where no end is set. A tie counts on the days from its first to its
last. Not having something counts 0; a part is left out only where its data is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from incentives.rules.weighing import ALL, NONE, Weighed, weigh
from kol_crm.core.score import Score

FANS, SHARE, EXCLUSIVITY, ROLE = "fans", "share", "exclusivity", "role"
FRIENDS, COMMUNITY, NEEDS = "friends", "community", "needs"
WEIGHTS = {FANS: 30, SHARE: 20, EXCLUSIVITY: 15, ROLE: 10, FRIENDS: 10, COMMUNITY: 5, NEEDS: 10}
MOST_FRIENDS = 3
LABELS = {
    FANS: _("Own share of all fans"),
    SHARE: _("Profit share or continuous pay running"),
    EXCLUSIVITY: _("Exclusivity in force"),
    ROLE: _("Platform role"),
    FRIENDS: _("Friends inside"),
    COMMUNITY: _("In a community"),
    NEEDS: _("Needs met"),
}
TIES = (SHARE, EXCLUSIVITY, ROLE, FRIENDS, COMMUNITY)


@dataclass(frozen=True)
class Tie:
    """One thing that binds: ``part`` it counts for, what it is, its first and last day, where it stands."""

    part: str
    what: str
    since: date | None = None
    until: date | None = None
    url: str = ""

    def binds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class BondFacts:
    """What bond is worked out from. ``own_fans`` and ``all_fans``: sums over accounts with fresh followers.

    ``all_fans`` None: no fresh followers anywhere; ``own_fans`` None: there is an account on the own
    platform, but no fresh followers of it. ``needs`` counts all that were ever recorded.
    """

    own_fans: Decimal | None = None
    all_fans: Decimal | None = None
    ties: tuple[Tie, ...] = ()
    needs_met: int = 0
    needs: int = 0


@dataclass(frozen=True)
class BondPolicy:
    """What each part weighs, and how many friends count."""

    weights: Mapping[str, Any]
    most_friends: int = MOST_FRIENDS


DEFAULT = BondPolicy(WEIGHTS)


def bond(facts: BondFacts, day: date, policy: BondPolicy = DEFAULT) -> Score:
    """The bond on ``day``, with what each part gave and what is missing."""
    running = [tie for tie in facts.ties if tie.binds_on(day)]
    count = {part: sum(tie.part == part for tie in running) for part in TIES}
    friends = Decimal(min(count[FRIENDS], policy.most_friends)) / policy.most_friends
    found = {
        FANS: (_share_of_fans(facts), _percent(_share_of_fans(facts))),
        **{part: (ALL if count[part] else NONE, count[part]) for part in TIES},
        FRIENDS: (friends, count[FRIENDS]),
        NEEDS: (
            Decimal(facts.needs_met) / facts.needs if facts.needs else None,
            f"{facts.needs_met}/{facts.needs}" if facts.needs else None,
        ),
    }
    return weigh(
        Weighed(part, LABELS[part], policy.weights[part], found[part][0], found[part][1]) for part in WEIGHTS
    )


def _share_of_fans(facts: BondFacts) -> Decimal | None:
    if not facts.all_fans or facts.own_fans is None:
        return None
    return facts.own_fans / facts.all_fans


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{round(share * 100)}%"


@dataclass(frozen=True)
class FallingAway:
    """Ties that end by ``by``, the nearest first; ``now`` is the bond, ``then`` that of the day after."""

    by: date
    ties: tuple[Tie, ...]
    now: Score
    then: Score

    @property
    def points(self) -> Decimal | None:
        """By how much the bond is lower then; below zero where another tie begins meanwhile."""
        if self.now.value is None or self.then.value is None:
            return None
        return self.now.value - self.then.value


def falling_away(facts: BondFacts, day: date, days: int, policy: BondPolicy = DEFAULT) -> FallingAway:
    """What binds today and ends within so many days, all else staying as it is."""
    by = day + timedelta(days=days)
    ending = [tie for tie in facts.ties if tie.binds_on(day) and tie.until is not None and tie.until <= by]
    ending.sort(key=lambda tie: (tie.until, tie.part, tie.what))
    after = by + timedelta(days=1)
    return FallingAway(by, tuple(ending), bond(facts, day, policy), bond(facts, after, policy))
