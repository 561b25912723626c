"""The figures of each account: followers over the year, the newest of every metric (DOMAIN 3.4, 3.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core.score import Part, Score, plain
from profiles.holders import Held
from profiles.models import Account, FanReport, Kol, Platform
from profiles.rules import audience
from profiles.rules import metric as m
from profiles.rules.flow import (
    Figure,
    FlowPolicy,
    interactions_per_post,
    is_fresh,
    last_days,
    latest,
    latest_fresh,
    window_flow,
)
from profiles.services.standing import Explained
from profiles.verdicts import number, percent

YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Newest:
    """The newest figure of a metric, with its period and whether it still counts."""

    label: str
    figure: Figure
    is_stale: bool


@dataclass
class Performance:
    """One account: a chart of its followers, figures over the last 90 days, the newest of each metric.

    ``parts``: what the two computed figures were made of; ``holders``: where somebody else held it before.
    """

    account: Account
    points: list[Figure]
    posts: str
    per_post: str
    newest: list[Newest]
    parts: dict[str, list[dict[str, Any]]]
    holders: list[Held] = field(default_factory=list)

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


@dataclass(frozen=True)
class Fans:
    """What is known of the fans, the newest report first; ``would_follow`` with its parts."""

    report: FanReport
    would_follow: Score
    parts: list[dict[str, Any]]
    audience: list[tuple[str, list[tuple[str, float]]]]
    is_stale: bool


def fans_of(kol: Kol, reports: list[FanReport], explained: Explained, on: date) -> Fans | None:
    """The newest report with how many would follow: fresh followers elsewhere × portability."""
    if not reports:
        return None
    report, elsewhere = reports[0], []
    for account in kol.accounts.all():
        figure = latest_fresh(explained.figures.get(account.pk, []), m.FOLLOWERS, on, explained.flows)
        if figure and account.platform != Platform.OWN:
            elsewhere.append((str(account), figure.value))
    score = audience.would_follow(elsewhere, report.portability)
    shares = [
        (str(audience.DIMENSIONS[name]), sorted(found.items(), key=lambda pair: -pair[1]))
        for name, found in report.audience.items()
        if name in audience.DIMENSIONS
    ]
    stale = (on - report.on).days > explained.flows.fresh_estimate_days
    return Fans(report, score, _parts_shown(score.parts), shares, stale)


def _parts_shown(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [
        {
            "label": str(part.label),
            "value": percent(part.value) if part.key == "portability" else number(part.value),
            "note": str(part.note),
        }
        for part in parts
    ]


def _figures_shown(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    return [
        {
            "label": str(m.LABELS[figure.metric]),
            "value": number(figure.value),
            "note": " – ".join(dict.fromkeys((figure.start.isoformat(), figure.end.isoformat()))),
        }
        for figure in figures
    ]


def _performance(account: Account, figures: list[Figure], on: date, flows: FlowPolicy) -> Performance:
    followers = {
        figure.end: figure for figure in figures if figure.metric == m.FOLLOWERS and on - figure.end <= YEAR
    }
    found = ((name, latest(figures, name, on)) for name in m.LABELS)
    posts = window_flow(figures, m.POSTS, *last_days(on, flows.window_days), flows)
    per_post = interactions_per_post(figures, on, flows)
    return Performance(
        account=account,
        points=[followers[day] for day in sorted(followers)],
        posts=number(posts.value),
        per_post=number(per_post.value),
        parts={"posts": _figures_shown(posts.parts), "per_post": _parts_shown(per_post.parts)},
        newest=[Newest(str(m.LABELS[name]), one, not is_fresh(one, on, flows)) for name, one in found if one],
    )
