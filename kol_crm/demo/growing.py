"""Personas, coaching, access and data sheets in the demo, all through the verbs."""

import random
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle.services import access_grant, adjustment, coaching, coaching_session, data_sheet, persona
from profiles.models import Kol, Platform, Stage

PERSONA = {
    True: {
        "highlights": ["坚持更新三年", "回复每一条提问"],
        "story": "从零开始自学，把踩过的坑都讲给后来的人听。",
        "image": "邻家高手",
        "tone": "亲切、不端着",
        "points": ["谁都可以开始", "慢慢来比较快", "只推荐自己用过的"],
        "topics_in": ["入门教程", "避坑清单", "答疑"],
        "topics_out": ["减肥药", "时政"],
    },
    False: {
        "highlights": ["Three years without a missed week", "Answers every question"],
        "story": "Learned it all alone, and tells beginners what went wrong on the way.",
        "image": "The expert next door",
        "tone": "warm, plain",
        "points": ["Anyone can begin", "Slow is quick", "Only what they use themselves"],
        "topics_in": ["First steps", "Mistakes to avoid", "Questions answered"],
        "topics_out": ["Diet pills", "Politics"],
    },
}
TRIAL = {
    True: (
        "语气更俏皮，互动会更多",
        "语气更俏皮",
        {"tone": "俏皮、爱自嘲"},
        "评论区偏安静",
        "评论里玩梗的多了",
    ),
    False: (
        "A drier tone brings more answers",
        "A drier tone",
        {"tone": "dry, laughs at themselves"},
        "Few comments",
        "They quote the jokes",
    ),
}
LESSONS = {
    True: (
        (
            "开头三秒怎么留人",
            "新手，下班后看手机",
            "短、直接、先给结果",
            "先说结论，再讲一个例子",
            "写三个开头",
        ),
        ("封面与标题", "刷首页的用户", "一眼看懂", "大字不超过八个", "重做最近五张封面"),
    ),
    False: (
        (
            "The first three seconds",
            "Beginners, on the phone after work",
            "Short, the result first",
            "Say what comes out, then one example",
            "Write three openings",
        ),
        (
            "Covers and titles",
            "Whoever scrolls the front page",
            "One glance",
            "Eight words at most",
            "Redo five",
        ),
    ),
}
COACHING = {
    True: ("内容入门辅导", "三个月内互动稳定", "互动有起色，开头好了很多。"),
    False: ("First steps in content", "Steady interactions within three months", "Openings got better."),
}
ACCESS = {
    True: (("feature", "抢先体验编辑器"), ("data", "粉丝城市分布")),
    False: (("feature", "Early editor"), ("data", "Fans by city")),
}
BEST = {True: ["新手第一课", "十个常见误区"], False: ["Lesson one", "Ten common mistakes"]}


def design(kol: Kol, owner: User, manager: User, at: datetime, *, chinese: bool) -> None:
    """The persona that the gate into initial asks for, unless one is in force."""
    if persona.in_force(kol) is not None:
        return
    by = Actor(owner, "command", at)
    sent = persona.submit(by.again(), persona.draft(by, kol, PERSONA[chinese]))
    persona.approve(Actor(manager, "command", at), sent)


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Some of each for those in initial and mid-term."""
    rng, manager = random.Random(seed + 5), users["manager"]
    files = Kol.objects.active().filter(stage__in=(Stage.INITIAL, Stage.MID_TERM), owner__isnull=False)
    chosen = list(files.select_related("owner").order_by("pk"))
    rng.shuffle(chosen)
    for number, kol in enumerate(chosen[:60]):
        account = kol.accounts.filter(platform=Platform.OWN).first()
        if account is None:
            continue
        try:
            _coach(rng, now, kol, account, number)
            _open(now, kol, number)
            _hand_out(now, kol, number)
            if kol.stage == Stage.MID_TERM and number % 3 == 0:
                _try(now, kol, account, manager, number)
        except (Refused, ValidationError):  # without fresh figures or a persona there is none of these
            continue


def _coach(rng: random.Random, now: datetime, kol: Kol, account, number: int) -> None:
    """Begun some weeks ago, a session held, the next one and its homework due around today."""
    chinese = kol.name[0] > "一"
    title, aim, result = COACHING[chinese]
    began = now - timedelta(days=45)
    by = Actor(kol.owner, "command", began)
    figures = [(account, "followers"), (account, "interactions")][: 1 + number % 2]
    plan = coaching.begin(by, kol, {"title": title, "aim": aim}, figures)
    for place, (topic, audience, prefers, how, homework) in enumerate(LESSONS[chinese]):
        day = (now + timedelta(days=-30 + 30 * place + rng.randint(-2, 5))).date()
        values = {"on": day, "topic": topic, "audience": audience, "prefers": prefers, "how": how}
        values |= {"homework": homework, "homework_due": day + timedelta(days=5)}
        row = coaching_session.add(by.again(), plan, values)
        if place == 0:
            held = Actor(kol.owner, "command", now - timedelta(days=28))
            row = coaching_session.hold(held, row)
            if number % 3:
                coaching_session.do_homework(held.again(), row)
    if number % 7 == 6:
        coaching.close(Actor(kol.owner, "command", now - timedelta(hours=2)), plan, result)


def _open(now: datetime, kol: Kol, number: int) -> None:
    """Access for a time, some of it ending soon, some bound to the level."""
    kind, what = ACCESS[kol.name[0] > "一"][number % 2]
    day = now.date()
    values = {"kind": kind, "what": what, "since": day - timedelta(days=30)}
    values |= {"until": day + timedelta(days=5 * (number % 9) + 1), "level": kol.level if number % 2 else ""}
    row = access_grant.grant(Actor(kol.owner, "command", now - timedelta(hours=3)), kol, values)
    if number % 10 == 9:
        why = "没有使用" if kol.name[0] > "一" else "They did not use it"
        access_grant.withdraw(Actor(kol.owner, "command", now - timedelta(hours=1)), row, why)


def _hand_out(now: datetime, kol: Kol, number: int) -> None:
    if number % 4 == 0:
        chinese = kol.name[0] > "一"
        by, day = Actor(kol.owner, "command", now - timedelta(hours=5)), now.date() - timedelta(days=1)
        data_sheet.make(by, kol, "zh-hans" if chinese else "en", _posts(number, day, chinese=chinese))


def _posts(number: int, day: date, *, chinese: bool) -> list[dict]:
    return [
        {
            "title": title,
            "url": f"https://own.example/posts/{number}{place}",
            "on": day - timedelta(days=20 + 30 * place),
            "reactions": 900 - 40 * number % 400 - 250 * place,
            "comments": 120 - number,
            "shares": 30 + number,
            "as_of": day,
        }
        for place, title in enumerate(BEST[chinese])
    ]


def _try(now: datetime, kol: Kol, account, manager: User, number: int) -> None:
    """A change of the persona on trial, some of them decided."""
    hypothesis, change, changed, before, after = TRIAL[kol.name[0] > "一"]
    began = now - timedelta(days=35)
    words = {"hypothesis": hypothesis, "change": change, "reaction_before": before}
    by = Actor(kol.owner, "command", began)
    row = adjustment.begin(by, kol, words, changed, (account, "followers"))
    later = Actor(kol.owner, "command", now - timedelta(hours=6))
    if number % 9 == 3:
        adjustment.keep(later, row, after)
    elif number % 9 == 6:
        row = adjustment.keep(later, row, after)
        persona.approve(Actor(manager, "command", now - timedelta(hours=4)), row.trial)
    elif number % 18 == 9:
        adjustment.revert(later, row, before)
