"""Charts of the stages: how many stand where and go on, what is due, stale or late, how long they stay."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.dashboard.charts import Chart, Figure, Line, nothing, number, percent
from kol_crm.dashboard.scope import Asked
from lifecycle.services.steps import ORDER
from lifecycle.stay_counting import MOVED, STAYED, step_ends
from lifecycle.stay_list import BACK, FORWARD, OUT, way_of
from profiles.models import Stage
from profiles.scope_counting import AGED, DUE, LONG_LATE_DAYS, LONG_OVERDUE, OVERDUE, SOON, STAGE, STALE
from profiles.scope_counts import Figures

REVIEWS, STAYS = "lifecycle:review-list", "lifecycle:stay-list"
QUANTILES = (25, 50, 75, 90)


class Moves:
    """The moves that the counters hold, by month, stages and cause."""

    def __init__(self, counted: Iterable[tuple[str, int]]):
        self.of: list[tuple[str, str, str, str, int]] = []
        for value, count in counted:
            month, before, after, cause = value.split(":")
            self.of.append((month, before, after, cause, count))

    def leaving(self, first: str, last: str) -> dict[str, Counter[str]]:
        """Per stage how many left it forward, back and out, in these months."""
        found: dict[str, Counter[str]] = {stage: Counter() for stage in Stage.values}
        for month, before, after, _cause, count in self.of:
            if first <= month <= last and before in found:
                found[before][way_of(before, after)] += count
        return found


def moves_in(figures: Figures) -> Moves:
    return _moves(figures.told.get(MOVED, ""))


@lru_cache(maxsize=20)  # three charts and the tiles ask for them
def _moves(told: str) -> Moves:
    return Moves(Figures({MOVED: told})[MOVED].items())


def funnel(asked: Asked, figures: Figures) -> Chart:
    """Stock per stage; between them how many of those who left went on."""
    moves, stock = moves_in(figures), figures[STAGE]
    total = stock.total()
    months = _months(asked)
    left = moves.leaving(*months.values())
    lines, rows = [], []
    for stage in Stage:
        gone = left[stage] if stage in ORDER else Counter[str]()
        lines.append(
            Line(
                stage.value,
                str(stage.label),
                (Figure(stock[stage], asked.url(stage=stage.value), stage.label, stage.value),),
                total=stock[stage],
                notes=tuple(_conversion(asked, stage, gone)) if stage in ORDER else (),
                more={"stage": stage.value},
            )
        )
        rows.append((stage.label, stock[stage], gone.total(), gone[FORWARD], gone[BACK], gone[OUT]))
    head = (_("Stage"), _("KOLs now"), _("Left it"), _("Went on"), _("Stepped back"), _("Departed"))
    most = max(lines, key=lambda line: line.total)
    finding = nothing()
    if total:
        words = _("Most are in %(label)s: %(count)s of %(total)s (%(share)s)")
        finding = words % {
            "label": most.label,
            "count": number(most.total),
            "total": number(total),
            "share": percent(most.total, total),
        }
    return Chart(
        "stages",
        _("Stages and conversion"),
        finding,
        lines,
        head,
        rows,
        span=4,
        note=_("Shares are of those who left the stage: %(period)s") % {"period": asked.period_words},
        url=asked.url(),
        url_label=_("all %(total)s") % {"total": number(total)},
    )


def _of_stage(
    stage: Stage, shown: tuple[Figure, ...], total: int, notes: tuple[tuple[str, str, str], ...] = ()
) -> Line:
    return Line(stage.value, str(stage.label), shown, total=total, notes=notes, more={"stage": stage.value})


def _months(asked: Asked) -> dict[str, str]:
    return {"entered_from": f"{asked.first_month:%Y-%m}", "entered_to": f"{asked.this_month:%Y-%m}"}


def _conversion(asked: Asked, stage: Stage, gone: Counter[str]) -> Iterable[tuple[str, str, str]]:
    total = gone.total()
    if not total:
        yield _("nobody left it"), "", ""
        return
    words = {FORWARD: _("%(share)s went on"), BACK: _("%(share)s back"), OUT: _("%(share)s departed")}
    for way, sentence in words.items():
        if gone[way] or (way == FORWARD and stage != Stage.LATE):
            link = asked.url(STAYS, from_stage=stage.value, way=way, **_months(asked))
            shown = sentence % {"share": percent(gone[way], total)}
            yield f"{shown} ({number(gone[way])})", link, "bad" if way == OUT else ""


def due(asked: Asked, figures: Figures) -> Chart:
    """The column bars of the board: reviews late, near, later."""
    stock, dated = figures[STAGE], figures[DUE]
    lines, rows = [], []
    for stage in ORDER:
        late = dated[f"{stage}:{OVERDUE}"] + dated[f"{stage}:{LONG_OVERDUE}"]
        soon = dated[f"{stage}:{SOON}"]
        later = stock[stage] - late - soon
        parts = (
            ("overdue", late, _("Overdue"), "bad"),
            ("soon", soon, _("Within 7 days"), "warn"),
            ("later", later, _("Later or none"), "quiet"),
        )
        shown = tuple(
            Figure(count, asked.url("lifecycle:board", review=name, column=stage.value), words, tone)
            for name, count, words, tone in parts
        )
        lines.append(_of_stage(stage, shown, stock[stage]))
        rows.append((stage.label, late, soon, later))
    all_late, all_soon = (sum(line.figures[place].count for line in lines) for place in (0, 1))
    return Chart(
        "due",
        _("Next reviews by stage"),
        _("%(overdue)s overdue, %(soon)s more within 7 days")
        % {"overdue": number(all_late), "soon": number(all_soon)},
        lines,
        (_("Stage"), _("Overdue"), _("Within 7 days"), _("Later or none")),
        rows,
        series=((_("Overdue"), "bad"), (_("Within 7 days"), "warn"), (_("Later or none"), "quiet")),
        url=asked.url("lifecycle:board"),
        url_label=_("Board"),
    )


def stale(asked: Asked, figures: Figures) -> Chart:
    """Cards whose figures are stale, and those long in their stage."""
    lines, rows = [], []
    for stage in ORDER:
        old, aged = figures[STALE][stage], figures[AGED][stage]
        shown = (
            Figure(old, asked.url(stage=stage.value, stale="true"), _("Stale figures"), "warn"),
            Figure(aged, asked.url(stage=stage.value, long_in_stage="true"), _("Long in stage"), "tint"),
        )
        lines.append(_of_stage(stage, shown, old + aged))
        rows.append((stage.label, old, aged))
    working = sum(figures[STAGE][stage] for stage in ORDER)
    all_old, all_aged = (sum(line.figures[place].count for line in lines) for place in (0, 1))
    return Chart(
        "stale",
        _("Stale cards"),
        _("Figures of %(old)s are stale (%(share)s); %(aged)s are long in their stage")
        % {"old": number(all_old), "share": percent(all_old, working), "aged": number(all_aged)},
        lines,
        (_("Stage"), _("Stale figures"), _("Long in stage")),
        rows,
        series=((_("Stale figures"), "warn"), (_("Long in stage"), "tint")),
    )


def late_of(figures: Figures) -> tuple[int, int]:
    """How many reviews are late, and how many of them for long."""
    dated = figures[DUE]
    long = sum(dated[f"{stage}:{LONG_OVERDUE}"] for stage in ORDER)
    return long + sum(dated[f"{stage}:{OVERDUE}"] for stage in ORDER), long


def overdue(asked: Asked, figures: Figures) -> Chart:
    """Reviews that are late, and late for more than a week."""
    dated = figures[DUE]
    lines, rows = [], []
    for stage in ORDER:
        fresh, long = dated[f"{stage}:{OVERDUE}"], dated[f"{stage}:{LONG_OVERDUE}"]
        link = asked.url(REVIEWS, stage=stage.value, due="overdue")
        for_long = asked.url(REVIEWS, stage=stage.value, late=LONG_LATE_DAYS)
        shown = (Figure(fresh + long, link, _("Overdue"), "bad"),)
        words = _("%(count)s for more than 7 days") % {"count": number(long)}
        notes = ((words, for_long, ""),) if long else ()
        lines.append(_of_stage(stage, shown, fresh + long, notes))
        rows.append((stage.label, fresh + long, long))
    all_late, all_long = late_of(figures)
    words = _("%(count)s overdue, %(long)s of them for more than 7 days")
    return Chart(
        "overdue",
        _("Overdue reviews"),
        words % {"count": number(all_late), "long": number(all_long)} if all_late else _("All in time"),
        lines,
        (_("Stage"), _("Overdue"), _("For more than 7 days")),
        rows,
        url=asked.url(REVIEWS, due="overdue"),
    )


def steps_of(figures: Figures) -> dict[str, Counter[int]]:
    """Per stage how many stays that ended in the period lasted how long, by steps of days."""
    found: dict[str, Counter[int]] = {stage: Counter() for stage in ORDER}
    for value, count in figures[STAYED].items():
        stage, step = value.split(":")
        if stage in found:
            found[stage][int(step)] += count
    return found


def quantile(steps: Counter[int], share: int) -> int:
    """The step up to which at least that share of the stays lasted; there are some."""
    wanted, passed = steps.total() * share / 100, 0
    for step in sorted(steps):
        passed += steps[step]
        if passed >= wanted:
            return step
    return max(steps)


def step_words(step: int) -> str:
    """17 d, or 42–48 d where stays are counted in weeks."""
    last = step_ends(step)
    if last == step:
        return wording.days_words(step)
    return _("%(first)s–%(last)s d") % {"first": step, "last": last}


def time_in_stage(asked: Asked, figures: Figures) -> Chart:
    """How long those stayed who left in the period: the middle half, the median, nine in ten."""
    first, last = f"{asked.first_month:%Y-%m}", f"{asked.this_month:%Y-%m}"
    lines, rows, boxes, urls = [], [], [], []
    for stage, steps in steps_of(figures).items():
        label, count = str(Stage(stage).label), steps.total()
        link = asked.url(STAYS, stage=str(stage), left_from=first, left_to=last)
        if not count:
            lines.append(Line(str(stage), label, (Figure(0, link),), more={"stage": str(stage)}))
            rows.append((label, 0, "", "", "", ""))
            boxes.append([None] * len(QUANTILES))
            urls.append("")
            continue
        low, middle, high, most = (quantile(steps, share) for share in QUANTILES)
        beyond = sum(many for step, many in steps.items() if step > most)
        longer = asked.url(STAYS, stage=str(stage), left_from=first, left_to=last, lasted=step_ends(most) + 1)
        words = _("%(count)s stayed longer than 9 in 10") % {"count": number(beyond)}
        notes = ((words, longer, ""),) if beyond else ()
        lines.append(
            Line(
                str(stage),
                label,
                (Figure(count, link, label),),
                total=middle,
                notes=notes,
                more={"stage": str(stage), "median": step_words(middle), "beyond": beyond},
            )
        )
        rows.append((label, count, *map(step_words, (low, middle, high, most))))
        boxes.append([low, middle, high, step_ends(most)])
        urls.append(link)
    known = [line for line in lines if line.main.count]
    finding = _("Nobody left a stage in this period")
    if known:
        slowest = max(known, key=lambda line: line.total)
        finding = _("Half of those who left %(stage)s stayed %(days)s or less") % {
            "stage": slowest.label,
            "days": slowest.more["median"],
        }
    head = (_("Stage"), _("Left it"), _("A quarter up to"), _("Half up to"), _("Three quarters up to"))
    drawn = {
        "kind": "box",
        "labels": [line.label for line in lines],
        "boxes": boxes,
        "tones": [str(stage) for stage in ORDER],
        "urls": urls,
        "unit": _("days"),
    }
    return Chart(
        "time",
        _("Time in stage"),
        finding,
        lines,
        (*head, _("9 in 10 up to")),
        rows,
        span=3,
        note=_("Middle half, median, 9 in 10 of those who left: %(period)s") % {"period": asked.period_words},
        drawn=drawn,
        height="s",
    )
