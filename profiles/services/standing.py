"""Where files stand: level, verdict, follower columns from the standing figures (DOMAIN 3.6, 3.7, 3.13)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from kol_crm.core import copying, policy, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.kept import Kept, one_of
from kol_crm.core.making import make
from kol_crm.core.outbox import Tally
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
READ = ("id", "level_override", *COLUMNS, *next_due.COLUMNS)
Figures = dict[UUID, list[Figure]]
# Called with the files whose level is another one now, after it was written: many at once (DOMAIN 5.8).
level_changed: ExtensionPoint[Callable[[Actor, Collection[UUID]], None]] = ExtensionPoint("level changed")
# Called with files of which figures came in or were taken back, in the transaction of the fact.
refreshed: ExtensionPoint[Callable[[Actor, Collection[UUID]], None]] = ExtensionPoint("figures refreshed")


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
        Account.objects.filter(one_of(kol_ids, "kol")).values_list("pk", "kol_id", "platform", "held_since")
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
    return {kol: reading_of(sides, on, rules) for kol, sides in figures_of(kol_ids, on).items()}


def reading_of(sides: dict[bool, Figures], on: date, rules: policy.Policy) -> Reading:
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
    figures.sort(key=lambda f: f.source, reverse=True)  # of one day the last is the one that ``latest`` takes
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
    reading = reading_of(sides, on, rules)
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
    """Set the figure columns of these files, locked by the caller, as of the day; how many changed."""
    if not kol_ids:
        return 0
    now = Now(on, at, policy.current(), medians())
    changed = sum(_refresh_chunk(chunk, now) for chunk in _chunks(kol_ids))
    for listener in refreshed:
        listener(Actor.job(at), kol_ids)
    return changed


class Now(NamedTuple):
    """The day and the instant, and by what files are judged then."""

    on: date
    at: datetime
    rules: policy.Policy
    bars: dict[str, dict[str, MedianOf]]


def columns_of(
    kol: Kol, reading: Reading, due: date | None, now: Now
) -> tuple[dict[str, Any], LevelRecord | None]:
    """What the columns of the file are to be, and its new level if it changes."""
    level = kol.level_override or reading.level.level or ""
    verdict_now = judge(reading, level, now.bars, now.rules).value
    wanted = reading.columns | {"level": level, "verdict": verdict_now, "figures_due": due}
    if level == kol.level or kol.level_override:
        return wanted, None
    parts = [part.as_json() for part in reading.level.parts]
    return wanted, make(LevelRecord, kol=kol, level=level, since=now.on, parts=parts, at=now.at)


def _refresh_chunk(kol_ids: Collection[UUID], now: Now) -> int:
    readings, due = read(kol_ids, now.on, now.rules), figures_due(kol_ids, now.rules)
    changed, records, moved, shifted = [], [], [], []
    for kol in Kol.objects.filter(one_of(kol_ids)).only(*READ):
        wanted, record = columns_of(kol, readings[kol.pk], due.get(kol.pk), now)
        if kol.figures_due != wanted["figures_due"] and next_due.may_move(kol, wanted["figures_due"]):
            moved.append(kol.pk)
        if record is not None:
            records.append(record)
        if wanted["level"] != kol.level:
            shifted.append(kol.pk)
        if any(getattr(kol, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(kol, name, value)
            changed.append(kol)
    with transaction.atomic():  # a level that is written is announced, whatever crashes
        copying.insert(records)
        copying.update(changed, COLUMNS)
        if moved:
            next_due.refresh(moved)
        announce(Actor.job(now.at), shifted)
    return len(changed)


def announce(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Tell whoever listens that these files stand at another level now."""
    if kol_ids:
        for listener in level_changed:
            listener(actor, kol_ids)


def figures_due(kol_ids: Collection[UUID], rules: policy.Policy) -> dict[UUID, date]:
    """Per file the day from which the first of its newest figures is stale (DOMAIN 3.5); one query."""
    limits = figure_policy.limits(rules)
    found: dict[UUID, date] = {}
    rows = Snapshot.objects.filter(PRESENT, one_of(kol_ids, "account__kol"), newest=True)
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


def refresh_all(on: date, at: datetime, tally: Tally | None = None) -> int:
    """Nightly: medians first, then every file against them. With a ``tally`` a chunk that fails is counted
    there and stops no other.

    A chunk is locked before its figures are read, in the order in which all verbs lock files: none waits
    crosswise, and nothing that comes in meanwhile is overwritten by what was read before.
    """
    fix_medians(on)
    now, changed = Now(on, at, policy.current(), medians()), 0

    def refreshed(chunk: Sequence[UUID]) -> int:
        locked = Kol.objects.filter(pk__in=chunk).select_for_update(no_key=True).order_by("pk")
        list(locked.values_list("pk", flat=True))
        return _refresh_chunk(list(chunk), now)

    for chunk in _chunks(list(Kol.objects.filter(archived_at=None).values_list("pk", flat=True))):
        if tally is not None:
            changed += sparing.one_chunk(tally, "file", chunk, refreshed)
            continue
        with transaction.atomic():
            changed += refreshed(chunk)
    return changed


def _chunks(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    chunk: list[UUID] = []
    for one in ids:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
