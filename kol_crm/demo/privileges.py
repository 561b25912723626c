"""Privileges and platform roles of the demo, and files that changed hands a few days ago."""

import random
from datetime import datetime, timedelta

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle import privilege_words
from lifecycle.models import HandedFile, PrivilegeKind, Stay
from lifecycle.services import handover, platform_role, privilege
from profiles.models import Kol
from profiles.services import kol as kols

KINDS = (
    ("privilege", "VIP area", "贵宾区", ["mid", "macro", "mega"], ["mid_term", "late"]),
    (
        "privilege",
        "Early features",
        "新功能抢先用",
        ["micro", "mid", "macro", "mega"],
        ["initial", "mid_term", "late"],
    ),
    ("privilege", "Backstage", "后台探班", ["macro", "mega"], ["mid_term", "late"]),
    (
        "channel",
        "Direct line to the editors",
        "编辑直通车",
        ["nano", "micro", "mid", "macro", "mega"],
        ["late"],
    ),
)
GRANTED, ROLE = 0.35, 0.12  # shares of the files
ROLES = ("moderator", "mentor", "council")
ENDS = (4, 40, 150, None)  # days ahead
HANDED, CONFIRMED = 9, 3


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """Granted where level and stage hold; a few files handed from one operator to another."""
    rng = random.Random(seed)
    kinds = [_kind(users["admin"], now, *kind) for kind in KINDS]
    files = (
        Kol.objects.active()
        .filter(stop="")
        .exclude(stage="departed")
        .select_related("owner", "team")
        .order_by("pk")
    )
    since = dict(Stay.objects.filter(until=None).values_list("kol", "since"))
    for kol in files:
        _grant(rng, now, kol, kinds, (now.date() - since[kol.pk]).days)
    _hand_over(rng, now, users)


def _kind(admin: User, now: datetime, sort: str, name_en: str, name_zh: str, levels, stages) -> PrivilegeKind:
    values = {"sort": sort, "name_en": name_en, "name_zh": name_zh, "levels": levels, "stages": stages}
    return privilege.create_kind(Actor(admin, "command", now - timedelta(days=400)), values)


def _grant(rng: random.Random, now: datetime, kol: Kol, kinds, days: int) -> None:
    """While they are in their stage: before it they might not have held it."""
    at = now - timedelta(days=rng.randint(0, max(min(days, 90) - 1, 0)), hours=2)
    for kind in kinds:
        if rng.random() < GRANTED and not privilege_words.refusal(kind, kol):
            row = privilege.grant(Actor(kol.owner, "command", at), kol, kind)
            if rng.random() < ROLE:
                privilege.withdraw(Actor(kol.owner, "command", now), row, "They asked to hand it back.")
    if kol.stage in ("mid_term", "late") and rng.random() < ROLE:
        ahead = rng.choice(ENDS)
        until = now.date() + timedelta(days=ahead) if ahead else None
        platform_role.give(Actor(kol.owner, "command", at), kol, rng.choice(ROLES), at.date(), until)


def _hand_over(rng: random.Random, now: datetime, users: dict[str, User]) -> None:
    """One act of the manager: files of a colleague of the same team go to the operator."""
    giver, receiver = users["operator2"], users["operator"]
    files = Kol.objects.active().filter(owner=giver, stage__in=("initial", "mid_term")).order_by("pk")
    act = Actor(users["manager"], "command", now - timedelta(days=2))
    for kol in rng.sample(list(files), min(HANDED, files.count())):
        kols.edit(act, kol, {"owner": receiver}, None)
    for row in HandedFile.objects.pending().complete().select_related("handover", "kol")[:CONFIRMED]:
        handover.confirm(Actor(receiver, "command", now - timedelta(days=1)), row)
    asked = HandedFile.objects.pending().select_related("handover", "kol").order_by("pk").first()
    if asked is not None:
        by = Actor(receiver, "command", now - timedelta(hours=20))
        handover.add_note(by, asked, "Who signs for them, they or the agency?")
