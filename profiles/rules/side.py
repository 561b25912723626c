"""A side of the verdict, own platform or other channels, put together from its accounts (DOMAIN 3.7)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from profiles.rules import metric as m
from profiles.rules.flow import (
    DEFAULT,
    Accounts,
    Figure,
    FlowPolicy,
    interactions_per_post,
    is_fresh,
    last_days,
    latest,
    window_flow,
)

OWN, OTHER = "own", "other"
FRESH, MISSING, STALE, NO_ACCOUNT = "fresh", "missing", "stale", "none"

# Which figures can tell of posts and of interactions per post: they say what is stale and since when.
SOURCES = {
    m.POSTS: (m.POSTS, m.POSTS_TOTAL),
    m.INTERACTIONS: (m.INTERACTIONS, m.INTERACTIONS_AVG, m.LIKES_AVG, m.COMMENTS_AVG),
}


class ToRefresh(NamedTuple):
    """A figure to bring up to date, of an account or (None) of the side; stale ones since their last day."""

    side: str
    account: Hashable | None
    metric: str
    state: str
    since: date | None = None


@dataclass(frozen=True)
class Side:
    """One side over the window. `posts` and `per_post` count only where `state` is fresh."""

    state: str
    posts: Decimal | None = None
    per_post: Decimal | None = None
    refresh: tuple[ToRefresh, ...] = ()


class _Account(NamedTuple):
    posts: Decimal | None
    per_post: Decimal | None
    refresh: ToRefresh | None


def side_of(side: str, figures_by_account: Accounts, on: date, policy: FlowPolicy = DEFAULT) -> Side:
    """Posts added up, interactions per post over all of them; accounts of unknown posts left out and named.

    Fresh where at least one account tells its posts; else stale where one once did, else missing.
    """
    accounts = [
        _account(side, name, list(figures), on, policy) for name, figures in figures_by_account.items()
    ]
    if not accounts:
        return Side(NO_ACCOUNT)
    refresh = tuple(account.refresh for account in accounts if account.refresh)
    known = [account.posts for account in accounts if account.posts is not None]
    if not known:
        state = STALE if any(item.state == STALE for item in refresh) else MISSING
        return Side(state, refresh=refresh)
    return Side(FRESH, sum(known, Decimal(0)), _per_post(accounts), refresh)


def _account(side: str, name: Hashable, figures: list[Figure], on: date, policy: FlowPolicy) -> _Account:
    posts = window_flow(figures, m.POSTS, *last_days(on, policy.window_days), policy).value
    per_post = interactions_per_post(figures, on, policy).value
    refresh = None
    if posts is None:
        refresh = _to_refresh(side, name, m.POSTS, figures, on, policy)
    elif posts and per_post is None:
        refresh = _to_refresh(side, name, m.INTERACTIONS, figures, on, policy)
    return _Account(posts, per_post, refresh)


def _per_post(accounts: Iterable[_Account]) -> Decimal | None:
    """All interactions ÷ all posts, which is the accounts' averages weighed by their posts."""
    told = [(a.posts, a.per_post) for a in accounts if a.posts and a.per_post is not None]
    posts = sum((number for number, _ in told), Decimal(0))
    return sum((number * average for number, average in told), Decimal(0)) / posts if posts else None


def _to_refresh(
    side: str, name: Hashable, metric: str, figures: list[Figure], on: date, policy: FlowPolicy
) -> ToRefresh:
    known = [figure for source in SOURCES[metric] if (figure := latest(figures, source, on))]
    newest = max(known, key=lambda figure: figure.end, default=None)
    if newest is None or is_fresh(newest, on, policy):
        return ToRefresh(side, name, metric, MISSING)
    return ToRefresh(side, name, metric, STALE, newest.end)
