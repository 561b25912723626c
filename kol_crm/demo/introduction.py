"""Introduction in the demo: pace of all fields, a programme of each purpose, candidates, own users."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.demo import outreach
from kol_crm.demo.life import instant
from lifecycle import pace, suggestions
from lifecycle.models import Candidate, Programme
from lifecycle.rules.fit import BEST
from lifecycle.rules.pace import OVERSUPPLIED
from lifecycle.services import candidate as candidates
from lifecycle.services import fit, mining
from lifecycle.services import pace as paces
from lifecycle.services import programme as programmes
from profiles.models import Field, Kol
from profiles.services import fans

LOW, HIGH, CAP = 1_200, 1_800, 8
CALM = 1_500
PROGRAMMES = (
    (
        "operator",
        "冬季跑步计划",
        "acquisition",
        "带着粉丝来的跑者在春季马拉松前入驻；新手要训练计划，却找不到人可跟。",
        "每月新增活跃用户",
    ),
    (
        "operator2",
        "Quiet experts",
        "activation",
        "Bring back experts whose comments used to be small classrooms: two answers a week each.",
        "answers to users a week",
    ),
    (
        "daniel",
        "Regulars first",
        "conversion",
        "Hosts whose fans return: one shop talk a month.",
        "paid orders",
    ),
)
PER_PROGRAMME = 14
EVIDENCE = ("Seen in the last ten posts", "Two videos watched", "看过最近十条内容", "评论区氛围好")
WHY_NOT = ("Sells supplements in every post", "内容多为转载")
HIGHLIGHTS = ("Answers beginners with patience, item by item", "回答新手问题耐心又具体，篇篇有人收藏")
WHY_MORE = ("Brings a topic that nobody covers", "补上没人讲的选题")
FEED = 60
NAMES = ("许燃", "黎一帆", "韩照", "白一鸣", "司徒越", "Ewa Nowak", "Jonas Berg", "邱小满", "苗岭", "蓝田")
CROWDED = "cooking"
SHARES = {CROWDED: 0.5, "running": 2.2}  # too many KOLs, too few; the others are about right
UNKNOWN = "comedy"  # nothing is entered for it
FIELDS = {
    "acquisition": ("running", "nutrition"),
    "activation": ("psychology", "knowledge"),
    "conversion": ("cooking", "home"),
}


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Pace first, so that candidates of an oversupplied field come with their reason."""
    rng, fields = random.Random(seed), {field.slug: field for field in Field.objects.all()}
    _set_pace(rng, now.date(), users["admin"], list(fields.values()))
    asked = [fields[slug] for slugs in FIELDS.values() for slug in slugs]
    _feed(rng, now, users["admin"], asked)
    for owner, name, purpose, deeds, success in PROGRAMMES:
        if owner in users:
            of = [fields[slug] for slug in FIELDS[purpose]]
            _programme(rng, now, users, owner, (name, purpose, deeds, success), of)


def _set_pace(rng: random.Random, today: date, chief: User, fields: Sequence[Field]) -> None:
    """A year of demand: one field oversupplied, one undersupplied, one of which nothing is known."""
    supply = Counter(pace.active(today).values_list("main_field", flat=True))
    months = pace.months_until(today)
    busiest = max(fields, key=lambda field: (supply[field.pk], field.slug))
    shares = (
        SHARES if any(supply[f.pk] for f in fields if f.slug == CROWDED) else {busiest.slug: 0.5, **SHARES}
    )
    for field in fields:
        if field.slug == UNKNOWN:
            continue
        actor = Actor(chief, "command", instant(months[0]))
        paces.set_band(actor, field, months[0], LOW, HIGH)
        paces.set_cap(actor.again(), field, months[0], CAP)
        wanted = CALM * max(supply[field.pk], 1) * shares.get(field.slug, 1.0)
        for number, month in enumerate(months):
            grown = wanted * (0.7 + 0.3 * (number + 1) / len(months)) * rng.uniform(0.97, 1.03)
            by = Actor(chief, "command", instant(month, 8))
            paces.set_demand(by, field, month, round(grown), "analytics")


