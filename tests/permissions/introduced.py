"""What introduction hangs on a file of the world: an outreach with an attempt, a plan, a no of earlier."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.models import (
    Attempt,
    Budget,
    Candidate,
    HandedFile,
    Handover,
    Outreach,
    PrivilegeKind,
    Rule,
    RuleFact,
)
from lifecycle.services import (
    booking,
    budget,
    community,
    conflict,
    cooperation,
    exclusivity,
    handover,
    platform_role,
    privilege,
    rule,
    sighting,
    slot,
    stop,
    task,
    violation,
)
from profiles.models import Kol, NoGo, NoGoMark, Touch
from tests.factories import NOW

DAY = NOW.date()


RULE = {
    "title_en": "No bought followers",
    "title_zh": "不买粉",
    "text_en": "Followers are won, not bought.",
    "text_zh": "粉丝靠赢得，不靠购买。",
    "severity": 1,
}


def know_the_rules(kol: Kol, at) -> None:
    """The one rule of the world, which each of its KOLs acknowledged before they entered initial."""
    if not Rule.objects.exists():
        rule.create(Actor(None, "command", at), RULE)
    rule.acknowledge(Actor(kol.owner, "page", at), kol, "wechat")


def _community(kol: Kol, mark: str) -> dict[str, Any]:
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=3))
    made = community.create(actor, {"name": f"{mark} community", "note": f"{mark} remark"})
    inside = community.join(actor.again(), made, kol)
    community.set_contact(actor.again(), kol, kol.owner)
    return {"community": made, "member": inside}


def _resources(kol: Kol, mark: str) -> dict[str, Any]:
    """A slot of the file's team, the file booked on it; another that is free."""
    keeper, owner = Actor(None, "command", NOW - timedelta(minutes=3)), Actor(kol.owner, "page", NOW)
    values = {"kind": "topic", "starts_on": DAY, "value": Decimal(100), "team": kol.team}
    taken = slot.create(keeper, {**values, "name": f"{mark} slot", "note": f"{mark} remark"})
    free = slot.create(keeper.again(), {**values, "name": f"{mark} free"})
    if not Budget.objects.exists():
        budget.set_budget(keeper.again(), DAY, Decimal(5000))
    made = booking.book(owner, taken, kol, f"{mark} launch", confirm=True)
    return {"booking": made, "slot": free, "slot-taken": taken, "budget": Budget.objects.get()}


KIND = {"name_en": "VIP area", "name_zh": "贵宾区", "levels": ["nano", "micro", "mid", "macro", "mega"]}


def _granted(kol: Kol, mark: str) -> dict[str, Any]:
    """A privilege that all may hold, a role, and the file as the manager handed it over."""
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=2))
    system = Actor(None, "command", actor.at)
    stages = ["introduction", "initial", "mid_term", "late"]
    kind = PrivilegeKind.objects.first() or privilege.create_kind(system, {**KIND, "stages": stages})
    held = privilege.grant(actor, kol, kind, f"{mark} grant")
    role = platform_role.give(actor.again(), kol, "mentor", DAY, DAY + timedelta(days=60), f"{mark} role")
    giver = User.objects.filter(username="manager").first() or kol.owner
    act = Handover.objects.create(
        change_set=actor.change_set,
        giver=giver,
        receiver=kol.owner,
        at=actor.at,
        due_on=DAY + timedelta(days=30),
        user=giver,
    )
    file = HandedFile.objects.create(handover=act, kol=kol, handed_at=actor.at)
    handover.add_note(actor.again(), file, f"{mark} question")
    return {"privilege-kind": kind, "privilege": held, "platform-role": role, "handover": file}


def _conduct(kol: Kol, mark: str) -> dict[str, Any]:
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=4))
    what = {"what": f"{mark} offence", "evidence": f"{mark} seen"}
    broken = violation.record(actor, kol, {"rule": Rule.objects.get(), "happened_at": actor.at, **what})
    about = {"what": f"{mark} quarrel", "users": f"{mark} users", "detail": f"{mark} detail"}
    quarrel = conflict.follow(actor.again(), conflict.add(actor.again(), kol, about), f"{mark} step")
    told = RuleFact.objects.filter(kol=kol, kind="acknowledged").get()
    return {
        "violation": broken,
        "conflict": quarrel,
        "task": task.add(actor.again(), {"what": f"{mark} task", "note": f"{mark} hint", "due_on": DAY}, kol),
        "rule": Rule.objects.get(),
        "rule-fact": told,
    }


def _exclusive(kol: Kol, mark: str) -> dict[str, Any]:
    """An exclusivity with a breach to decide; a confirmed one stopped them, until they were reinstated."""
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=2))
    term = {"starts_on": DAY - timedelta(days=300), "ends_on": DAY + timedelta(days=65)}
    what = {"scope": f"{mark} shoes", "evidence": f"{mark} contract"}
    bound = exclusivity.record(actor, kol, term | what)
    seen = {"seen_on": DAY - timedelta(days=9), "channel": "douyin", "evidence": f"{mark} screenshot"}
    first = sighting.record(actor.again(), bound, seen | {"what": f"{mark} advert"})
    confirmed = sighting.confirm(actor.again(), first, f"{mark} confirmed")
    ended = stop.reinstate(Actor(None, "command", actor.at), confirmed.stop, f"{mark} reinstated")
    second = sighting.record(actor.again(), bound, seen | {"what": f"{mark} second advert"})
    return {"exclusivity": bound, "sighting": second, "stop": ended}


def rows_of(kol: Kol, said: Touch, candidate: Candidate, mark: str) -> dict[str, Any]:
    """One of each, by what URLs call them. The outreach ended when the file moved on."""
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=5))
    live = Outreach.objects.create(
        kol=kol,
        candidate=candidate,
        author=kol.owner,
        created_at=actor.at,
        state="stopped",
        ended_at=actor.at,
    )
    made = Attempt.objects.create(
        outreach=live, channel="wechat", result="no_answer", at=said.at, user=kol.owner, touch=said
    )
    words = {"title": f"{mark} cooperation", "note": f"{mark} coopnote", "keeps": "share"}
    parts = [
        {"side": "does", "what": f"{mark} deed"},
        {"side": "gets", "what": f"{mark} gain", "answers": "money", "pay_model": "share"},
    ]
    plan = cooperation.create(actor.again(), kol, words | {"keeps_how": f"{mark} keeps"}, parts)
    over = NoGo.objects.create(
        kol=kol,
        name=f"{mark} name",
        team=kol.team,
        kind="refused",
        cause=f"{mark} cause",
        evidence=f"{mark} proof",
        on=DAY - timedelta(days=90),
        look_again_on=DAY - timedelta(days=1),
        author=kol.owner,
        created_at=actor.at,
    )
    NoGoMark.objects.create(no_go=over, kind="phone", digest=kol.contacts.get(channel="phone").digest)
    rows = {"outreach": live, "attempt": made, "cooperation": plan, "no-go": over}
    rows |= _conduct(kol, mark) | _exclusive(kol, mark)
    return rows | _community(kol, mark) | _resources(kol, mark) | _granted(kol, mark)
