"""Charts of moves: between stages by month, and departures by their cause."""

from collections import Counter
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kol_crm.core import wording
from kol_crm.dashboard.charts import Chart, Figure, Line, number
from kol_crm.dashboard.scope import FLOW_MONTHS, Asked, month_before
from kol_crm.dashboard.stages import STAYS, moves_in
from lifecycle.models import Cause
from lifecycle.stay_list import AGAIN, BACK, FORWARD, OUT, way_of
from profiles.models import Stage
from profiles.scope_counts import Figures

ACTIVE = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
DOUBLED = 2
# Series of the flow: (key, stage entered or way, tone, up or down)
SERIES = (
    (Stage.INITIAL, "initial", 1),
    (Stage.MID_TERM, "mid_term", 1),
    (Stage.LATE, "late", 1),
    (AGAIN, "introduction", 1),
    (BACK, "quiet", -1),
    (OUT, "bad", -1),
)


def months_from(first: date, count: int) -> list[date]:
    return [month_before(first, -place) for place in range(count)]


def _series_of(before: str, after: str) -> str:
    way = way_of(before, after)
    return after if way == FORWARD else way


def _series_words(key: str) -> str:
    names = {AGAIN: _("won back"), BACK: pgettext("move", "back"), OUT: _("departed")}
    return names.get(key) or _("into %(stage)s") % {"stage": Stage(key).label}


def flow(asked: Asked, figures: Figures, *, shown: int = 0) -> Chart:
    """Steps forward upwards; steps back and departures downwards. ``shown``: so many months as a table."""
    months = [f"{month:%Y-%m}" for month in months_from(asked.flow_month, FLOW_MONTHS)]
    counts: dict[str, Counter[str]] = {key: Counter() for key, _tone, _way in SERIES}
    for month, before, after, _cause, count in moves_in(figures).of:
        key = _series_of(before, after)
        if key in counts and month >= months[0]:
            counts[key][month] += count

    words = {key: _series_words(key) for key, _tone, _sign in SERIES}

    def link(key: str, month: str) -> str:
        asks = {"way": key} if key in (AGAIN, BACK, OUT) else {"way": FORWARD, "stage": str(key)}
        return asked.url(STAYS, entered_from=month, entered_to=month, **asks)

    series = [
        {
            "name": words[key],
            "values": [sign * counts[key][month] for month in months],
            "tone": tone,
            "urls": [link(key, month) if counts[key][month] else "" for month in months],
        }
        for key, tone, sign in SERIES
    ]
    lines = [
        Line(
            month,
            month,
            tuple(
                Figure(counts[key][month], link(key, month), words[key], tone) for key, tone, _sign in SERIES
            ),
            total=sum(counts[key][month] for key, _tone, _sign in SERIES),
        )
        for month in months[:shown]
    ]
    up, down = (
        sum(counts[key][months[-1]] for key, _tone, sign in SERIES if sign == which) for which in (1, -1)
    )
    month_words = wording.day_words(asked.this_month, "month", asked.day, wording.babel_locale())
    said = _("%(month)s so far: +%(up)s forward, −%(down)s back or departed")
    return Chart(
        "flow",
        _("Flow between stages per month"),
        said % {"month": month_words, "up": number(up), "down": number(down)},
        lines,
        (_("Month"), *words.values()),
        [(month, *(counts[key][month] for key, _tone, _sign in SERIES)) for month in months],
        span=5,
        url=asked.url(STAYS, entered_from=months[0], entered_to=months[-1], way=[FORWARD, BACK, OUT, AGAIN]),
        series=tuple((words[key], tone) for key, tone, _sign in SERIES),
        tabular=True,
        more_url="" if shown else asked.own_url(part="flow"),
        drawn={"kind": "bar", "stack": True, "labels": months, "series": series, "ends": True},
    )


def departures(asked: Asked, figures: Figures) -> Chart:
    """Why they left from initial to late; leaving from introduction is no loss (DOMAIN 5.1)."""
    first, last = f"{asked.first_month:%Y-%m}", f"{asked.this_month:%Y-%m}"
    before_first = f"{asked.earlier_month:%Y-%m}"
    now, earlier, not_won = Counter[str](), Counter[str](), 0
    for month, before, after, cause, count in moves_in(figures).of:
        if after != Stage.DEPARTED:
            continue
        if before not in ACTIVE:
            not_won += count if month >= first else 0
        elif month >= first:
            now[cause] += count
        elif month >= before_first:
            earlier[cause] += count
    months = {"entered_from": first, "entered_to": last}
    stages = [stage.value for stage in ACTIVE]
    lines, rows = [], []
    for cause in sorted(Cause, key=lambda one: -now[one]):
        count, was = now[cause], earlier[cause]
        grown = was > 0 and count >= DOUBLED * was
        if count or was:
            link = asked.url(STAYS, way=OUT, from_stage=stages, cause=cause.value, **months)
            shown = Figure(count, link, cause.label, "bad" if grown else "quiet")
            note = ((_("before %(count)s") % {"count": number(was)}, "", "bad" if grown else ""),)
            lines.append(Line(cause.value, str(cause.label), (shown,), total=count, notes=note))
        rows.append((cause.label, count, was))
    total, was = now.total(), earlier.total()
    words = _("%(count)s left in %(period)s; before: %(earlier)s")
    finding = words % {"count": number(total), "period": asked.period_words, "earlier": number(was)}
    if lines and total:
        top = lines[0]
        finding += _("; most: %(cause)s (%(count)s)") % {"cause": top.label, "count": number(top.main.count)}
    note = _("Not won from introduction, counted apart: %(count)s") % {"count": number(not_won)}
    return Chart(
        "departures",
        _("Departures by cause"),
        finding,
        lines,
        (_("Cause"), _("Departed"), _("Before")),
        rows,
        span=6,
        note=note,
        url=asked.url(STAYS, way=OUT, from_stage=stages, **months),
    )
