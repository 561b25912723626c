"""Where files stand: level, verdict, follower columns from the standing figures (DOMAIN 3.6, 3.7, 3.13)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kol_crm.core import copying, policy
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.kept import Kept
from kol_crm.core.making import make
from profiles.models import Account, Kol, LevelRecord, Median, Platform, Snapshot
from profiles.models.figures import PRESENT
from profiles.rules import metric as m
from profiles.rules.flow import Figure, FlowPolicy, latest, latest_fresh
from profiles.rules.level import LevelResult, largest_fresh, level_on
from profiles.rules.series import SPAN, Point, per_post_series
from profiles.rules.side import OTHER, OWN, Side, side_of
from profiles.rules.verdict import MedianOf, Verdict, bar_for, medians_of, verdict
from profiles.services import figure_policy, next_due

REACH = timedelta(days=400)  # how far back figures are read: past the oldest limit of DOMAIN 3.5
TREND_DAYS = 90
TREND_POINTS = 12
CHUNK = 1000
COLUMNS = (
    "level",
    "verdict",
    "own_followers",
    "own_followers_on",
    "own_followers_change",
    "own_followers_trend",
    "most_followers",
    "figures_due",
)
Figures = dict[UUID, list[Figure]]
# Per file the level before and after, and the moment; asked in the transaction that writes the level.
LevelChanged = Callable[[Mapping[UUID, tuple[str, str]], datetime], None]
level_changed: ExtensionPoint[LevelChanged] = ExtensionPoint("level changed")


@dataclass(frozen=True)
class Reading:
    """What the figures of one file say on a day."""

    own: Side
    other: Side
    level: LevelResult
    columns: dict[str, Any]


_FIGURES = Kept(
    "account",
    lambda ours, after, until: Snapshot.objects.filter(
        ours, standing=True, end__gt=after, end__lte=until
    ).values_list("account_id", "metric", "value", "start", "end", "source"),
)


def figures_of(
    kol_ids: Collection[UUID], on: date, reach: timedelta = REACH, accounts: Iterable[Account] | None = None
) -> dict[UUID, dict[bool, Figures]]:
    """Standing figures per file, per side (True = own platform), per account; two queries.

    One, where the caller has the ``accounts`` of these files.
    """
    sides: dict[UUID, dict[bool, Figures]] = {kol: {True: {}, False: {}} for kol in kol_ids}
    place: Figures = {}
    since: dict[UUID, date] = {}  # of accounts that somebody else held before (DOMAIN 3.3)
    known: Iterable[tuple] = (
        Account.objects.filter(kol__in=kol_ids).values_list("pk", "kol_id", "platform", "held_since")
        if accounts is None
        else ((one.pk, one.kol_id, one.platform, one.held_since) for one in accounts)
    )
    for account, kol, platform, held in known:
        place[account] = sides[kol][platform == Platform.OWN].setdefault(account, [])
        if held is not None:
            since[account] = held
    for account, metric, value, start, end, source in _FIGURES.of(place, on - reach, on):
        if account in since and start < since[account]:
            continue
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


def explain(
    kol: Kol,
    on: date,
    rules: policy.Policy | None = None,
    bars: dict[str, dict[str, MedianOf]] | None = None,
    accounts: Iterable[Account] | None = None,
) -> Explained:
    """All that a page says about on us against elsewhere: four queries, less what the caller has read."""
    rules = policy.current() if rules is None else rules
    bars = medians() if bars is None else bars
    sides = figures_of([kol.pk], on, REACH + SPAN, accounts)[kol.pk]
    flows, limits = figure_policy.flow(rules), figure_policy.verdict(rules)
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


def refresh(kol_ids: Collection[UUID], on: date, at: datetime) -> int:
    """Set the figure columns of these files again as of the day; how many changed."""
    rules, bars = policy.current(), medians()
    return sum(_refresh_chunk(chunk, on, at, rules, bars) for chunk in _chunks(kol_ids))


def _refresh_chunk(kol_ids: Collection[UUID], on: date, at: datetime, rules: policy.Policy, bars) -> int:
    readings, due = read(kol_ids, on, rules), figures_due(kol_ids, rules)
    changed, records, moved = [], [], []
    levels: dict[UUID, tuple[str, str]] = {}
    for kol in Kol.objects.filter(pk__in=kol_ids).only("id", "level_override", *COLUMNS):
        reading = readings[kol.pk]
        level = kol.level_override or reading.level.level or ""
        wanted = reading.columns | {"level": level, "verdict": judge(reading, level, bars, rules).value}
        wanted["figures_due"] = due.get(kol.pk)
        if kol.figures_due != wanted["figures_due"]:
            moved.append(kol.pk)
        if level != kol.level and not kol.level_override:
            parts = [part.as_json() for part in reading.level.parts]
            records.append(make(LevelRecord, kol=kol, level=level, since=on, parts=parts, at=at))
        if level != kol.level:
            levels[kol.pk] = (kol.level, level)
        if any(getattr(kol, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(kol, name, value)
            changed.append(kol)
    with transaction.atomic():
        copying.insert(records)
        copying.update(changed, COLUMNS)
        if moved:
            next_due.refresh(moved)
        tell_levels(levels, at)
    return len(changed)


def tell_levels(levels: Mapping[UUID, tuple[str, str]], at: datetime) -> None:
    """Whoever hangs something on levels is told of these, before and after."""
    if levels:
        for follow in level_changed:
            follow(levels, at)


def figures_due(kol_ids: Collection[UUID], rules: policy.Policy) -> dict[UUID, date]:
    """Per file the day from which the first of its newest figures is stale (DOMAIN 3.5); one query."""
    limits = figure_policy.limits(rules)
    found: dict[UUID, date] = {}
    rows = Snapshot.objects.filter(PRESENT, newest=True, account__kol__in=kol_ids)
    for kol, metric, end in rows.values_list("account__kol", "metric", "end"):
        day = end + timedelta(days=limits[metric] + 1)
        found[kol] = min(day, found.get(kol, day))
    return found


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
