"""What operators note on their files in the demo: needs, promises, requests, dates, life events, ties."""

import random
from datetime import date, timedelta

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.demo.cast import Persona
from kol_crm.demo.life import instant
from profiles.models import Kol
from profiles.services import date as dates
from profiles.services import event, need, promise, tie
from profiles.services import request as requests

# What is said in English, and in Chinese.
NEEDS = {
    "money": ("A fee for the spring series", "春季系列的稿酬"),
    "brand": ("A column under their own name", "以本人名字开专栏"),
    "support": ("Somebody to answer within a day", "一天内有人对接"),
    "knowledge": ("How our recommendation works", "想了解推荐机制"),
    "recognition": ("A badge for moderators", "版主认证徽章"),
    "data": ("Figures of their audience", "粉丝画像数据"),
    "feature": ("Posts with more than nine pictures", "图文支持九张以上图片"),
}
PROMISES = {
    "us": (
        ("A front-page slot", "首页推荐位"),
        ("The contract's new draft", "合同新稿"),
        ("Two tickets", "两张门票"),
    ),
    "kol": (("One post a week", "每周一篇"), ("A talk at the spring meeting", "春季大会做分享")),
}
REQUESTS = (
    ("A reader copies their posts", "有用户搬运其内容"),
    ("Comments are not shown", "评论显示不出来"),
    ("The payout is late", "结算款还没到账"),
)
ANSWERS = ("Reported to the team; solved the same day.", "已转给同事，当天解决。")
DAYS = (("Wedding day", "结婚纪念日"), ("First post here", "入站首发日"), ("Child's birthday", "孩子生日"))
EVENTS = (
    ("Baby due", "宝宝将出生", "A stroller", "婴儿推车"),
    ("Moves house", "搬新家", "A plant", "一盆绿植"),
    ("Opens a studio", "工作室开业", "A flower basket", "花篮"),
)
NAMES = (("Grace Yip", "叶思敏"), ("Tom Zhao", "赵铭"), ("Lily Hu", "胡丽"))
SETTLED, BROKEN = 0.45, 0.12


def note(persona: Persona, kol: Kol, owner: User, rng: random.Random, today: date) -> None:
    """A few notes on most files, some settled, some late."""
    zh = persona.chinese

    def actor(days_ago: int) -> Actor:
        return Actor(owner, "command", instant(max(persona.began, today - timedelta(days=days_ago)), 14))

    if rng.random() < 0.45:
        _need(kol, rng, actor, zh=zh)
    if rng.random() < 0.4:
        _promise(kol, rng, actor, today, zh=zh)
    if rng.random() < 0.2:
        asked = requests.add(actor(rng.randint(0, 6)), kol, {"what": rng.choice(REQUESTS)[zh]})
        if rng.random() < SETTLED:
            requests.answer(actor(0), asked, ANSWERS[zh], satisfied=rng.random() < 0.8)
    if rng.random() < 0.3:
        _date(kol, rng, actor, today, zh=zh)
    if rng.random() < 0.15:
        what = rng.choice(EVENTS)
        month = (today + timedelta(days=rng.randint(0, 150))).replace(day=1)
        values = {"what": what[zh], "gift_idea": what[2 + zh], "year": month.year, "month": month.month}
        event.add(actor(rng.randint(5, 40)), kol, values)
    if rng.random() < 0.25:
        tie.add(
            actor(20),
            kol,
            {"kind": rng.choice(("agent", "partner", "introducer")), "name": rng.choice(NAMES)[zh]},
        )


def _need(kol: Kol, rng: random.Random, actor, *, zh: bool) -> None:
    kind = rng.choice(tuple(NEEDS))
    noted = need.add(actor(rng.randint(3, 45)), kol, {"kind": kind, "what": NEEDS[kind][zh]})
    if rng.random() < SETTLED:
        need.meet(actor(rng.randint(0, 2)), noted)


def _promise(kol: Kol, rng: random.Random, actor, today: date, *, zh: bool) -> None:
    by = rng.choice(("us", "us", "kol"))
    due = today + timedelta(days=rng.randint(-6, 20))
    given = promise.add(
        actor(rng.randint(7, 20)), kol, {"by": by, "what": rng.choice(PROMISES[by])[zh], "due_on": due}
    )
    fate = rng.random()
    if fate < BROKEN:
        promise.break_(actor(0), given, "双倍补上" if zh else "Twice as much next time")
    elif fate < SETTLED:
        promise.keep(actor(0), given)


def _date(kol: Kol, rng: random.Random, actor, today: date, *, zh: bool) -> None:
    day = today + timedelta(days=rng.randint(1, 300))
    values = {"what": rng.choice(DAYS)[zh], "month": day.month}
    if rng.random() < 0.8:
        values["day"] = min(day.day, 28)
    if zh and rng.random() < 0.4:
        values["calendar"] = "lunar"
    dates.add(actor(15), kol, values)


def befriend(kols: list[Kol], rng: random.Random, today: date) -> None:
    """Friends and rivals among the files of one owner."""
    for kol in rng.sample(kols, k=min(len(kols) // 4, 40)):
        others = [other for other in kols if other.owner_id == kol.owner_id and other.pk != kol.pk]
        if kol.owner_id and others:
            actor = Actor(kol.owner, "command", instant(today - timedelta(days=1), 16))
            values = {"kind": rng.choice(("friend", "friend", "rival")), "other_id": rng.choice(others).pk}
            tie.add(actor, kol, values)
