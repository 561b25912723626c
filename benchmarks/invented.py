"""Invented files by the thousand, drawn from a seed: the same seed, day and size give the same people.

Four in ten names are Chinese; names repeat as names do, handles and phones do not. Verdict, risk and bond are
drawn, as the nightly job would have set them; level, followers and dates follow from the rows beside.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.utils import timezone

from kol_crm.core.models import Team, User
from kol_crm.demo import people
from lifecycle.models import Cause, Move, Review, Stay
from lifecycle.services.review import INTERVALS as REVIEW_DAYS
from lifecycle.services.steps import ORDER
from profiles.models import (
    Account,
    Field,
    Holding,
    ImportantDate,
    Kol,
    KolField,
    KolTag,
    KolType,
    Level,
    Snapshot,
    Stage,
    Tag,
    Touch,
    Verdict,
)
from profiles.rules.handle import fold_handle
from profiles.services import birthday, naming
from profiles.services.figure_policy import FRESH_DAYS
from profiles.services.next_due import FIGURES
from profiles.services.touch import INTERVALS as TOUCH_DAYS

CHINESE, OWNED, ARCHIVED, ELSEWHERE, DATED = 0.4, 0.85, 0.02, 0.5, 0.2  # shares of all files
YEARS = 3
POOL = 50_000  # names of each kind
CHARACTERS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文志海春雪梅龙飞凤林峰子涵雨欣怡梓轩宇浩然诗琪思佳一诺可心晓东南西安宁晨曦阳光辰沐云舒望星河若水知夏清野听澜景行怀瑾嘉懿乐天初念慈"  # noqa: E501 - one table
SUFFIXES = ("", "", "", "son", "son", "sen", "ov", "ez", "man", "ley")
STAGES = (*[Stage.INTRODUCTION] * 30, *[Stage.INITIAL] * 25, *[Stage.MID_TERM] * 22, *[Stage.LATE] * 13)
STAGES = (*STAGES, *[Stage.DEPARTED] * 10)
THRESHOLDS = (1_000, 10_000, 100_000, 500_000, 2_000_000)
OTHERS = ("bilibili", "douyin", "xiaohongshu", "weibo", "zhihu", "youtube", "instagram", "tiktok")


@dataclass(frozen=True)
class Cast:
    """Who and what stands on file already: owners with how often each is drawn, tags per team, lists."""

    owners: Sequence[User]
    teams: Sequence[Team]
    tags: dict[UUID, list[Tag]]
    fields: Sequence[Field]
    types: Sequence[KolType]


@dataclass
class Rows:
    """The rows of some files, by the order in which they are written."""

    kols: list[Kol] = field(default_factory=list)
    fields: list[KolField] = field(default_factory=list)
    tags: list[KolTag] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    dates: list[ImportantDate] = field(default_factory=list)
    phones: list[tuple[Kol, str]] = field(default_factory=list)


class Invention:
    """Draws the files numbered 0 to ``size``; ``now`` is when all of them are looked at."""

    def __init__(self, cast: Cast, size: int, now: datetime, seed: int):
        self.cast, self.size, self.now = cast, size, now
        self.day = timezone.localdate(now)
        self.rng = random.Random(seed)
        self.names = self._names(min(POOL, max(size // 4, 50)))
        weights = [1 / (place + 10) for place in range(len(cast.owners))]
        self.shares = list(accumulate(weights))
        self.touch_days, self.review_days = dict(TOUCH_DAYS.default), dict(REVIEW_DAYS.default)

    def _names(self, most: int) -> tuple[list[str], list[str]]:
        draw = self.rng
        often = list(accumulate(1 / (place + 3) for place in range(len(CHARACTERS))))
        surnames = list(accumulate(1 / (place + 3) for place in range(len(people.SURNAMES))))
        firsts, lasts = zip(*(name.split(" ", 1) for name in people.FOREIGN), strict=True)
        chinese = [
            draw.choices(people.SURNAMES, cum_weights=surnames)[0]
            + "".join(draw.choices(CHARACTERS, cum_weights=often, k=1 + (draw.random() < 0.8)))
            for _ in range(most)
        ]
        latin = [
            f"{draw.choice(firsts)} {draw.choice(lasts)}{draw.choice(SUFFIXES)}"
            + (f"-{draw.choice(lasts)}" if draw.random() < 0.2 else "")
            for _ in range(most)
        ]
        return chinese, latin

    def files(self, start: int, end: int) -> Rows:
        """The files from one number to before another, oldest first."""
        rows = Rows()
        for number in range(start, end):
            self._file(number, rows)
        return rows

    def _id(self, at: datetime) -> UUID:
        """A version-7 id of that moment, from the seed."""
        millis = int(at.timestamp() * 1000)
        bits = self.rng.getrandbits(74)
        return UUID(int=millis << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1)

    def _file(self, number: int, rows: Rows) -> None:
        draw = self.rng
        chinese = draw.random() < CHINESE
        name = draw.choice(self.names[0 if chinese else 1])
        owner = None
        if draw.random() < OWNED:
            place = bisect_right(self.shares, draw.random() * self.shares[-1])
            owner = self.cast.owners[min(place, len(self.shares) - 1)]
        created = self.now - timedelta(days=365 * YEARS) * (1 - number / self.size)
        stage = draw.choice(STAGES) if owner else Stage.INTRODUCTION
        since = max(self.day - timedelta(days=draw.randint(0, 300)), timezone.localdate(created))
        followers = int(10 ** draw.uniform(2.5, 6.8))
        kol = Kol(
            id=self._id(created),
            created_at=created,
            name=name,
            alias=draw.choice(("小鹿", "Coco", "阿北", "Sunny", "老K")) if draw.random() < 0.1 else "",
            gender=draw.choice(("female", "male", "")),
            city=draw.choice(people.CITIES if chinese else people.CITIES_ABROAD)[0],
            language="zh-hans" if chinese else "en",
            type=draw.choice(self.cast.types),
            owner=owner,
            team=owner.team if owner else draw.choice(self.cast.teams),
            dormant=owner is None,
            archived_at=self.now - timedelta(days=3) if draw.random() < ARCHIVED else None,
            stage=stage,
            stage_since=since,
            verdict=draw.choice(Verdict.values),
            level=_level(followers),
            risk=draw.randint(0, 100),
            bond=draw.randint(0, 100),
            birth_year=draw.randint(1970, 2005),
            birth_month=draw.randint(1, 12),
            birth_day=draw.randint(1, 28),
        )
        kol.next_birthday = birthday.next_birthday(kol, self.day)
        self._accounts(kol, number, followers, rows)
        self._lists(kol, rows)
        if owner:
            self._work(kol, rows)
        self._course(kol, timezone.localdate(created), rows)
        rows.phones.append((kol, phone_of(number)))
        rows.kols.append(kol)

    def _course(self, kol: Kol, begun: date, rows: Rows) -> None:
        """The stays that led to the present one, each begun by a move, on days drawn in between."""
        draw, since = self.rng, kol.stage_since or begun
        last = Stage.LATE if kol.stage == Stage.DEPARTED else kol.stage
        place = ORDER.index(Stage(last))
        if kol.stage == Stage.DEPARTED:
            place = draw.randint(0, place)
        stages = [*ORDER[: place + 1], *([Stage.DEPARTED] if kol.stage == Stage.DEPARTED else [])]
        span = max((since - begun).days, 0)
        days = sorted(begun + timedelta(days=draw.randint(0, span)) for _ in stages[2:])
        begins = [begun, *days, since] if len(stages) > 1 else [since]
        before = ""
        for stage, begin, end in zip(stages, begins, [*begins[1:], None], strict=True):
            move = self._move(kol, before, stage, begin) if before else None
            rows.moves += [move] if move else []
            rows.stays.append(
                Stay(
                    id=self._id(kol.created_at), kol=kol, stage=stage, since=begin, until=end, entered_by=move
                )
            )
            before = stage

    def _move(self, kol: Kol, before: str, stage: str, on: date) -> Move:
        out = stage == Stage.DEPARTED
        return Move(
            id=self._id(kol.created_at),
            kol=kol,
            from_stage=before,
            to_stage=stage,
            at=timezone.make_aware(datetime.combine(on, time(11))),
            user=kol.owner,
            cause=self.rng.choice(Cause.values) if out else "",
            look_again_on=self.day + timedelta(days=180) if out else None,
        )

    def _accounts(self, kol: Kol, number: int, followers: int, rows: Rows) -> None:
        """An account here, half the time one elsewhere; two days of followers on the own platform."""
        draw = self.rng
        spelt = naming.full_pinyin(kol.name).replace(" ", "")
        handle = f"{fold_handle(spelt)[:20]}_{number:x}"  # no two make the same
        platforms = ["own", *([draw.choice(OTHERS)] if draw.random() < ELSEWHERE else [])]
        for platform in platforms:
            account = Account(
                id=self._id(kol.created_at),
                kol=kol,
                platform=platform,
                external_id=f"{number:08d}",
                handle=handle,
                handle_folded=handle,
                title=kol.name,
            )
            since = timezone.localdate(kol.created_at)
            rows.holdings.append(Holding(id=self._id(kol.created_at), account=account, kol=kol, since=since))
            rows.accounts.append(account)
            if platform == "own":
                self._figures(kol, account, followers, rows)
        for column, value in naming.columns(kol, [handle]).items():
            setattr(kol, column, value)

    def _figures(self, kol: Kol, account: Account, followers: int, rows: Rows) -> None:
        before = int(followers * self.rng.uniform(0.8, 1.1))
        last = self.day - timedelta(days=self.rng.randint(0, 20))
        for day, value in ((last - timedelta(days=60), before), (last, followers)):
            rows.snapshots.append(
                Snapshot(
                    id=self._id(self.now),
                    account=account,
                    metric="followers",
                    value=value,
                    start=day,
                    end=day,
                    source="bench",
                    at=self.now,
                    newest=day == last,
                )
            )
        account.followers, account.followers_on = followers, last
        kol.own_followers, kol.own_followers_on, kol.most_followers = followers, last, followers
        kol.figures_due = last + timedelta(days=FRESH_DAYS.default["stock"] + 1)
        kol.own_followers_change = (followers - before) / before
        kol.own_followers_trend = [before, followers]

    def _lists(self, kol: Kol, rows: Rows) -> None:
        draw = self.rng
        for place, one in enumerate(draw.sample(self.cast.fields, k=1 + (draw.random() < 0.5))):
            strength = 4 - place
            rows.fields.append(
                KolField(id=self._id(self.now), kol=kol, field=one, strength=strength, position=place)
            )
            kol.main_field = kol.main_field or one
        words = draw.sample(self.cast.tags[kol.team_id], k=draw.choice((0, 1, 1, 2)))
        rows.tags += [KolTag(id=self._id(self.now), kol=kol, tag=tag) for tag in words]

    def _work(self, kol: Kol, rows: Rows) -> None:
        """Touches, the open review, dates and figures of an owned file; the earliest is its next due."""
        draw, due = self.rng, {}
        if days := self.touch_days.get(kol.stage):
            due["touch"] = self.day + timedelta(days=draw.randint(-8, days))
            last = due["touch"] - timedelta(days=days)
            for days_before in (draw.randint(10, 60), 0):
                at = timezone.make_aware(datetime.combine(last - timedelta(days=days_before), time(10)))
                rows.touches.append(
                    Touch(
                        id=self._id(at),
                        kol=kol,
                        at=at,
                        user=kol.owner,
                        text=draw.choice(people.SAID_ZH if kol.language == "zh-hans" else people.SAID),
                        answered=draw.choice((True, False, None)),
                        written_at=at,
                    )
                )
            kol.touch_due, kol.last_touch_at = due["touch"], rows.touches[-1].at
        if days := self.review_days.get(kol.stage):
            kol.review_due = due["review"] = self.day + timedelta(days=draw.randint(-3, days))
        if draw.random() < DATED:
            due["date"] = self._date(kol, rows)
        if kol.figures_due and kol.stage != Stage.DEPARTED:
            due[FIGURES] = kol.figures_due
        if due:
            kol.next_due_kind = min(due, key=due.__getitem__)
            kol.next_due = due[kol.next_due_kind]

    def _date(self, kol: Kol, rows: Rows) -> date:
        coming = self.day + timedelta(days=self.rng.randint(0, 364))
        rows.dates.append(
            ImportantDate(
                id=self._id(self.now),
                kol=kol,
                author=kol.owner,
                created_at=self.now,
                what="Anniversary of the first video",
                month=coming.month,
                day=min(coming.day, 28),
                next_on=coming,
            )
        )
        return coming


def open_reviews(rows: Rows) -> list[Review]:
    """The open review of each file that has a day for one; needs the stays."""
    values: dict[str, Any] = {}
    for stay in rows.stays:  # the last of each file is the open one
        values[stay.kol_id] = stay
    return [
        Review(id=UUID(int=values[kol.pk].pk.int ^ 1), kol=kol, stay=values[kol.pk], due_on=kol.review_due)
        for kol in rows.kols
        if kol.review_due
    ]


def phone_of(number: int) -> str:
    """The phone of the file of that number."""
    return f"1{3 + number % 7}{number * 7919 % 10**9:09d}"


def _level(followers: int) -> str:
    place = bisect_right(THRESHOLDS, followers)
    return Level.values[place - 1] if place else ""
