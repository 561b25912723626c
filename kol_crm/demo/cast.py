"""Who is in the demo: a plan of 400 files, drawn from a seed, dated backwards from today."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from kol_crm.core.lunar import to_lunar
from kol_crm.demo import people

SIZE = 400
STAGES = ("introduction", "initial", "mid_term", "late")
ENDS = (("introduction", 80), ("initial", 95), ("mid_term", 110), ("late", 65), ("departed", 38))
DURATIONS = {"introduction": (8, 35), "initial": (40, 100), "mid_term": (70, 190), "late": (30, 260)}
CAUSES = ("competitor", "inactive", "inactive", "removed", "refused", "other")
# The last 90 days: (own posts, own strength, other posts, other strength); None = no fresh figures.
MOODS = {
    "thriving": (24, 1.7, 26, 1.6),
    "loyal": (26, 1.8, 14, 0.4),
    "drifting": (12, 0.4, 30, 1.9),
    "fading": (4, 0.4, 8, 0.4),
    "unknown": (None, 1.0, 20, 1.0),
}
MOOD_WEIGHTS = (26, 24, 20, 14, 16)
FOLLOWERS = (
    (600, 900),
    (1_200, 8_000),
    (11_000, 80_000),
    (110_000, 420_000),
    (520_000, 1_600_000),
    (2_100_000, 6_000_000),
)
SIZE_WEIGHTS = (3, 20, 32, 25, 14, 6)
CHANNELS_CN = ("bilibili", "douyin", "xiaohongshu", "weibo", "zhihu", "kuaishou", "wechat_oa")
CHANNELS = ("youtube", "instagram", "tiktok", "x", "twitch", "podcast")


@dataclass(frozen=True)
class Persona:
    """One invented KOL, complete before anything is written."""

    number: int
    name: str
    chinese: bool
    owner: str | None
    end: str
    began: date
    steps: tuple[tuple[date, str], ...]
    mood: str
    followers: int
    channels: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]
    kind: str
    birthday: dict = field(default_factory=dict)
    silence: int = 5
    review_lag: int = 0


def draw(seed: int, today: date, field_slugs: list[str], owners: dict[str, int]) -> list[Persona]:
    """The whole cast; the same seed and day give the same people."""
    rng = random.Random(seed)
    names = _names(rng)
    ends = rng.sample(
        [end for end, weight in ENDS for _ in range(weight)], k=sum(weight for _e, weight in ENDS)
    )
    seats = [owner for owner, files in owners.items() for _ in range(files)]
    rng.shuffle(seats)
    cast = []
    for number in range(SIZE):
        name, chinese = names[number]
        owner = seats[number] if number < len(seats) else None
        end = ends[number % len(ends)] if owner else "introduction"
        began, steps = _path(rng, end, today)
        cast.append(
            Persona(
                number=number,
                name=name,
                chinese=chinese,
                owner=owner,
                end=end,
                began=began,
                steps=steps,
                mood=rng.choices(tuple(MOODS), MOOD_WEIGHTS)[0],
                followers=rng.randint(*rng.choices(FOLLOWERS, SIZE_WEIGHTS)[0]),
                channels=tuple(rng.sample(CHANNELS_CN if chinese else CHANNELS, k=rng.randint(1, 3))),
                fields=tuple(
                    (slug, rng.randint(2, 5)) for slug in rng.sample(field_slugs, k=rng.randint(1, 3))
                ),
                kind=rng.choice(("star", "expert", "creator", "creator", "creator", "moderator", "player")),
                birthday=_birthday(rng, today, near=number % 9 == 0),
                silence=rng.choice((1, 2, 4, 6, 8, 11, 13, 15, 19, 26, 33, 47)),
                review_lag=rng.choice((0, 0, 0, 0, 0, 1, 2, 4, 8)),
            )
        )
    return cast


def _names(rng: random.Random) -> list[tuple[str, bool]]:
    names: list[tuple[str, bool]] = []
    seen = set()
    while len(names) < SIZE:
        if rng.random() < 0.62:
            surname = (
                rng.choice(people.COMPOUND_SURNAMES) if rng.random() < 0.06 else rng.choice(people.SURNAMES)
            )
            entry = (surname + rng.choice(people.GIVEN), True)
        else:
            first, last = rng.choice(people.FOREIGN).split(" ", 1), rng.choice(people.FOREIGN).split(" ", 1)
            entry = (f"{first[0]} {last[1]}", False)
        if entry[0] not in seen:
            seen.add(entry[0])
            names.append(entry)
    return names


def _path(rng: random.Random, end: str, today: date) -> tuple[date, tuple[tuple[date, str], ...]]:
    """The day the file began and each move after it, oldest first."""
    last = len(STAGES) - 1 if end == "departed" else STAGES.index(end)
    if end == "departed":
        last = rng.choice((0, 1, 2, 2, 3))
    spans = [rng.randint(*DURATIONS[stage]) for stage in STAGES[: last + 1]]
    if end == "departed":
        spans.append(rng.randint(3, 200))
    day = began = today - timedelta(days=sum(spans))
    reached = [*STAGES[1 : last + 1], *(["departed"] if end == "departed" else [])]
    steps = []
    for span, stage in zip(spans, reached, strict=False):
        day += timedelta(days=span)
        steps.append((day, stage))
    return began, tuple(steps)


def _birthday(rng: random.Random, today: date, *, near: bool) -> dict:
    """Nine in ten have one, a quarter of them lunar; every ninth within days of today."""
    if rng.random() < 0.1 and not near:
        return {}
    day = today + timedelta(days=rng.randint(0, 9) if near else rng.randint(10, 360))
    year = rng.randint(1968, 2004)
    if rng.random() < 0.3:
        lunar = to_lunar(day)
        return {
            "birth_calendar": "lunar",
            "birth_year": year,
            "birth_month": lunar.month,
            "birth_day": lunar.day,
        }
    return {"birth_year": year, "birth_month": day.month, "birth_day": day.day}
