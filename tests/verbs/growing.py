"""What each verb of persona, coaching, access and data sheets does in the small world."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kol_crm.core.actor import Actor
from lifecycle.models import Persona
from lifecycle.services import access_grant, adjustment, coaching, coaching_session, data_sheet, persona
from tests.permissions.grown import DAY, FOLLOWERS, facts
from tests.permissions.world import World


def _of(world: World, name: str) -> Any:
    return world.file.introduced[name]


def _settled(by: Actor, world: World) -> None:
    """What was on trial is over: another version may be opened."""
    adjustment.revert(by.again(), _of(world, "adjustment"), "no")


def _draft(by: Actor, world: World, *, submitted: bool = False) -> Persona:
    _settled(by, world)
    made = persona.draft(by.again(), world.file.kol, facts("x"))
    return persona.submit(by.again(), made) if submitted else made


def _approve(by: Actor, world: World) -> Persona:
    """The admin writes it; the owner, for once a manager, approves."""
    writer = by.again(user=world.users["admin"])
    made = _draft(writer, world, submitted=True)
    world.users["owner"].role = "manager"
    return persona.approve(by, made)


def _close(by: Actor, world: World) -> Any:
    plan = _of(world, "coaching")
    plan.figures.update(before_on=DAY - timedelta(days=5))
    return coaching.close(by, plan, "x")


def _withdrawn(by: Actor, world: World) -> Any:
    return access_grant.withdraw(by.again(), _of(world, "access"), "x")


SESSION = "lifecycle.services.coaching_session."
VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "lifecycle.services.persona.draft": lambda by, w: (_settled(by, w), persona.draft(by, w.file.kol, {})),
    "lifecycle.services.persona.edit": lambda by, w: persona.edit(by, _draft(by, w), {"tone": "other"}),
    "lifecycle.services.persona.submit": lambda by, w: persona.submit(by, _draft(by, w)),
    "lifecycle.services.persona.send_back": lambda by, w: persona.send_back(
        by, _draft(by, w, submitted=True), "x"
    ),
    "lifecycle.services.persona.approve": _approve,
    "lifecycle.services.persona.drop": lambda by, w: persona.drop(by, _draft(by, w)),
    "lifecycle.services.adjustment.begin": lambda by, w: (
        _settled(by, w),
        adjustment.begin(
            by, w.file.kol, {"hypothesis": "x", "change": "y"}, {"tone": "z"}, (w.file.account, FOLLOWERS)
        ),
    ),
    "lifecycle.services.adjustment.edit": lambda by, w: adjustment.edit(
        by, _of(w, "adjustment"), {"change": "other"}
    ),
    "lifecycle.services.adjustment.keep": lambda by, w: adjustment.keep(by, _of(w, "adjustment"), "x"),
    "lifecycle.services.adjustment.revert": lambda by, w: adjustment.revert(by, _of(w, "adjustment"), "x"),
    "lifecycle.services.coaching.begin": lambda by, w: coaching.begin(
        by, w.file.kol, {"title": "x"}, [(w.file.account, FOLLOWERS)]
    ),
    "lifecycle.services.coaching.edit": lambda by, w: coaching.edit(by, _of(w, "coaching"), {"title": "x"}),
    "lifecycle.services.coaching.close": _close,
    f"{SESSION}add": lambda by, w: coaching_session.add(by, _of(w, "coaching"), {"on": DAY, "topic": "x"}),
    f"{SESSION}edit": lambda by, w: coaching_session.edit(by, _of(w, "coaching-session"), {"topic": "x"}),
    f"{SESSION}drop": lambda by, w: coaching_session.drop(by, _of(w, "coaching-session")),
    f"{SESSION}hold": lambda by, w: coaching_session.hold(by, _of(w, "coaching-session"), "x"),
    f"{SESSION}do_homework": lambda by, w: coaching_session.do_homework(by, _of(w, "coaching-session")),
    f"{SESSION}take_back": lambda by, w: coaching_session.take_back(
        by, coaching_session.hold(by.again(), _of(w, "coaching-session")), "held"
    ),
    "lifecycle.services.access_grant.grant": lambda by, w: access_grant.grant(
        by, w.file.kol, {"kind": "feature", "what": "x"}
    ),
    "lifecycle.services.access_grant.edit": lambda by, w: access_grant.edit(
        by, _of(w, "access"), {"until": DAY + timedelta(days=50)}
    ),
    "lifecycle.services.access_grant.withdraw": lambda by, w: access_grant.withdraw(
        by, _of(w, "access"), "x"
    ),
    "lifecycle.services.access_grant.give_back": lambda by, w: access_grant.give_back(by, _withdrawn(by, w)),
    "lifecycle.services.data_sheet.make": lambda by, w: data_sheet.make(
        by, w.file.kol, "en", [{"title": "x"}]
    ),
}
WITHIN = {
    "lifecycle.services.persona.why_not_approve",
    "lifecycle.services.persona.submitted",
    "lifecycle.services.persona.open_version",
    "lifecycle.services.coaching.running",
}
TWO_STEPS = {
    *(
        f"lifecycle.services.persona.{name}"
        for name in ("draft", "edit", "submit", "send_back", "approve", "drop")
    ),
    "lifecycle.services.adjustment.begin",
    f"{SESSION}take_back",
    "lifecycle.services.access_grant.give_back",
}
