"""What a KOL is told of their own account: followers through the year, deeds of 90 days (DOMAIN 5.5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from kol_crm.core.score import plain
from profiles.rules import metric as m
from profiles.rules.flow import Figure, FlowPolicy, interactions_per_post, last_days, latest, window_flow

YEAR, WINDOW = 365, 90
PER_POST = "per_post"
FLOWS = (m.POSTS, m.INTERACTIONS, m.VIEWS, m.ANSWERS, m.ACTIVE_DAYS)


def growth(figures: Sequence[Figure], on: date, flows: FlowPolicy) -> dict[str, Any]:
    """JSON-ready: ``followers`` day by day, ``figures`` of the last 90 days beside those of the 90 before."""
    series = {
        one.end: one.value
        for one in sorted(figures, key=lambda one: (one.end, one.source))
        if one.metric == m.FOLLOWERS and timedelta() <= on - one.end <= timedelta(days=YEAR)
    }
    ends = (on, on - timedelta(days=WINDOW))
    rows = [
        [name, *(plain(window_flow(figures, name, *last_days(end, WINDOW), flows).value) for end in ends)]
        for name in FLOWS
    ]
    rows.append([PER_POST, *(_whole(interactions_per_post(figures, end, flows).value) for end in ends)])
    newest = latest(figures, m.FOLLOWERS, on)
    return {
        "followers": [[day.isoformat(), int(value)] for day, value in series.items()],
        "as_of": newest.end.isoformat() if newest else "",
        "figures": [row for row in rows if row[1] is not None],
    }


def _whole(value) -> float | None:
    return None if value is None else round(float(value), 1)
