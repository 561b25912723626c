"""The figures of each account: followers over the year, the newest of every metric (DOMAIN 3.4, 3.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core.score import plain
from profiles.models import Account, Kol
from profiles.rules import metric as m
from profiles.rules.flow import (
    Figure,
    FlowPolicy,
    interactions_per_post,
    is_fresh,
    last_days,
    latest,
    window_flow,
)
from profiles.services.standing import Explained
from profiles.verdicts import number

YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Newest:
    """The newest figure of a metric, with its period and whether it still counts."""

    label: str
    figure: Figure
    is_stale: bool


@dataclass(frozen=True)
class Performance:
    """One account: a chart of its followers, figures over the last 90 days, the newest of each metric."""

    account: Account
    points: list[Figure]
    posts: str
    per_post: str
    newest: list[Newest]

    @property
    def chart_id(self) -> str:
        return f"followers-{self.account.pk}"

    @property
    def chart(self) -> dict[str, Any]:
        own = self.account.platform == "own"
        values = [plain(figure.value) for figure in self.points]
        series = {"name": _("Followers"), "values": values, "tone": "accent" if own else "quiet"}
        return {
            "kind": "line",
            "labels": [figure.end.isoformat() for figure in self.points],
            "format": "compact",
            "series": [series],
        }


def performance_of(kol: Kol, explained: Explained, on: date) -> list[Performance]:
    """Every account of the file, the own platform first; from the figures that are loaded already."""
    return [
        _performance(account, explained.figures.get(account.pk, []), on, explained.flows)
        for account in kol.accounts.all()
    ]


def _performance(account: Account, figures: list[Figure], on: date, flows: FlowPolicy) -> Performance:
    followers = {
        figure.end: figure for figure in figures if figure.metric == m.FOLLOWERS and on - figure.end <= YEAR
    }
    found = ((name, latest(figures, name, on)) for name in m.LABELS)
    return Performance(
        account=account,
        points=[followers[day] for day in sorted(followers)],
        posts=number(window_flow(figures, m.POSTS, *last_days(on, flows.window_days), flows).value),
        per_post=number(interactions_per_post(figures, on, flows).value),
        newest=[Newest(str(m.LABELS[name]), one, not is_fresh(one, on, flows)) for name, one in found if one],
    )
