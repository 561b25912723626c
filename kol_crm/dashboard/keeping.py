"""Charts of who may leave and who stays: loss risk, expected losses, survival (DOMAIN 7.7, 7.8)."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incentives import cohort_curves, losses
from incentives.cohort_curves import Step
from incentives.losses import Known
from incentives.rules.losses import UNKNOWN, Rate, Record
from incentives.rules.survival import Curve, together
from kol_crm.core import policy, wording
from kol_crm.core.models import User
from kol_crm.core.score import Part, Score
from kol_crm.dashboard.charts import Chart, Figure, Line, nothing, number, percent
from kol_crm.dashboard.scope import Asked, month_before
from lifecycle.losses import ACTIVE
from profiles.filters import NONE
from profiles.models import Band
from profiles.scope_counting import RISK, STAGE
from profiles.scope_counts import BETWEEN, IS, Figures

RATES, STEPS = "loss rates", "cohort steps"
SURVIVORS = "incentives:survivor-list"
COHORTS_A_MONTH, MOST_COHORTS = 4, 36  # of the period: three months show a year of intake
SHOWN, DRAWN = 6, 12
TONES = {Band.LOW: "ok", Band.MIDDLE: "tint", Band.HIGH: "warn", Band.HIGHEST: "bad"}
STAGES = [stage.value for stage in ACTIVE]


def first_cohort(asked: Asked) -> date:
    """The period asks for so many months of intake, the present one the last."""
    return month_before(asked.this_month, min(COHORTS_A_MONTH * asked.months, MOST_COHORTS) - 1)


def told(user: User, asked: Asked) -> dict[str, str]:
    """What the nights counted, as texts: rates of the bands and steps of the cohorts; two queries."""
    steps = cohort_curves.steps(user, asked.scope, first_cohort(asked))
    parts = [f"{row.cohort}:{row.month}{IS}{row.net}" for row in steps]
    parts += [f"{row.cohort}:{IS}{row.entered}" for row in steps if row.entered]
    return {RATES: _told_rates(losses.known(policy.remembered())), STEPS: BETWEEN.join(parts)}


def _told_rates(found: Known | None) -> str:
    if found is None:
        return ""
    rates = {"": found.record.overall, **found.record.bands}
    figures = {f"kols:{band}": rate.kols for band, rate in rates.items()}
    figures |= {f"departed:{band}": rate.departed for band, rate in rates.items()}
    figures |= {"departures": found.record.departures, "least": found.least}
    if found.reaches:
        figures["reaches"] = found.reaches.toordinal()
    return BETWEEN.join(f"{name}{IS}{value}" for name, value in figures.items())


def _known(figures: Figures) -> Known | None:
    told_rates = figures[RATES]
    if not told_rates["kols:"]:
        return None

    def rate(band: str) -> Rate:
        return Rate(told_rates[f"kols:{band}"], told_rates[f"departed:{band}"])

    bands = {band: rate(band) for band in Band.values if told_rates[f"kols:{band}"]}
    reaches = told_rates["reaches"]
    record = Record(bands, rate(""), told_rates["departures"])
    return Known(record, date.fromordinal(reaches) if reaches else None, told_rates["least"])


def _by_band(figures: Figures) -> Counter[str]:
    """KOLs in initial–late by band, and those without a risk."""
    found = Counter[str]()
    for value, count in figures[RISK].items():
        stage, band = value.split(":")
        if stage in STAGES:
            found[band] += count
    found[UNKNOWN] = sum(figures[STAGE][stage] for stage in STAGES) - found.total()
    return found


def _list_of(asked: Asked, band: str) -> str:
    return asked.url(risk=NONE if band == UNKNOWN else band, stage=STAGES, sort="-risk")


def risk(asked: Asked, figures: Figures) -> Chart:
    """How many stand in each band of loss risk; each opens its list, the most at risk first."""
    found = _by_band(figures)
    total = found.total()
    shown = [(band.value, str(band.label), TONES[band]) for band in reversed(Band)]
    shown.append((UNKNOWN, _("Not known"), "quiet"))
    lines = [
        Line(band, label, (Figure(found[band], _list_of(asked, band), label, tone),), total=found[band])
        for band, label, tone in shown
    ]
    high = found[Band.HIGH] + found[Band.HIGHEST]
    words = _("%(count)s of %(total)s are at 50 or above (%(share)s)")
    finding = words % {"count": number(high), "total": number(total), "share": percent(high, total)}
    return Chart(
        "risk",
        _("Loss risk"),
        finding if total else nothing(),
        lines,
        (_("Band"), _("KOLs")),
        [(line.label, line.main.count) for line in lines],
        url=asked.url(stage=STAGES, sort="-risk"),
        url_label=_("Most at risk first"),
    )


def expected(asked: Asked, figures: Figures) -> Chart:
    """Losses to be expected next quarter, by band; with what they rest on."""
    found, known = _by_band(figures), _known(figures)
    score = Score(None) if known is None else known.expected(found)
    lines = [_expected_line(asked, part) for part in score.parts]
    rows = [(part.label, part.value, _percent(part.weight), _tenth(part.points)) for part in score.parts]
    finding = _("Unknown: nobody stood in initial to late 90 days ago")
    if score.value is not None:
        words = _("%(count)s of %(total)s to be expected")
        finding = words % {"count": _tenth(score.value), "total": number(found.total())}
    return Chart(
        "losses",
        _("Expected losses next quarter"),
        finding,
        lines,
        (_("Band"), _("KOLs"), _("Departs within 90 days"), _("Expected")),
        rows,
        note=str(known.note) if known else "",
        url=asked.url(stage=STAGES, sort="-risk"),
    )


def _expected_line(asked: Asked, part: Part) -> Line:
    count = int(str(part.value))
    tone = "quiet" if part.key == UNKNOWN else TONES[Band(part.key)]
    figure = Figure(count, _list_of(asked, part.key), part.label, tone)
    words = _("%(count)s expected, %(share)s depart within 90 days")
    note = words % {"count": _tenth(part.points), "share": _percent(part.weight)}
    return Line(part.key, str(part.label), (figure,), total=count, notes=((note, "", ""),))


def _tenth(value) -> str:
    return (
        wording.UNKNOWN if value is None else wording.grouped(round(float(value), 1), wording.babel_locale())
    )


def _percent(share) -> str:
    return wording.UNKNOWN if share is None else percent(round(float(share) * 1000), 1000)


def _curves(asked: Asked, figures: Figures) -> list[Curve]:
    found = []
    for value, count in figures[STEPS].items():
        cohort, _colon, month = value.partition(":")
        first = date.fromisoformat(cohort)
        if month:
            found.append(Step(first, date.fromisoformat(month), 0, count))
        else:
            found.append(Step(first, first, count, 0))
    return cohort_curves.curves(found, asked.day)


class Found(NamedTuple):
    """The same figures without their charts."""

    known: Known | None
    score: Score
    curves: list[Curve]


def known_of(asked: Asked, figures: Figures) -> Found:
    known = _known(figures)
    score = Score(None) if known is None else known.expected(_by_band(figures))
    return Found(known, score, _curves(asked, figures))


def survival(asked: Asked, figures: Figures, *, shown: int = SHOWN) -> Chart:
    """Of each cohort the share still in initial–late at the end of month n, and of all that are so old."""
    found = [one for one in _curves(asked, figures) if one.points]
    lines = [_survival_line(asked, one) for one in reversed(found)]
    rows = [
        (f"{one.cohort:%Y-%m}", one.kols, point.month, point.still, _percent(point.share))
        for one in found
        for point in one.points
    ]
    rest = len(lines) - shown
    return Chart(
        "survival",
        _("Survival by month since the entry into initial"),
        _survival_finding(found),
        lines[:shown],
        (_("Cohort"), _("KOLs"), _("Month after the entry"), _("Still there"), _("Share")),
        rows,
        span=6,
        note=_("A cohort entered initial for the first time in one month; who was won back counts again"),
        url=asked.url(SURVIVORS, entered_from=f"{first_cohort(asked):%Y-%m}"),
        drawn=_picture(asked, found),
        more_url=asked.own_url(part="survival") if rest > 0 else "",
        more_label=_("%(count)s more") % {"count": number(rest)},
    )


def _survival_finding(found: list[Curve]) -> str:
    points = together(found)
    if not points:
        return _("No month is over yet since somebody entered initial")
    at = points[min(len(points) - 1, 6)]
    words = ngettext(
        "%(share)s are still there %(n)d month after the one of their entry",
        "%(share)s are still there %(n)d months after the one of their entry",
        at.month,
    )
    return words % {"share": _percent(at.share), "n": at.month}


def _survival_line(asked: Asked, one: Curve) -> Line:
    """Entered, and still there at the end of the last whole month."""
    month = f"{one.cohort:%Y-%m}"
    still = one.points[-1].still
    entered = asked.url(SURVIVORS, entered_from=month, entered_to=month)
    figures = (
        Figure(one.kols, entered, _("Entered"), "quiet"),
        Figure(still, _at(asked, one, one.points[-1].month), _("Still there"), "accent"),
    )
    return Line(month, month, figures, total=one.kols, more={"median": _percent(one.points[-1].share)})


def _at(asked: Asked, one: Curve, month: int) -> str:
    """Who of the cohort was still there at the end of that month."""
    cohort, at = f"{one.cohort:%Y-%m}", f"{month_before(one.cohort, -month):%Y-%m}"
    return asked.url(SURVIVORS, entered_from=cohort, entered_to=cohort, at=at, state="still")


def _picture(asked: Asked, found: list[Curve]) -> dict:
    """All together in front, the newest cohorts behind it."""
    points = together(found)
    labels = [str(point.month) for point in points]
    newest = [one for one in found if len(one.points) > 1][-DRAWN:]
    series = [
        {
            "name": f"{one.cohort:%Y-%m}",
            "values": [_whole(point.share) for point in one.points]
            + [None] * (len(labels) - len(one.points)),
            "tone": "quiet",
            "urls": [_at(asked, one, point.month) for point in one.points],
        }
        for one in newest
    ]
    # cohorts together stand there on as many days as there are cohorts: the list is of all that entered
    whole = {"name": _("together"), "values": [_whole(point.share) for point in points], "tone": "accent"}
    whole["url"] = asked.url(SURVIVORS, entered_from=f"{first_cohort(asked):%Y-%m}")
    return {"kind": "line", "labels": labels, "series": [*series, whole], "unit": "%"}


def _whole(share) -> int:
    return round(float(share) * 100)
