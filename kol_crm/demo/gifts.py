"""Gifts in the demo: thought of, chosen, on their way, received (DOMAIN 7.4)."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from incentives.models import Gift
from incentives.services import gift
from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.demo.life import instant
from profiles.models import Kol

# item, occasion, at cost, what they said
ITEMS = (
    ("明前龙井", "中秋", 168, "爸妈也很喜欢"),
    ("Hand-painted mug", "Birthday", 86, "Used it in the next video!"),
    ("便携三脚架", "开播一周年", 199, "正好需要"),
    ("Wool scarf", "New Year", 140, "Warm, thank you"),
    ("宝宝礼盒", "宝宝满月", 188, "太贴心了"),
    ("Concert tickets", "Anniversary", 260, "A lovely evening"),
)
KOLS = 40


def lay(rng: random.Random, now: datetime, files: Sequence[Kol]) -> None:
    """By the owners, through the verbs; what policy, budget or a stop refuses is left out."""
    today = installation.day(now)
    for kol in [one for one in files if one.owner_id][:KOLS]:
        item, occasion, cost, reaction = rng.choice(ITEMS)
        ago = rng.randint(2, 200)
        at = instant(today - timedelta(days=ago), 11)
        if kol.created_at > at:
            continue
        actor = Actor(kol.owner, "command", at)
        facts = {"item": item, "occasion": occasion, "amount": Decimal(cost), "currency": "CNY"}
        if ago < 20:
            facts["for_on"] = today + timedelta(days=rng.randint(2, 25))
        try:
            made = gift.suggest(actor, kol, facts)
            if rng.random() < 0.75:
                _further(rng, actor, gift.choose(actor.again(), made), ago, reaction)
        except (Refused, ValidationError):
            continue


def _further(rng: random.Random, actor: Actor, chosen: Gift, ago: int, reaction: str) -> None:
    if ago < 12 and rng.random() < 0.5:
        return
    later = actor.again(at=actor.at + timedelta(days=1))
    sent = gift.send(later, chosen, {"carrier": "SF", "tracking": f"SF{rng.randint(10**9, 10**10)}"})
    if ago > 8:
        said = {"reaction": reaction, "liked": rng.random() < 0.9}
        gift.receive(actor.again(at=actor.at + timedelta(days=6)), sent, said)
