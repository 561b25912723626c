"""Living one persona's life through the verbs, each act at its day (dates relative to today)."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings

from incentives.models import IncentivePlan
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_to_utc
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from kol_crm.demo import conduct, growing, people
from kol_crm.demo.cast import CAUSES, MOODS, Persona
from lifecycle.models import Review
from lifecycle.services import cooperation, gate
from lifecycle.services import review as reviews
from lifecycle.services import stage as stages
from profiles.models import Agency, Field, Kol, KolType, Stage
from profiles.services import kol as files
from profiles.services import touch as touches
from profiles.services.figures import NewFigure

MONTHS = 13
MONTH = 30
PLAN_KINDS = (
    ("spiritual", "Badge of the month", None),
    ("resources", "Front-page slot", "1800.00"),
    ("knowledge", "Coaching session", None),
    ("material", "Running shoes", "860.00"),
    ("material", "Fee for one video", "12000.00"),
    ("fan_operation", "Fan meeting", "5000.00"),
)


def instant(day: date, hour: int = 10) -> datetime:
    """That hour of the installation's day."""
    return local_to_utc(day, time(hour, 15), settings.TIME_ZONE)


def values_of(persona: Persona, rng: random.Random, agencies: list[Agency]) -> dict:
    """The facts of the file."""
    zh = persona.chinese
    city, zone = rng.choice(people.CITIES if zh else people.CITIES_ABROAD)
    field = Field.objects.get(slug=persona.fields[0][0])
    return {
        "name": persona.name,
        "alias": "" if rng.random() < 0.6 else rng.choice(("小鹿", "Coco", "Tofu", "阿北", "Sunny", "老K")),
        "gender": rng.choice(("female", "male", "female", "male", "")),
        "city": city,
        "zone": zone,
        "language": "zh-hans" if zh else "en",
        "introduction": (people.INTRO_ZH if zh else people.INTRO).format(
            field=field.name_zh if zh else field.name_en.lower()
        ),
        "likes": rng.sample(people.LIKES_ZH if zh else people.LIKES, k=rng.randint(1, 4)),
        "dislikes": rng.sample(people.DISLIKES_ZH if zh else people.DISLIKES, k=rng.randint(0, 2)),
        "good_at": rng.choice(people.GOOD_AT_ZH if zh else people.GOOD_AT),
        "type": KolType.objects.get(slug=persona.kind),
        "agency": rng.choice(agencies) if rng.random() < 0.3 else None,
        **persona.birthday,
    }


def contacts_of(persona: Persona) -> list[dict]:
    number = persona.number
    return [
        {"channel": "wechat", "value": f"kol_wx_{number:04d}"},
        {"channel": "phone", "value": f"138{number:04d}{(number * 7919) % 10000:04d}"},
        {"channel": "mail", "value": f"kol{number:04d}@mail.example"},
    ]


def accounts_of(persona: Persona) -> list[dict]:
    handle = f"demo{persona.number:04d}"
    own = {
        "platform": "own",
        "external_id": f"u{persona.number:06d}",
        "handle": handle,
        "title": persona.name,
    }
    others = [
        {"platform": name, "handle": f"{handle}_{name}", "title": persona.name} for name in persona.channels
    ]
    return [own, *others]


def begin(persona: Persona, owner: User | None, agencies: list[Agency], rng: random.Random, team) -> Kol:
    """The file is made: by its owner, or by an import for whoever will claim it."""
    door = "command" if owner else "import"
    actor = Actor(owner, door, instant(persona.began))
    return files.create(
        actor,
        {**values_of(persona, rng, agencies), "owner": owner, "team": team},
        contacts=contacts_of(persona),
        accounts=accounts_of(persona),
        fields=[(Field.objects.get(slug=slug), strength) for slug, strength in persona.fields],
        tags=rng.sample(people.TAGS, k=rng.choice((0, 0, 1, 1, 2))),
    )


def move_on(persona: Persona, kol: Kol, owner: User, manager: User, rng: random.Random, today: date) -> None:
    """Moves in their order, and the reviews held in the stage they led to; a shut gate the manager passes."""
    for day, stage in persona.steps:
        if stage == Stage.INITIAL:
            _agree(persona, kol, owner, day)
        if stage == Stage.INITIAL and kol.stage == Stage.INTRODUCTION:
            conduct.know(kol, owner, instant(day, 14))
            growing.design(kol, owner, manager, instant(day, 14), chinese=persona.chinese)
        cause = rng.choice(CAUSES) if stage == "departed" else ""
        why = rng.choice(people.WHY_LEFT[persona.chinese] if cause else people.WHY_MOVED[persona.chinese])
        shut = gate.needs_manager(stages.gate(kol, stage, day))
        mover = Actor(manager if shut else owner, "command", instant(day, 15))
        stages.move(mover, kol, stage, why=why, cause=cause)
        kol.refresh_from_db()
    _hold_reviews(persona, kol, owner, until=today + timedelta(days=persona.review_lag * -3), rng=rng)


