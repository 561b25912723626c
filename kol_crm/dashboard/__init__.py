"""The stage dashboard: every number is the length of a list, read from counters alone (DOMAIN 8.2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.dashboard import files, flow, keeping, names, stages
from kol_crm.dashboard.charts import Chart, number, percent
from kol_crm.dashboard.flow import ACTIVE
from kol_crm.dashboard.scope import Asked, month_before
from kol_crm.dashboard.stages import REVIEWS, STAYS
from lifecycle.figures import LOAD
from lifecycle.stay_counting import MOVED, STAYED
from lifecycle.stay_list import OUT
from profiles import scope_counts
from profiles.filters import NONE
from profiles.models import Verdict
from profiles.scope_counting import AGED, DUE, KINDS, LATE_OF, LEVEL, OWNER, RISK, STAGE, STALE, VERDICT
from profiles.scope_counts import FIELD, Figures, Months

LONG, EVERY = ("flow", "loads", "fields", "survival"), 10_000  # those that show some of their lines first


class Dashboard:
    """Figures of the files that ``user`` sees, narrowed by team, level and field, moves of a period."""

    def __init__(self, user, params: QueryDict, now: datetime):
        self.user = user
        self.asked = Asked(user, params, now)

    @property
    def params(self) -> QueryDict:
        return self.asked.params

    @property
    def problems(self) -> dict[str, list[str]]:
        return self.asked.problems

    @property
    def day(self) -> date:
        return self.asked.day

    @cached_property
    def figures(self) -> Figures:
        """Sums, and the names and limits told beside them: all that the charts are drawn from."""
        limit = {files.LIMIT: str(policy.remembered().get(LOAD))}
        if self.problems:
            return Figures(limit)
        asked = self.asked
        since = {
            MOVED: Months(f"{min(asked.flow_month, asked.earlier_month):%Y-%m}"),
            STAYED: Months(
                f"{asked.first_month:%Y-%m}", f"{month_before(asked.this_month, -1):%Y-%m}", summed=True
            ),
        }
        found = scope_counts.seen_by(self.user, asked.scope, (*KINDS, FIELD), since)
        owners = [key for key in found[OWNER] if key]
        more = keeping.told(self.user, asked)
        return replace(found, told={**found.told, **names.told(owners, found[FIELD]), **limit, **more})

    @property
    def counted_on(self) -> date | None:
        """The day as of which late, near, stale and long are told apart; None before a first tick."""
        return self.figures.counted_on

    @cached_property
    def total(self) -> int:
        return self.figures[STAGE].total()

    def chart(self, key: str, **more) -> Chart:
        """One of them. Raises ``KeyError`` for a name that none has."""
        kind = CHARTS[key]
        found = kind.draw(self.asked, self.figures.only(kind.of), **more)
        found.csv_url = f"{reverse('dashboard-figures', args=[key])}?{self.params.urlencode()}".rstrip("?")
        return found

    def whole(self, key: str) -> Chart:
        """One of them with all of its lines. Raises ``KeyError``."""
        return self.chart(key, **({"shown": EVERY} if key in LONG else {}))

    @cached_property
    def tiles(self) -> list[dict[str, Any]]:
        """What ``_parts/figure_tile.html`` draws."""
        figures, asked = self.figures.only(OF_TILES), self.asked
        stock, verdicts = figures[STAGE], figures[VERDICT]
        active = sum(stock[stage] for stage in ACTIVE)
        late, long = stages.late_of(figures)
        known, drifting = verdicts.total() - verdicts[Verdict.UNKNOWN], verdicts[Verdict.DRIFTING]
        nobodys, working = figures[OWNER][""], figures[OWNER].total()
        aged = figures[AGED].total()
        gained, gone, gone_before = self._gained(figures)
        months = {"entered_from": f"{asked.first_month:%Y-%m}", "entered_to": f"{asked.this_month:%Y-%m}"}
        left = asked.url(STAYS, way=OUT, from_stage=[stage.value for stage in ACTIVE], **months)
        return [
            _tile(
                _("Active KOLs"),
                active,
                asked.url(stage=[stage.value for stage in ACTIVE]),
                _("%(share)s of all files") % {"share": percent(active, self.total)},
                change=gained,
                up_is_good=True,
            ),
            _tile(
                _("Reviews overdue"),
                late,
                asked.url(REVIEWS, due="overdue"),
                _("%(count)s for more than 7 days") % {"count": number(long)} if late else _("all in time"),
            ),
            _tile(
                _("Drifting"),
                drifting,
                asked.url(verdict=Verdict.DRIFTING.value),
                _("%(share)s of those with a verdict") % {"share": percent(drifting, known)},
            ),
            _tile(
                _("Departed"),
                gone,
                left,
                _("in %(period)s; before: %(count)s")
                % {"period": asked.period_words, "count": number(gone_before)},
                change=gone - gone_before,
                up_is_good=False,
            ),
            _tile(
                _("Long in stage"),
                aged,
                asked.url(long_in_stage="true"),
                _("%(share)s of those in a stage") % {"share": percent(aged, working)},
            ),
            _tile(
                _("Without an owner"),
                nobodys,
                asked.url(owner=NONE, stage=files.WORKING),
                _("%(share)s of those in a stage") % {"share": percent(nobodys, working)},
            ),
        ]

    def _gained(self, figures: Figures) -> tuple[int, int, int]:
        """By moves of the period: active ones more (or fewer), departed from active, departed before it."""
        first, earlier = f"{self.asked.first_month:%Y-%m}", f"{self.asked.earlier_month:%Y-%m}"
        gained = gone = before = 0
        for month, left, entered, _cause, count in stages.moves_in(figures).of:
            lost = left in ACTIVE and entered == "departed"
            if month >= first:
                gained += count * ((entered in ACTIVE) - (left in ACTIVE))
                gone += count if lost else 0
            elif month >= earlier and lost:
                before += count
        return gained, gone, before


def _tile(
    label: str, count: int, url: str, note: str, *, change: int | None = None, up_is_good: bool = True
) -> dict[str, Any]:
    tile = {"label": label, "count": count, "value": number(count), "url": url, "note": note}
    if change:
        sign = "+" if change > 0 else "−"
        tile |= {"change": f"{sign}{number(abs(change))}", "good": (change > 0) == up_is_good}
    return tile


@dataclass(frozen=True)
class Kind:
    """How a chart is drawn, and of which figures: it sees no others."""

    draw: Callable[..., Chart]
    of: tuple[str, ...]


OF_TILES = (STAGE, VERDICT, OWNER, AGED, DUE, MOVED)
# In the order of a manager's questions: how many, do they move, what is due, are they leaving, who has them.
CHARTS: dict[str, Kind] = {
    "stages": Kind(stages.funnel, (STAGE, MOVED)),
    "flow": Kind(flow.flow, (MOVED,)),
    "time": Kind(stages.time_in_stage, (STAYED,)),
    "due": Kind(stages.due, (STAGE, DUE)),
    "overdue": Kind(stages.overdue, (DUE,)),
    "stale": Kind(stages.stale, (STAGE, STALE, AGED)),
    "departures": Kind(flow.departures, (MOVED,)),
    "risk": Kind(keeping.risk, (STAGE, RISK)),
    "losses": Kind(keeping.expected, (STAGE, RISK, keeping.RATES)),
    "survival": Kind(keeping.survival, (keeping.STEPS,)),
    "loads": Kind(files.loads, (OWNER, LATE_OF, names.OWNERS, files.LIMIT)),
    "verdicts": Kind(files.verdicts, (VERDICT,)),
    "fields": Kind(files.fields, (STAGE, FIELD, names.FIELDS)),
    "levels": Kind(files.levels, (LEVEL,)),
}
