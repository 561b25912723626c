"""What figures say of files that are only being made: set before they are written, instead of written twice.

The same as ``standing.refresh`` finds once they are on record (a test compares the two); to write the columns
afterwards rewrote every index of the file and of its account, and to read the figures back took as long.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from kol_crm.core import policy
from profiles.models import Account, Kol, LevelRecord, Platform
from profiles.rules import metric as m
from profiles.rules.flow import Figure
from profiles.services import figure_policy, standing


def settle(
    births: Iterable[tuple[Kol, Account | None, Sequence[Figure]]], on: date, at: datetime
) -> list[LevelRecord]:
    """Set the figure columns of each file and its account; the levels to insert after the files.

    Of one account no two figures may speak of the same metric, days and source.
    """
    rules, bars, records = policy.current(), None, []
    for kol, account, figures in births:
        if account is None or not figures:
            continue
        bars = standing.medians() if bars is None else bars
        _follow(account, figures)
        recent = [one for one in figures if on - standing.REACH < one.end <= on]
        is_own = account.platform == Platform.OWN
        sides = {is_own: {account.pk: recent}, not is_own: {}}
        reading = standing.reading_of(sides, on, rules)
        due = _due(figures, rules)
        columns, record = standing.columns_of(kol, reading, due, standing.Now(on, at, rules, bars))
        vars(kol).update(columns)
        if record is not None:
            records.append(record)
    return records


def _follow(account: Account, figures: Iterable[Figure]) -> None:
    """The newest follower figure, as ``account_followers.update`` finds it."""
    followers = [one for one in figures if one.metric == m.FOLLOWERS]
    if followers:
        newest = max(followers, key=lambda one: one.end)
        account.followers, account.followers_on = int(newest.value), newest.end


def _due(figures: Iterable[Figure], rules: policy.Policy) -> date:
    """When the first of its newest figures is stale, as ``standing.figures_due``."""
    limits = figure_policy.limits(rules)
    newest: dict[str, date] = {}
    for one in figures:
        newest[one.metric] = max(one.end, newest.get(one.metric, one.end))
    return min(end + timedelta(days=limits[metric] + 1) for metric, end in newest.items())
