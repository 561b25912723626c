"""Rules, who acknowledged them, violations and conflicts in the demo, all through the verbs."""

import random
from datetime import datetime, timedelta

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle import knowing
from lifecycle.models import Rule, Severity
from lifecycle.services import conflict, rule, stop, violation
from profiles.models import Kol, Stage

RULES = (
    (
        1,
        "Ads are named as ads",
        "广告须标明",
        "Whoever is paid or given something for a post says so in its first line, so that readers can judge.",
        "收了报酬或礼物的内容，须在开头注明，让读者自己判断。",
    ),
    (
        2,
        "No bought followers or likes",
        "不买粉、不刷量",
        "Followers, likes and comments are earned. Bought ones are removed, whoever buys is penalised.",
        "粉丝、点赞和评论靠内容赢得。刷来的一律清除，并对刷量者予以处罚。",
    ),
    (
        3,
        "No insults",
        "不辱骂他人",
        "Argue about the matter, not the person. Insults, threats and the calling up of fans against "
        "somebody are penalised.",
        "对事不对人。辱骂、威胁、煽动粉丝围攻他人的，予以处罚。",
    ),
)
BROKEN = {
    True: (
        "带货视频没有注明合作",
        "一夜之间新增三千个空号粉丝",
        "在评论区辱骂提问的用户",
    ),
    False: (
        "A paid video without a word that it was paid",
        "Three thousand empty followers within one night",
        "Insulted a user who asked a question",
    ),
}
QUARRELS = {
    True: (
        ("菜谱被指照搬", "两位读者", "已分别联系双方，等达人补上出处。"),
        ("团购商品与描述不符", "多位用户", "已请达人公开说明并安排退款。"),
    ),
    False: (
        (
            "A recipe that two readers say was theirs",
            "two readers",
            "Spoke to both; she will name the source.",
        ),
        ("Goods unlike their description", "many users", "Asked for a public word and refunds."),
    ),
}
TERMS = {Severity.INCENTIVE: 3, Severity.SUSPENDED: 30}  # days
WHY = {True: "与普通用户一致。", False: "As for every user."}


def write_rules(at: datetime) -> list[Rule]:
    """The rules of the house, in force since before the first KOL."""
    by = Actor(None, "command", at)
    return [
        rule.create(
            by.again(),
            {"severity": severity, "title_en": title, "title_zh": zh, "text_en": text, "text_zh": text_zh},
        )
        for severity, title, zh, text, text_zh in RULES
    ]


def know(kol: Kol, owner: User, at: datetime) -> None:
    """They acknowledge the rules before they enter initial."""
    if knowing.missing(kol):
        rule.acknowledge(Actor(owner, "command", at), kol, "wechat")


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Some violations, decided and open, an appeal either way, and a few conflicts."""
    rng, manager = random.Random(seed), users["manager"]
    files = Kol.objects.active().exclude(stage__in=(Stage.INTRODUCTION, Stage.DEPARTED))
    chosen = list(files.select_related("owner").order_by("pk"))
    rng.shuffle(chosen)
    rules = list(Rule.objects.all())
    for number, kol in enumerate(chosen[:36]):
        _break(rng, now, kol, rules[number % 3], number, manager)
    stop.end_terms(Actor(None, "command", now))
    for number, kol in enumerate(chosen[30:40]):
        what, who, step = QUARRELS[kol.name[0] > "一"][number % 2]
        at = now - timedelta(days=rng.randint(3, 40))
        row = conflict.add(Actor(kol.owner, "command", at), kol, {"what": what, "users": who})
        row = conflict.follow(Actor(kol.owner, "command", at + timedelta(days=1)), row, step)
        if number % 3 == 2:
            conflict.close(Actor(kol.owner, "command", at + timedelta(days=2)), row, step)


def _break(rng: random.Random, now: datetime, kol: Kol, known: Rule, number: int, manager: User) -> None:
    chinese = kol.name[0] > "一"
    happened = now - timedelta(days=rng.randint(2, 25), hours=rng.randint(1, 9))
    at = happened + timedelta(days=1)
    what = BROKEN[chinese][known.severity - 1]
    values = {
        "rule": known,
        "happened_at": happened,
        "what": what,
        "links": [f"https://own.example/p/{number:04d}"],
    }
    by = Actor(kol.owner, "command", at)
    row = violation.record(by, kol, values)
    if number % 6 == 5 or not violation.was_told(row):
        return  # still to decide
    severity = min(known.severity + (rng.random() < 0.3), 4)
    until = at.date() + timedelta(days=TERMS[severity]) if severity in TERMS else None
    row = violation.penalise(by.again(), row, severity, WHY[chinese], until=until)
    if number % 9 == 4:
        row = violation.appeal(by.again(), row, "不是本人操作。" if chinese else "It was not me.")
        answer = violation.overturn if number % 2 else violation.uphold
        answer(Actor(manager, "command", at + timedelta(hours=6)), row, WHY[chinese])
