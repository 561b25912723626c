"""Setting up robots of group chats: the admins', and the managers' for their teams."""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history, mail, notices, rights, robots, vault
from kol_crm.core.actor import Actor
from kol_crm.core.models import Robot, Send, Team, User
from kol_crm.core.robot_words import SIGNED

FACTS = ("name", "kind", "team", "kinds", "active", "url", "secret")
SHOWN_END = 4  # characters of an address


def teams_for(user: User) -> QuerySet[Team]:
    """For which teams a user may set robots up."""
    if user.is_admin:
        return Team.objects.order_by("path")
    if rights.sets_robots(user) and user.team is not None:
        return Team.objects.tree_of(user.team).order_by("path")
    return Team.objects.none()


def of(user: User) -> QuerySet[Robot]:
    """The robots that a user may see and change."""
    return Robot.objects.filter(team__in=teams_for(user)).select_related("team").order_by("name")


def create(actor: Actor, facts: Mapping[str, Any]) -> Robot:
    """A new robot. Raises ``ValidationError`` keyed by field, ``PermissionDenied``."""
    rights.demand(actor.person, rights.sets_robots)
    history.only_facts(facts, FACTS)
    if not facts.get("url"):
        raise ValidationError({"url": _("Give the address that the chat shows for its robot.")})
    robot = Robot(
        **{name: facts[name] for name in ("name", "kind", "team", "kinds", "active") if name in facts}
    )
    secrets = _checked(actor, robot, facts)
    for name, value in secrets.items():
        setattr(robot, name, value)
    with transaction.atomic():
        history.create(actor, robot)
        history.record(actor, robot.pk, robot, {"address": (None, robot.address)})
    return robot


def edit(actor: Actor, robot: Robot, facts: Mapping[str, Any], version: int | None) -> Robot:
    """Change what is given; an empty ``url`` or ``secret`` leaves what is kept.

    Raises ``Conflict``, ``ValidationError`` keyed by field.
    """
    rights.demand(actor.person, rights.sets_robots)
    history.only_facts(facts, FACTS)
    with transaction.atomic():
        current = history.locked(robot, version)
        plain = {name: value for name, value in facts.items() if name not in ("url", "secret")}
        meant = Robot(**{name: plain.get(name, getattr(current, name)) for name in ("kind", "team", "kinds")})
        secrets = _checked(actor, meant, facts, current)
        sealed = {name: value for name, value in secrets.items() if name != "address"}
        changes = plain | ({"address": secrets["address"]} if "address" in secrets else {})
        saved = history.save(actor, current, changes, None)
        if sealed:  # what is secret has no history but the fingerprint in the address
            Robot.objects.filter(pk=saved.pk).update(**sealed)
            saved.refresh_from_db()
    return saved


def remove(actor: Actor, robot: Robot) -> None:
    """It tells nothing any more, and its address is forgotten."""
    rights.demand(actor.person, rights.sets_robots)
    with transaction.atomic():
        current = history.locked(robot, None)
        waiting = Send.objects.filter(subject=current.pk, kind=robots.KIND, state=Send.State.PENDING)
        waiting.update(state=Send.State.SKIPPED, outcome="the robot is gone")
        history.remove(actor, current, root=current.pk)


def say(actor: Actor, robot: Robot) -> tuple[bool, str]:
    """A test message at once: whether the chat took it, and what it answered."""
    rights.demand(actor.person, rights.sets_robots)
    try:
        return True, robots.test(robot, actor.at)
    except mail.Rejected as error:
        return False, _("Refused: %(words)s") % {"words": error}
    except mail.Unreachable as error:
        return False, _("Not reached: %(words)s") % {"words": error}
    except mail.NoAnswer as error:
        return False, _("No answer: %(words)s") % {"words": error}


def _checked(
    actor: Actor, robot: Robot, facts: Mapping[str, Any], current: Robot | None = None
) -> dict[str, str]:
    """What is sealed and shown of the secrets given. Raises ``ValidationError`` keyed by field."""
    errors: dict[str, Any] = {}
    url, secret = (str(facts.get(name) or "").strip() for name in ("url", "secret"))
    if robot.team_id is None or not teams_for(actor.person).filter(pk=robot.team_id).exists():
        errors["team"] = _("Choose one of your teams.")
    if not robot.kinds or set(robot.kinds) - {name for name, _kind in notices.kinds.items()}:
        errors["kinds"] = _("Choose what it tells.")
    if url and (problem := _url_problem(url)):
        errors["url"] = problem
    if secret and robot.kind not in SIGNED:
        errors["secret"] = _("Robots of this chat sign nothing.")
    if current is not None and robot.kind != current.kind and not url:
        errors["url"] = _("Another chat has another address.")
    if errors:
        raise ValidationError(errors)
    if not url and not secret:
        return {}
    if current is not None:
        url = url or vault.open_secret(robots.URL, current.sealed_url)
        same_chat = robot.kind == current.kind and current.sealed_secret
        secret = secret or (vault.open_secret(robots.SECRET, current.sealed_secret) if same_chat else "")
    print_of = vault.digest("robot", f"{url}|{secret}")[:6]
    return {
        "address": f"{urlsplit(url).hostname} …{url[-SHOWN_END:]} · {print_of}",
        "sealed_url": vault.seal_secret(robots.URL, url),
        "sealed_secret": vault.seal_secret(robots.SECRET, secret) if secret else "",
    }


def _url_problem(url: str) -> str:
    parts = urlsplit(url)
    try:
        named = bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        named = False
    if len(url) > 1000 or not named or any(character.isspace() for character in url):
        return _("This is no address of the web.")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_ours(parts.hostname or "")):
        return ""
    return _("The address begins with https://.")


def _is_ours(host: str) -> bool:
    """A machine that the installation names as its own may be called without encryption."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(text, strict=False) for text in settings.OUTGOING_ALLOW)