def _feed(rng: random.Random, now: datetime, chief: User, fields: Sequence[Field]) -> None:
    rows = []
    for number in range(FEED):
        good = rng.random() < 0.3
        rows.append(
            {
                "external_id": f"p{number:05d}",
                "handle": f"member{number:04d}",
                "name": f"{rng.choice(NAMES)} {number}" if number >= len(NAMES) else NAMES[number],
                "field": fields[number % len(fields)],
                "output": rng.randint(3, 30) if good else rng.randint(20, 600),
                "quality": rng.randint(75, 98) if good else rng.randint(15, 70),
                "activity": rng.randint(2, 40) if good else rng.randint(20, 900),
                "influence": rng.randint(0, 900),
            }
        )
    mining.take_feed(Actor(chief, "command", now - timedelta(days=2)), rows)


def _programme(
    rng, now: datetime, users: dict[str, User], owner: str, words, fields: Sequence[Field]
) -> None:
    name, purpose, deeds, success = words
    actor = Actor(users[owner], "command", now - timedelta(days=24))
    today = now.date()
    made = programmes.create(
        actor,
        {
            "name": name,
            "purpose": purpose,
            "deeds": deeds,
            "success": success,
            "target": 8,
            "starts_on": today - timedelta(days=24),
            "ends_on": today + timedelta(days=70),
        },
        fields,
    )
    programmes.start(actor.again(), made)
    raters = [user for user in users.values() if user.team_id == made.team_id][:2]
    files = Kol.objects.visible_to(users[owner]).filter(stage="introduction", owner=users[owner])
    for number, kol in enumerate(files.select_related("main_field").order_by("pk")[:PER_PROGRAMME]):
        _candidate(rng, now - timedelta(days=20), made, kol, raters, number)
    _mine(rng, now, made, users[owner])


def _mine(rng: random.Random, now: datetime, programme: Programme, owner: User) -> None:
    """Of the best own users one is taken on with the highlight to build on, the next is rejected."""
    by = Actor(owner, "command", now - timedelta(days=3))
    fields = list(programme.fields.all())
    found = [one.user for one in suggestions.best(fields, by.at.date(), limit=2)]
    if not found:
        return
    taken, *others = found
    why = {"why_oversupplied": WHY_MORE[not str(taken).isascii()]} if _crowded(by.at.date(), fields) else {}
    highlight = HIGHLIGHTS[not str(taken).isascii()]
    mining.take_on(by, taken, programme, {"highlight": highlight, **why}, insist=True)
    for user in others:
        again = by.at.date() + timedelta(days=90)
        mining.reject(by.again(), user, rng.choice(WHY_NOT), again)


def _crowded(day: date, fields: Sequence[Field]) -> bool:
    return any(one.pace.state == OVERSUPPLIED for one in pace.on(day, fields).values())


def _candidate(
    rng, at: datetime, programme: Programme, kol: Kol, raters: Sequence[User], number: int
) -> None:
    by = Actor(programme.owner, "command", at)
    external = number % 3 == 0
    concerned = pace.on(at.date(), candidates.fields_of(programme, kol)).values()
    crowded = any(one.pace.state == OVERSUPPLIED for one in concerned)
    candidate = candidates.add(
        by,
        programme,
        kol,
        {
            "source": Candidate.Source.EXTERNAL if external else Candidate.Source.INTERNAL,
            "introducer": rng.choice(("", "", "Grace Yip", "赵铭")),
            "why_oversupplied": WHY_MORE[not kol.name.isascii()] if crowded else "",
            "why_external": "The season begins next week" if external else "",
        },
    )
    judged = {"on": at.date(), "portability": rng.randint(8, 45), "reason": "From the last two moves"}
    fans.report(by.again(), kol, {**judged, "loyalty": rng.randint(1, BEST)})
    if number % 7 != 6:  # of every seventh nobody has a verdict yet
        for rater in raters[: rng.choice((1, 1, 2))]:
            _rate(rng, at + timedelta(days=1), candidate, rater, veto=number == 8)
    if number % 2:
        return
    outreach.write_to(rng, at + timedelta(days=2), candidate, number)


def _rate(rng, at: datetime, candidate: Candidate, rater: User, *, veto: bool) -> None:
    _number, criteria = fit.in_force()
    given = {
        key: {
            "value": 0 if veto and one["red_line"] else rng.choice((2, 3, 3, 4, 4, 5)),
            "evidence": rng.choice(EVIDENCE),
        }
        for key, one in criteria.items()
    }
    fit.rate(Actor(rater, "command", at), candidate, given)
