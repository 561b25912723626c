"""Communities of both teams in the demo, their members, single contacts, and some whom nobody covers."""

import random
from datetime import datetime, timedelta

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.coverage import ACTIVE
from lifecycle.services import community
from profiles.models import Kol, KolType

COMMUNITIES = (
    ("operator", "创作者慢聊群", "creator", "wechat", 200, 42),
    ("operator2", "Expert hours", "expert", "discord", 60, 31),
    ("zhou", "周末版主群", "moderator", "qq", 500, 18),
    ("mei", "Stars and seats", "star", "whatsapp", 30, None),
    ("daniel", "Creators West", "creator", "telegram", 150, 55),
)
JOINED, LEFT, CONTACT = 0.55, 0.1, 0.5  # shares of the files; who is left over is covered by nobody


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """KOLs join the community of their owner's team, by type first."""
    rng = random.Random(seed)
    by_team: dict = {}
    for host, name, kind, channel, capacity, spoke in COMMUNITIES:
        if host not in users:
            continue
        at = now - timedelta(days=rng.randint(120, 300))
        values = {"name": name, "type": KolType.objects.filter(slug=kind).first(), "channel": channel}
        values |= {"capacity": capacity, "link": f"https://groups.example/{channel}"}
        made = community.create(Actor(users[host], "command", at), values)
        if spoke is not None:
            by = Actor(users[host], "command", now - timedelta(days=rng.randint(2, 20)))
            made = community.edit(by, made, {"spoke_percent": spoke})
        by_team.setdefault(made.team_id, []).append(made)
    files = Kol.objects.active().filter(stage__in=ACTIVE).select_related("owner", "team").order_by("pk")
    for kol in files:
        _place(rng, now, kol, by_team.get(kol.team_id, []))


def _place(rng: random.Random, now: datetime, kol: Kol, offered: list) -> None:
    """Into one of the team's, some out again; of those outside half have a single contact."""
    at = now - timedelta(days=rng.randint(1, 100), hours=rng.randint(1, 8))
    by = Actor(kol.owner, "command", at)
    fitting = [one for one in offered if one.type_id == kol.type_id] or offered
    if fitting and rng.random() < JOINED:
        chosen = rng.choice(fitting)
        if chosen.capacity and chosen.members.filter(left_on=None).count() >= chosen.capacity:
            return
        member = community.join(by, chosen, kol)
        if rng.random() < LEFT:
            community.leave(by.again(at=now - timedelta(hours=1)), member)
    elif rng.random() < CONTACT:
        community.set_contact(by, kol, kol.owner)