def _agree(persona: Persona, kol: Kol, owner: User, day: date) -> None:
    """The plan that the gate into initial asks for: sent in the days before, agreed on the day."""
    title, deed, share, how = people.AGREED[persona.chinese]
    parts = [
        {"side": "does", "what": deed},
        {"side": "gets", "what": share, "answers": "money", "pay_model": "share"},
    ]
    values = {"title": title, "keeps": "share", "keeps_how": how}
    plan = cooperation.create(Actor(owner, "command", instant(day, 9)), kol, values, parts)
    reason = people.ANOTHER_MATTER[persona.chinese]
    plan = cooperation.send(Actor(owner, "command", instant(day, 9)), plan, "wechat", reason)
    cooperation.agree(Actor(owner, "command", instant(day, 14)), plan)


def _hold_reviews(persona: Persona, kol: Kol, owner: User, *, until: date, rng: random.Random) -> None:
    """Every review that fell due before ``until`` was held a day or two later."""
    while review := Review.objects.filter(kol=kol, done_at=None, due_on__lt=until).first():
        held = min(review.due_on + timedelta(days=rng.randint(0, 2)), until)
        note = rng.choice(people.REVIEWED[persona.chinese])
        reviews.complete(Actor(owner, "command", instant(held, 16)), review, Review.Decision.STAY, note)


def keep_touch(persona: Persona, kol: Kol, owner: User, rng: random.Random, today: date) -> None:
    """Touches through the year, the last one ``silence`` days ago."""
    said = people.SAID_ZH if persona.chinese else people.SAID
    day = today - timedelta(days=persona.silence)
    days = []
    while day >= persona.began and len(days) < 5:
        days.append(day)
        day -= timedelta(days=rng.randint(9, 40))
    for day in reversed(days):
        touches.log(
            Actor(owner, "command", instant(day, rng.randint(9, 20))),
            kol,
            channel=rng.choice(("wechat", "wechat", "wechat", "phone", "mail", "meeting")),
            began=rng.choice(("us", "us", "kol")),
            text=rng.choice(said),
            answered=rng.random() < 0.8,
            voice_reason=people.ANOTHER_MATTER[persona.chinese],
        )


def figures_of(persona: Persona, kol: Kol, rng: random.Random, today: date) -> list[NewFigure]:
    """Thirteen months of figures per account, bent by the mood in the last quarter.

    Of a few accounts, just found, nobody entered any yet.
    """
    own_posts, own_strength, other_posts, other_strength = MOODS[persona.mood]
    rows: list[NewFigure] = []
    not_entered = persona.channels[-1] if persona.number % 16 == 5 else ""
    for account in kol.accounts.exclude(platform=not_entered):
        own = account.platform == "own"
        posts, strength = (own_posts, own_strength) if own else (other_posts, other_strength)
        base = persona.followers * (1.0 if own else rng.uniform(0.4, 1.6))
        slope = rng.uniform(0.002, 0.03) * (1 if strength >= 1 else -0.6)
        for month in reversed(range(MONTHS)):
            if posts is None and month < 4:
                continue  # nobody refreshed these: the verdict is unknown
            end = today - timedelta(days=month * MONTH)
            start = end - timedelta(days=MONTH - 1)
            recent = month < 3
            followers = max(300, int(base * (1 - slope) ** month * rng.uniform(0.985, 1.015)))
            count = max(1, round((posts or 16) / 3)) if recent else rng.randint(4, 9)
            rate = 0.02 * (strength if recent else 1.0) * rng.uniform(0.9, 1.1)
            rows += [
                NewFigure(account.pk, "followers", Decimal(followers), end, end, "demo"),
                NewFigure(account.pk, "posts", Decimal(count), start, end, "demo"),
                NewFigure(
                    account.pk, "interactions", Decimal(int(count * followers * rate)), start, end, "demo"
                ),
            ]
    return rows


def reward(persona: Persona, kol: Kol, owner: User, rng: random.Random, today: date) -> None:
    """Plans of those who are past introduction: most active, some drafts, some done, some to approve."""
    actor = Actor(owner, "command", instant(today - timedelta(days=rng.randint(10, 70)), 11))
    items = [
        {
            "kind": kind,
            "what": what,
            "amount": Decimal(amount) if amount else None,
            "currency": "CNY" if amount else "",
            "due_on": today + timedelta(days=rng.randint(-20, 45)),
        }
        for kind, what, amount in rng.sample(PLAN_KINDS, k=rng.randint(1, 3))
    ]
    title = rng.choice(people.PLANS[persona.chinese])
    plan = plans.create(actor, kol, {"title": title, "note": ""}, items)
    fate = rng.random()
    if fate <= 0.25:
        return
    try:
        plan = approvals.activate(actor.again(), plan)
    except Refused:
        plan = _outside(actor, kol, plan, rng, persona)
    if plan.state == plan.State.ACTIVE and fate > 0.85:
        plans.finish(actor.again(), plan)


def _outside(
    actor: Actor, kol: Kol, plan: IncentivePlan, rng: random.Random, persona: Persona
) -> IncentivePlan:
    """Submitted; of three two are approved by a manager and started."""
    plan = approvals.submit(actor.again(), plan, people.OUTSIDE[persona.chinese])
    boss = User.objects.filter(role=User.Role.MANAGER, team=kol.team).first()
    boss = boss or User.objects.filter(role=User.Role.ADMIN).first()
    if boss is None or boss == actor.user or rng.random() < 0.34:
        return plan
    plan = approvals.approve(Actor(boss, "command", actor.at + timedelta(hours=3)), plan)
    return approvals.activate(Actor(actor.user, "command", actor.at + timedelta(hours=5)), plan)
