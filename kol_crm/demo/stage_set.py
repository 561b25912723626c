"""Putting the demo on: users, files, figures, all through the verbs."""

import random
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from incentives.services import occasion
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User, uuid7
from kol_crm.core.text import fold
from kol_crm.demo import cast, life, people
from profiles.models import Agency, Field, Kol
from profiles.services import birthday, figures, standing

PASSWORD = "demo"  # noqa: S105  (the demo's own; DEBUG=0 refuses these logins)
OWNERS = {"operator": 82, "operator2": 79, "zhou": 74, "mei": 72, "daniel": 78}
USERS = (
    ("operator", "林晓", User.Role.OPERATOR, "East", "zh-hans"),
    ("operator2", "Fang Yuan", User.Role.OPERATOR, "East", "en"),
    ("zhou", "周岚", User.Role.OPERATOR, "West", "zh-hans"),
    ("mei", "Jiang Mei", User.Role.OPERATOR, "West", "en"),
    ("daniel", "Daniel Wu", User.Role.OPERATOR, "West", "en"),
    ("manager", "Luo Shan", User.Role.MANAGER, None, "en"),
    ("finance", "Qin Lang", User.Role.FINANCE, None, "en"),
    ("admin", "Admin", User.Role.ADMIN, None, "en"),
)
CHUNK = 20


def put_on(seed: int, now: datetime, say: Callable[[str], None]) -> int:
    """Fill an empty installation; how many files it now has."""
    today, rng = localdate(now), random.Random(seed)
    users = _users()
    policy.change(Actor(None, "command", now), {occasion.MODES.key: occasion.all_by_itself("09:00")}, "Demo")
    agencies = [Agency.objects.create(name=name, folded=fold(name)) for name in people.AGENCIES]
    fields = list(Field.objects.values_list("slug", flat=True))
    personas = cast.draw(seed, today, fields, OWNERS)
    for start in range(0, len(personas), CHUNK):
        with transaction.atomic():
            for persona in personas[start : start + CHUNK]:
                _live(persona, users, agencies, rng, today)
        say(f"{min(start + CHUNK, len(personas))} of {len(personas)} files")
    standing.refresh_all(today, now)
    birthday.roll(
        Kol.objects.filter(next_birthday__lt=today), now
    )  # the years that were skipped over greet nobody
    return len(personas)


def _live(
    persona: cast.Persona, users: dict[str, User], agencies: list[Agency], rng: random.Random, today
) -> None:
    owner = users.get(persona.owner or "")
    kol = life.begin(persona, owner, agencies, rng, owner.team if owner else users["operator"].team)
    rows = life.figures_of(persona, kol, rng, today)
    figures.record(Actor(owner, "command", life.instant(today, 3)), rows, refresh=False)
    if owner is None:
        return
    life.move_on(persona, kol, owner, rng, today)
    life.keep_touch(persona, kol, owner, rng, today)
    kol.refresh_from_db()
    if kol.stage not in ("introduction", "departed") and rng.random() < 0.6:
        life.reward(persona, kol, owner, rng, today)


def _users() -> dict[str, User]:
    top = Team.objects.get(parent=None)
    teams: dict[str | None, Team] = {None: top}
    for name in ("East", "West"):
        key = uuid7()
        teams[name] = Team.objects.create(id=key, name=name, parent=top, path=f"{top.path}{key}/")
    users = {}
    for username, display, role, team, language in USERS:
        users[username] = User.objects.create_user(
            username,
            f"{username}@crm.example",
            PASSWORD,
            display_name=display,
            role=role,
            team=teams[team],
            language=language,
        )
    return users
