"""What initial hangs on a file of the world: a persona, a trial, a coaching, access, a data sheet."""

from datetime import timedelta
from typing import Any

from kol_crm.core.actor import Actor
from lifecycle.models import Adjustment, Persona
from lifecycle.services import access_grant, coaching, coaching_session, data_sheet
from profiles.models import Account, Kol
from profiles.rules import metric
from tests.factories import NOW

DAY = NOW.date()
FOLLOWERS = metric.FOLLOWERS


def facts(mark: str) -> dict[str, Any]:
    """A whole persona."""
    return {
        "highlights": [f"{mark} highlight of theirs"],
        "story": f"{mark} story",
        "image": f"{mark} image",
        "tone": f"{mark} tone",
        "points": [f"{mark} point", "another"],
        "topics_in": [f"{mark} topic"],
        "topics_out": [f"{mark} no topic"],
    }


def _personas(kol: Kol, account: Account, mark: str) -> dict[str, Any]:
    """One in force, and the next on trial."""
    at = NOW - timedelta(minutes=3)
    by = {"author": kol.owner, "created_at": at}
    former = Persona.objects.create(kol=kol, number=1, state="approved", approved_at=at, **by, **facts(mark))
    words = {**facts(mark), "tone": f"{mark} other tone"}
    trial = Persona.objects.create(kol=kol, number=2, state="trial", **by, **words)
    tried = Adjustment.objects.create(
        kol=kol,
        former=former,
        trial=trial,
        hypothesis=f"{mark} hypothesis",
        change=f"{mark} change",
        reaction_before=f"{mark} reaction",
        look_on=DAY + timedelta(days=3),
        account=account,
        account_name=str(account),
        metric=FOLLOWERS,
        before=5,
        before_on=DAY - timedelta(days=5),
        **by,
    )
    return {"persona": former, "trial": trial, "adjustment": tried}


def rows_of(kol: Kol, account: Account, mark: str) -> dict[str, Any]:
    """One of each, by what URLs call them."""
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=3))
    plan = coaching.begin(
        actor, kol, {"title": f"{mark} coaching", "aim": f"{mark} aim"}, [(account, FOLLOWERS)]
    )
    brief = {name: f"{mark} {name}" for name in ("topic", "audience", "prefers", "how", "homework")}
    session = coaching_session.add(
        actor.again(), plan, {**brief, "on": DAY, "homework_due": DAY + timedelta(days=2)}
    )
    given = {"kind": "data", "what": f"{mark} access", "until": DAY + timedelta(days=5), "note": f"{mark} n"}
    access = access_grant.grant(actor.again(), kol, given)
    sheet = data_sheet.make(actor.again(), kol, "en", [{"title": f"{mark} best post"}])
    rows = {"coaching": plan, "coaching-session": session, "access": access, "data-sheet": sheet}
    return rows | _personas(kol, account, mark)
