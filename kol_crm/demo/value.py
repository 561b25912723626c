"""Incentives in the demo: what was given and paid, campaigns and what they brought, strategy."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from incentives import judging
from incentives.models import (
    Campaign,
    Entry,
    IncentivePlan,
    IncentivePolicy,
    InvitationCode,
    Metric,
    Participant,
)
from incentives.services import campaign as campaigns
from incentives.services import (
    deliverable,
    giving,
    invitation,
    ledger,
    participant,
    payout,
    rate,
    result,
    strategy,
    unit_value,
)
from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from kol_crm.demo import gifts
from kol_crm.demo.life import instant
from profiles.models import Kol, Stage

WORTH = ((Metric.NEW_USERS, "30"), (Metric.ACTIVE_USERS, "8"))
RATES = (("USD", "7.12"), ("HKD", "0.91"))
GIVEN = (  # kind, form, what, least and most
    ("material", "money", "月度稿酬", 300, 2400),
    ("material", "money", "Fee of the month", 400, 3000),
    ("material", "goods", "补光灯", 200, 600),
    ("spiritual", "other", "年度创作者访谈", 0, 0),
    ("knowledge", "other", "Editing masterclass", 0, 900),
    ("fan_operation", "other", "线下粉丝见面会场地", 500, 2600),
)
CAMPAIGNS = (  # type, name, first day, last day (from today), KOLs
    ("topic", "秋日穿搭话题周", -150, -143, 14),
    ("contest", "Bring a friend, autumn", -95, -65, 12),
    ("co_creation", "年货共创清单", -60, -40, 8),
    ("endorsement", "Winter running shoes", -34, -20, 8),
    ("contest", "新年邀请赛", -18, 12, 12),
    ("event", "Creators' evening in Shanghai", 9, 9, 6),
)
OWED = ("两条图文", "One video of a minute", "直播一场")
STRATEGIES = (
    ("每周一次剪辑辅导代替流量位", "流量位带来的粉丝留不住", "三个月内篇均互动提高两成"),
    ("A share of sales in place of the fixed fee", "The fee never came back", "Pays back within half a year"),
    ("Two talks a quarter", "Trusted by readers, hardly seen", "Twice the answers in the community"),
)
EARLIER = timedelta(days=300)


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """On the files past introduction, through the verbs; money is paid by finance."""
    rng, today = random.Random(seed), installation.day(now)
    boss = Actor(users["manager"], "command", now - EARLIER)
    for metric, amount in WORTH:
        unit_value.put(boss.again(), metric, Decimal(amount), today - EARLIER)
    for currency, amount in RATES:
        values = {"currency": currency, "rate": Decimal(amount), "day": today - EARLIER, "note": "PBOC"}
        rate.add(boss.again(), values)
    stages = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
    files = list(Kol.objects.active().filter(stage__in=stages).select_related("owner", "team").order_by("pk"))
    rng.shuffle(files)
    _give_over_months(rng, users["manager"], today, files[: len(files) // 3])
    _give_plans(now)
    gifts.lay(rng, now, files)
    _pay(rng, Actor(users["finance"], "command", now - timedelta(hours=5)))
    for row in CAMPAIGNS:
        _campaign(rng, users["manager"], now, row, files)
    for kol, (what, why, expected) in zip(files, STRATEGIES, strict=False):
        actor = Actor(kol.owner or users["manager"], "command", instant(today - timedelta(days=60), 10))
        made = strategy.decide(actor, kol, {"what": what, "why": why, "expected": expected})
        if rng.random() < 0.4:
            strategy.settle(actor.again(at=now - timedelta(hours=3)), made, "As expected: 1.2×")


def _give_over_months(rng: random.Random, boss: User, today: date, files: Sequence[Kol]) -> None:
    for kol in files:
        for months in range(rng.randint(1, 5)):
            day = today - timedelta(days=30 * months + rng.randint(1, 25))
            if kol.created_at.date() > day:
                break
            cell = judging.cell_of(IncentivePolicy.objects.in_force(day), kol.stage, kol.level)
            known = [row for row in GIVEN if cell and row[0] in cell.kinds and row[3] <= cell.ceiling / 4]
            if not known:
                break
            kind, form, what, least, most = rng.choice(known)
            amount = Decimal(rng.randint(least, min(most, int(cell.ceiling / 4))))
            values = {"kind": kind, "form": form, "what": what, "amount": amount, "currency": "CNY"}
            try:
                ledger.enter(Actor(boss, "command", instant(day, 15)), kol, values | {"given_on": day})
            except (Refused, ValidationError):
                continue  # beyond the ceiling with what plans promise, a stop, a minor without consent


def _give_plans(now: datetime) -> None:
    """What active plans promised until today, by the owner."""
    today = installation.day(now)
    for plan in IncentivePlan.objects.filter(state="active").select_related("kol__owner").order_by("pk"):
        for item in plan.items.filter(due_on__lt=today - timedelta(days=2)).select_related("plan__kol"):
            try:
                giving.give(Actor(plan.kol.owner, "command", instant(item.due_on, 16)), item)
            except (Refused, ValidationError):
                continue


def _pay(rng: random.Random, payer: Actor) -> None:
    """Most of the money was paid, a little came back, the latest is due."""
    day = installation.day(payer.at)
    for entry in (
        Entry.objects.money().filter(given_on__lt=day - timedelta(days=14)).order_by("given_on", "pk")
    ):
        try:
            if rng.random() < 0.94:
                on = min(entry.given_on + timedelta(days=9), day)
                payout.pay(payer.again(), entry, on, f"TR{rng.randint(10**6, 10**7)}")
            else:
                payout.fail(payer.again(), entry, "Account closed")
        except (Refused, ValidationError):
            continue


def _campaign(rng: random.Random, boss: User, now: datetime, row, files: Sequence[Kol]) -> None:
    kind, name, first, last, size = row
    today = installation.day(now)
    starts_on, ends_on = today + timedelta(days=first), today + timedelta(days=last)
    at = min(instant(starts_on - timedelta(days=4), 10), now - timedelta(hours=6))
    actor = Actor(boss, "command", at)
    values = {"name": name, "type": kind, "starts_on": starts_on, "ends_on": ends_on}
    campaign = campaigns.create(actor, values)
    joined = _join(actor, campaign, [kol for kol in files if kol.created_at < at], size)
    for one in joined[::2]:
        owed = {"what": rng.choice(OWED), "due_on": ends_on}
        made = deliverable.add(actor.again(), one, owed)
        if last < 0 and rng.random() < 0.85:
            deliverable.finish(actor.again(at=instant(ends_on, 12)), made)
    if first > 0:
        return
    campaign = campaigns.start(actor.again(at=max(at, instant(starts_on, 9))), campaign)
    if campaign.is_contest:
        _invite(
            rng, Actor(boss, "command", now - timedelta(hours=1)), campaign, starts_on, min(ends_on, today)
        )
    if last < 0:
        _bring(rng, Actor(boss, "command", instant(ends_on + timedelta(days=2), 11)), campaign, joined)
        campaigns.end(Actor(boss, "command", instant(ends_on + timedelta(days=3), 9)), campaign)


def _join(actor: Actor, campaign: Campaign, files: Sequence[Kol], size: int) -> list[Participant]:
    """As many as the guard, stops and departures let in; a manager passes the guard for one."""
    joined: list[Participant] = []
    for kol in files:
        if len(joined) == size:
            break
        reason = "They asked for it themselves" if campaign.monetising and not joined else ""
        try:
            joined.append(participant.add(actor.again(), campaign, kol, reason))
        except (Refused, ValidationError):
            continue
    return joined


def _invite(rng: random.Random, by: Actor, campaign: Campaign, first: date, last: date) -> None:
    """Users by code and day; some come twice."""
    rows, users = [], 0
    for code in InvitationCode.objects.filter(participant__campaign=campaign).order_by("pk"):
        for _each in range(rng.randint(2, 24)):
            users += rng.random() < 0.93
            day = first + timedelta(days=rng.randint(0, max(0, (last - first).days)))
            at = min(instant(day, rng.randint(8, 22)), by.at)
            rows.append(
                {"code": code.code, "user_ref": f"u{campaign.pk.hex[-4:]}{users}", "registered_at": at}
            )
    invitation.take_in(by, campaign, rows)


def _bring(rng: random.Random, by: Actor, campaign: Campaign, joined: Sequence[Participant]) -> None:
    rows = []
    for one in joined:
        brought = {"participant": one, "last_on": campaign.ends_on, "active_users": rng.randint(20, 260)}
        if not campaign.is_contest:
            brought["new_users"] = rng.randint(3, 90)
        if campaign.monetising:
            brought["paid_amount"] = Decimal(rng.randint(2_000, 60_000))
        rows.append(brought)
    if rows:
        result.enter(by, campaign, rows)
