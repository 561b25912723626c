"""Occasions of the demo: one of each kind comes round within three days, and some were greeted already."""

import random
from datetime import date as day_type
from datetime import datetime, timedelta
from decimal import Decimal

from incentives.models import Greeting
from incentives.services import greeting, planner
from kol_crm.core import installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.models import Account, Kol, Platform, Stage
from profiles.services import date, event, festival, figures
from profiles.services.figures import NewFigure

FESTIVALS = ("spring_festival", "mid_autumn", "new_year", "christmas")
WORDS = ("Your new book is out", "恭喜新书出版")
LINES = ("The tea you sent lasted all month.", "上次寄来的茶还在喝，很香。")


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Days to remember in the operator's files, their drafts, and what became of some of them."""
    rng, owner = random.Random(seed), users["operator"]
    actor, today = Actor(owner, "command", now), installation.day(now)
    soon = today + timedelta(days=2)
    _add_a_festival(Actor(users["admin"], "command", now), soon)
    stages = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
    files = list(
        Kol.objects.active().filter(owner=owner, stage__in=stages, quiet_cause="").order_by("pk")[:40]
    )
    for kol in files[:4]:
        zh = not kol.name.isascii()
        date.add(actor.again(), kol, {"festival": "creators_day"})
        date.add(actor.again(), kol, {"festival": rng.choice(FESTIVALS)})
        day = {"month": soon.month, "day": soon.day}
        date.add(actor.again(), kol, {"what": "结婚纪念日" if zh else "Wedding day", **day, "year": 2015})
        opens = {"what": "工作室开业" if zh else "Opens a studio", **day, "year": soon.year}
        event.add(actor.again(), kol, opens | {"gift_idea": "花篮" if zh else "A flower basket"})
        greeting.begin(actor.again(), kol, WORDS[zh], soon)
    _cross_ten_thousand(actor, today)
    planner.plan_window(Actor.job(now))
    _greet(actor, files, rng)


def _add_a_festival(actor: Actor, day: day_type) -> None:
    """One of the platform's own."""
    own = {"name_zh": "创作者节", "name_en": "Creators’ Day", "calendar": "solar", "place": 40}
    known = festival.known(policy.current())
    added = {**known, "creators_day": {**own, "month": day.month, "day": day.day}}
    policy.change(actor, {festival.FESTIVALS.key: added}, "Creators’ Day")


def _cross_ten_thousand(actor: Actor, today: day_type) -> None:
    """The own account nearest below ten thousand crosses it today."""
    fresh = today - timedelta(days=28)
    below = Account.objects.filter(
        platform=Platform.OWN, kol__owner=actor.user, followers__lt=10_000, followers_on__range=(fresh, today)
    )
    account = below.order_by("-followers").first()
    if account is not None and account.followers_on is not None and account.followers_on < today:
        row = NewFigure(account.pk, "followers", Decimal(10_240), today, today, "by hand")
        figures.record(actor.again(), [row])


def _greet(actor: Actor, files: list[Kol], rng: random.Random) -> None:
    """Some were sent by hand already, one is skipped."""
    drafts = Greeting.objects.filter(kol__in=files, state=Greeting.State.DRAFT).order_by("on", "pk")
    for place, row in enumerate(rng.sample(list(drafts), k=min(4, len(drafts)))):
        if place == 0:
            greeting.skip(actor.again(), row, "We met yesterday")
            continue
        line = {"personal_line": LINES[row.language.startswith("zh")]}
        edited = greeting.edit(actor.again(), row, line)
        greeting.mark_by_hand(actor.again(), edited, rng.choice(("wechat", "phone")))
