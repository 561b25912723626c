"""A whole persona, and figures of an own account."""

from datetime import date
from decimal import Decimal

from kol_crm.core.actor import Actor
from lifecycle.models import Persona
from lifecycle.services import persona
from profiles.models import Account, Kol
from profiles.services import figures
from profiles.services.figures import NewFigure
from tests.factories import NOW

WHOLE = {
    "highlights": ["Ran a marathon after an injury"],
    "story": "From the hospital to the finish line.",
    "image": "The runner next door",
    "tone": "warm",
    "points": ["Anyone can begin", "Slow is fine"],
    "topics_in": ["First five kilometres"],
    "topics_out": ["Diets"],
}


def approved(kol: Kol, manager, at=NOW) -> Persona:
    """One in force: written by the owner, approved by the manager."""
    owner = Actor(kol.owner, "page", at)
    sent = persona.submit(owner.again(), persona.draft(owner, kol, WHOLE))
    return persona.approve(Actor(manager, "page", at), sent)


def enter(account: Account, value: int, on: date, metric: str = "followers", at=NOW) -> None:
    figures.record(
        Actor(None, "command", at), [NewFigure(account.pk, metric, Decimal(value), on, on, "hand")]
    )
