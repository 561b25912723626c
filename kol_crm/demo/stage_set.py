"""Putting the demo on: users, files, figures, all through the verbs."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from incentives.services import keeping, keeping_record, occasion
from kol_crm.core import installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team, User, uuid7
from kol_crm.demo import (
    cast,
    communities,
    conduct,
    exclusivity,
    greetings,
    growing,
    introduction,
    keepsakes,
    life,
    notes,
    people,
    privileges,
    resources,
    value,
)
from profiles import scope_counting
from profiles.models import Agency, Field, Kol
from profiles.services import agency, birthday, figures, next_due, standing

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
LOOKED_AT = (330, 210, 90)  # days ago
RULES_SINCE = 1500  # days: since before the first KOL came


def put_on(seed: int, now: datetime, say: Callable[[str], None]) -> int:
    """Fill an empty installation; how many files it now has."""
    today, rng = localdate(now), random.Random(seed)
    users = _users()
    policy.change(Actor(None, "command", now), {occasion.MODES.key: occasion.all_by_itself("09:00")}, "Demo")
    conduct.write_rules(now - timedelta(days=RULES_SINCE))
    agencies = [_agency(name, number, now) for number, name in enumerate(people.AGENCIES)]
    fields = list(Field.objects.values_list("slug", flat=True))
    personas = cast.draw(seed, today, fields, OWNERS)
    for start in range(0, len(personas), CHUNK):
        with transaction.atomic(), next_due.asked_once():
            for persona in personas[start : start + CHUNK]:
                _live(persona, users, agencies, rng, today)
        say(f"{min(start + CHUNK, len(personas))} of {len(personas)} files")
    owned = Kol.objects.active().exclude(stage="departed").select_related("owner").order_by("pk")
    with next_due.asked_once():
        notes.befriend(list(owned), rng, today)
    keepsakes.lay(seed, now, users["admin"])
    _levels_through_time(today)
    standing.refresh_all(today, now)
    with transaction.atomic(), next_due.asked_once():
        introduction.lay(seed, now, users)
        conduct.lay(seed, now, users)
        communities.lay(seed, now, users)
        resources.lay(seed, now, users)
        exclusivity.lay(seed, now, users)
        privileges.lay(seed, now, users)
        growing.lay(seed, now, users)
        value.lay(seed, now, users)
    keeping.refresh_all(Actor.job(now))
    keeping_record.nightly(Actor.job(now))
    birthday.roll(
        Kol.objects.filter(next_birthday__lt=today), now
    )  # the years that were skipped over greet nobody
    greetings.lay(seed, now, users)
    scope_counting.draw(installation.day(now))
    return len(personas)


def _levels_through_time(today: date) -> None:
    """The figures came in all at once: what the levels were on some days of the year that they tell of."""
    for days in LOOKED_AT:
        day = today - timedelta(days=days)
        there = Kol.objects.filter(created_at__lt=life.instant(day))
        standing.refresh(list(there.values_list("pk", flat=True)), day, life.instant(day, 3))


def _live(
    persona: cast.Persona, users: dict[str, User], agencies: list[Agency], rng: random.Random, today
) -> None:
    owner = users.get(persona.owner or "")
    kol = life.begin(persona, owner, agencies, rng, owner.team if owner else users["operator"].team)
    rows = life.figures_of(persona, kol, rng, today)
    figures.record(Actor(owner, "command", life.instant(today, 3)), rows, refresh=False)
    if owner is None:
        return
    life.move_on(persona, kol, owner, users["manager"], rng, today)
    life.keep_touch(persona, kol, owner, rng, today)
    kol.refresh_from_db()
    if kol.stage != "departed":
        notes.note(persona, kol, owner, rng, today)
    if kol.stage not in ("introduction", "departed") and rng.random() < 0.6:
        life.reward(persona, kol, owner, rng, today)


def _agency(name: str, number: int, now: datetime) -> Agency:
    city, person = people.AGENCY_PLACES[number % len(people.AGENCY_PLACES)]
    values = {"name": name, "city": city, "contact_person": person}
    office = {"channel": "phone", "value": f"021 5000 {number:04d}", "label": "office"}
    mail = {"channel": "mail", "value": f"desk{number}@agency.example"}
    return agency.create(Actor(None, "command", now), values, [office, mail])


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
