"""Where files stand: level, verdict, follower columns from the standing figures (DOMAIN 3.6, 3.7, 3.13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kol_crm.core import copying, policy
from profiles.models import Account, Kol, LevelRecord, Median, Platform, Snapshot
from profiles.rules import metric as m
from profiles.rules.flow import Figure, FlowPolicy, latest, latest_fresh
from profiles.rules.level import LevelResult, largest_fresh, level_on
from profiles.rules.series import SPAN, Point, per_post_series
from profiles.rules.side import OTHER, OWN, Side, side_of
from profiles.rules.verdict import MedianOf, Verdict, bar_for, medians_of, verdict
from profiles.services import figure_policy

REACH = timedelta(days=400)  # how far back figures are read: past the oldest limit of DOMAIN 3.5
TREND_DAYS = 90
TREND_POINTS = 12
CHUNK = 500
COLUMNS = (
    "level",
    "verdict",
    "own_followers",
    "own_followers_on",
    "own_followers_change",
    "own_followers_trend",
    "most_followers",
)
Figures = dict[UUID, list[Figure]]


@dataclass(frozen=True)
class Reading:
    """What the figures of one file say on a day."""

    own: Side
    other: Side
    level: LevelResult
    columns: dict[str, Any]


def figures_of(
    kol_ids: Collection[UUID], on: date, reach: timedelta = REACH
) -> dict[UUID, dict[bool, Figures]]:
    """Standing figures per file, per side (True = own platform), per account; two queries."""
    sides: dict[UUID, dict[bool, Figures]] = {kol: {True: {}, False: {}} for kol in kol_ids}
    place: Figures = {}
    for account, kol, platform in Account.objects.filter(kol__in=kol_ids).values_list(
        "pk", "kol_id", "platform"
    ):
        place[account] = sides[kol][platform == Platform.OWN].setdefault(account, [])
    rows = Snapshot.objects.filter(account__in=place, standing=True, end__gt=on - reach, end__lte=on)
    columns = ("account_id", "metric", "value", "start", "end", "source")
    for account, metric, value, start, end, source in rows.values_list(*columns):
        place[account].append(Figure(metric, value, start, end, source, account))
    return sides


def read(kol_ids: Collection[UUID], on: date, rules: policy.Policy) -> dict[UUID, Reading]:
    """What the figures say of each file on the day."""
    return {kol: _reading(sides, on, rules) for kol, sides in figures_of(kol_ids, on).items()}


def _reading(sides: dict[bool, Figures], on: date, rules: policy.Policy) -> Reading:
    flows, levels = figure_policy.flow(rules), figure_policy.level(rules)
    everywhere = sides[True] | sides[False]
    largest = largest_fresh(everywhere, on, flows)
    return Reading(
        own=side_of(OWN, sides[True], on, flows),
        other=side_of(OTHER, sides[False], on, flows),
        level=level_on(everywhere, on, levels, flows),
        columns={"most_followers": int(largest[1]) if largest else None}
        | _own_followers(sides[True], on, flows),
    )


def _own_followers(own: Figures, on: date, flows: FlowPolicy) -> dict[str, Any]:
    figures = [figure for account in own.values() for figure in account if figure.metric == m.FOLLOWERS]
    newest = latest(figures, m.FOLLOWERS, on)
    recent = sorted((f for f in figures if (on - f.end).days <= TREND_DAYS), key=lambda f: f.end)
    change = None
    if len(recent) > 1 and recent[0].value and latest_fresh(recent, m.FOLLOWERS, on, flows):
        change = float((recent[-1].value - recent[0].value) / recent[0].value)
    step = max(1, len(recent) // TREND_POINTS)
    return {
        "own_followers": int(newest.value) if newest else None,
        "own_followers_on": newest.end if newest else None,
        "own_followers_change": change,
        "own_followers_trend": [int(figure.value) for figure in recent[::-step][::-1]],
    }


def medians() -> dict[str, dict[str, MedianOf]]:
    """Per side the medians fixed by the last nightly job, per level and ("") over all."""
    last = Median.objects.order_by("-on").values("on")[:1]
    found: dict[str, dict[str, MedianOf]] = {OWN: {}, OTHER: {}}
    for row in Median.objects.filter(on__in=last):
        found[row.side][row.level] = MedianOf(row.value, row.level, row.kols)
    return found


def judge(
    reading: Reading, level: str, bars: dict[str, dict[str, MedianOf]], rules: policy.Policy
) -> Verdict:
    """The verdict of one file, with its parts."""
    limits = figure_policy.verdict(rules)
    own_bar, other_bar = bar_for(level, bars[OWN], limits), bar_for(level, bars[OTHER], limits)
    return verdict(reading.own, reading.other, own_bar, other_bar, limits)


@dataclass(frozen=True)
class Explained:
    """The verdict of a file with its numbers, its bars, the year behind it and its figures."""

    verdict: Verdict
    reading: Reading
    own_bar: MedianOf
    other_bar: MedianOf
    series: list[Point]
    figures: Figures
    flows: FlowPolicy
    rules: policy.Policy


def explain(kol: Kol, on: date) -> Explained:
    """All that a page says about on us against elsewhere, from the figures in four queries."""
    rules = policy.current()
    sides = figures_of([kol.pk], on, REACH + SPAN)[kol.pk]
    flows, limits, bars = figure_policy.flow(rules), figure_policy.verdict(rules), medians()
    reading = _reading(sides, on, rules)
    return Explained(
        verdict=judge(reading, kol.level, bars, rules),
        reading=reading,
        own_bar=bar_for(kol.level, bars[OWN], limits),
        other_bar=bar_for(kol.level, bars[OTHER], limits),
        series=per_post_series(sides[True], sides[False], on, flows),
        figures=sides[True] | sides[False],
        flows=flows,
        rules=rules,
    )


def verdict_of(kol: Kol, on: date) -> tuple[Verdict, Reading]:
    """The verdict of a file with its numbers, as an API answer explains it."""
    rules = policy.current()
    reading = read([kol.pk], on, rules)[kol.pk]
    return judge(reading, kol.level, medians(), rules), reading


def refresh(kol_ids: Collection[UUID], on: date, at: datetime) -> int:
    """Set the figure columns of these files again as of the day; how many changed."""
    rules, bars = policy.current(), medians()
    return sum(_refresh_chunk(chunk, on, at, rules, bars) for chunk in _chunks(kol_ids))


def _refresh_chunk(kol_ids: Collection[UUID], on: date, at: datetime, rules: policy.Policy, bars) -> int:
    readings = read(kol_ids, on, rules)
    changed, records = [], []
    for kol in Kol.objects.filter(pk__in=kol_ids).only("id", "level_override", *COLUMNS):
        reading = readings[kol.pk]
        level = kol.level_override or reading.level.level or ""
        wanted = reading.columns | {"level": level, "verdict": judge(reading, level, bars, rules).value}
        if level != kol.level and not kol.level_override:
            parts = [part.as_json() for part in reading.level.parts]
            records.append(LevelRecord(kol=kol, level=level, since=on, parts=parts, at=at))
        if any(getattr(kol, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(kol, name, value)
            changed.append(kol)
    copying.insert(records)
    copying.update(changed, COLUMNS)
    return len(changed)


def fix_medians(on: date) -> None:
    """Nightly: interactions per post at the median of each level on each side, kept with their date."""
    rules = policy.current()
    per_post: dict[str, dict[str, list]] = {OWN: defaultdict(list), OTHER: defaultdict(list)}
    everybody = Kol.objects.filter(archived_at=None).values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    for chunk in _chunks(everybody):
        overrides = dict(Kol.objects.filter(pk__in=chunk).values_list("pk", "level_override"))
        for kol, reading in read(chunk, on, rules).items():
            level = overrides[kol] or reading.level.level or ""
            for side, figures in ((OWN, reading.own), (OTHER, reading.other)):
                if figures.per_post is not None:
                    per_post[side][level].append(figures.per_post)
    rows = [
        Median(on=on, side=side, level=level, value=median.value, kols=median.kols)
        for side, by_level in per_post.items()
        for level, median in medians_of(by_level).items()
    ]
    Median.objects.filter(on=on).delete()
    Median.objects.bulk_create(rows)


def refresh_all(on: date, at: datetime) -> int:
    """Nightly: medians first, then every file against them."""
    fix_medians(on)
    return refresh(list(Kol.objects.filter(archived_at=None).values_list("pk", flat=True)), on, at)


def _chunks(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    chunk: list[UUID] = []
    for one in ids:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
