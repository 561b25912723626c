"""What an account measures on a day: the figure that is fixed before and after (DOMAIN 5.5, 5.6)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.rules import metric as m
from profiles.rules.flow import (
    Figure,
    FlowPolicy,
    interactions_per_post,
    last_days,
    latest_fresh,
    window_flow,
)

PER_POST = "per_post"
DAYS = 30  # a flow is that of so many days; what is measured before and after must be as long
STOCKS = (m.FOLLOWERS,)
FLOWS = (m.POSTS, m.INTERACTIONS, m.RETURNING_INTERACTIONS, m.VIEWS, m.ANSWERS, m.ACTIVE_DAYS, m.COMPLAINTS)
AVERAGES = (m.LIKES_AVG, m.COMMENTS_AVG, m.VIEWS_AVG)
LABELS: dict[str, Any] = {
    **{name: m.LABELS[name] for name in STOCKS},
    PER_POST: _("Interactions per post, 90 days"),
    **{name: format_lazy(_("{figure}, 30 days"), figure=m.LABELS[name]) for name in FLOWS},
    **{name: m.LABELS[name] for name in AVERAGES},
}
NAMES = tuple(LABELS)


def choices() -> list[tuple[str, Any]]:
    return list(LABELS.items())


class Reading(NamedTuple):
    value: Decimal
    on: date


def read(figures: Sequence[Figure], metric: str, on: date, flows: FlowPolicy) -> Reading | None:
    """The value as of the day, with the day of its newest figure; None where nothing fresh says it."""
    if metric == PER_POST:
        score = interactions_per_post(figures, on, flows)
        newest = [one.end for one in figures if one.metric in (m.INTERACTIONS, *AVERAGES) and one.end <= on]
        return None if score.value is None or not newest else Reading(_kept(score.value), max(newest))
    if metric in FLOWS:
        return _flow(figures, metric, on, flows)
    found = latest_fresh(figures, metric, on, flows)
    return found and Reading(_kept(found.value), found.end)


def _flow(figures: Sequence[Figure], metric: str, on: date, flows: FlowPolicy) -> Reading | None:
    """The days up to the newest figure, as long as that one is fresh."""
    newest = latest_fresh(figures, metric, on, flows)
    if newest is None:
        return None
    flow = window_flow(figures, metric, *last_days(newest.end, DAYS), flows)
    return None if flow.value is None else Reading(_kept(flow.value), newest.end)


def _kept(value: Decimal) -> Decimal:
    """As it is stored."""
    return round(value, 4)
