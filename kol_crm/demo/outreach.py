"""Outreach in the demo: attempts along the ladder, answers, a refusal, and the plans that came of talks."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from kol_crm.core.actor import Actor
from lifecycle.models import Candidate, Outreach, Result
from lifecycle.services import cooperation, outreach
from lifecycle.services.outreach import No
from profiles.services import agency
from profiles.services import kol as kols

GAP = timedelta(days=3)
REASON = {True: "上次是另一件事", False: "The last contact was about something else"}
PLANS = {
    True: (
        "新手跑步陪伴",
        "每月两支教学视频",
        "训练营收入的 5 %",
        "首页推荐位每月一次",
        "训练营收入分成 5 %，按月结算",
    ),
    False: (
        "Beginners’ season",
        "Two lessons on video a month",
        "5 % of what the training camp earns",
        "A front page slot each month",
        "5 % of the training camp, paid monthly",
    ),
}


def write_to(rng: random.Random, at: datetime, candidate: Candidate, number: int) -> None:
    """Two to four attempts; every fourth candidate answered, one refused, some agreed on a plan."""
    owner, kol = candidate.programme.owner, candidate.kol
    chinese = kol.name[0] > "一"
    if number % 8 == 2 and kol.agency_id is None:
        house = agency.named(Actor(owner, "command", at), "星河 MCN" if chinese else "Bright House")
        kols.edit(Actor(owner, "command", at), kol, {"agency": house}, None)
    live = outreach.start(Actor(owner, "command", at), candidate, REASON[chinese])
    for step in range(rng.choice((1, 2, 2, 3))):
        live = Outreach.objects.get(pk=live.pk)
        if not live.is_live or not live.next_channel:
            break
        result = Result.ANSWERED if step and number % 4 == 0 else rng.choice((Result.NO_ANSWER, Result.READ))
        when = Actor(owner, "command", at + timedelta(hours=2) + GAP * step)
        outreach.attempt(when, live, live.next_channel, result, voice_reason=REASON[chinese])
    live = Outreach.objects.select_related("kol").get(pk=live.pk)
    if number == 4 and live.is_live:
        no = No("春天前没有时间" if chinese else "No time before spring")
        by = Actor(owner, "command", at + GAP * 4)
        outreach.attempt(by, live, live.next_channel or "platform", Result.REFUSED, no=no)
    if live.state == Outreach.State.ANSWERED:
        _plan(at + GAP * 4, candidate, agreed=number % 8 == 0, chinese=chinese)


def _plan(at: datetime, candidate: Candidate, *, agreed: bool, chinese: bool) -> None:
    by = Actor(candidate.programme.owner, "command", at)
    title, deed, share, slot, how = PLANS[chinese]
    parts = [
        {"side": "does", "what": deed},
        {"side": "gets", "what": share, "answers": "money", "pay_model": "share"},
        {"side": "gets", "what": slot, "answers": "support"},
    ]
    values = {"title": title, "candidate": candidate, "keeps": "share", "keeps_how": how}
    plan = cooperation.create(by, candidate.kol, values, parts)
    plan = cooperation.send(by.again(), plan, "wechat", REASON[chinese])
    plan = cooperation.negotiate(by.again(at=at + timedelta(days=1)), plan)
    extra = {"side": "gets", "what": "Gear", "answers": "recognition", "pay_model": "continuous"}
    money = {"amount": Decimal(3000), "currency": "CNY"}
    standing = [
        {"id": str(part.pk), "side": part.side, "what": part.what, "answers": part.answers}
        | {"pay_model": part.pay_model}
        for part in plan.parts.all()
    ]
    plan = cooperation.edit(by.again(at=at + timedelta(days=1)), plan, {}, [*standing, extra | money])
    if agreed:
        cooperation.agree(by.again(at=at + timedelta(days=2)), plan)
