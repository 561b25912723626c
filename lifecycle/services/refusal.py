"""A refusal or rejection heard anywhere in introduction goes into the no-go memory once (DOMAIN 4.10)."""

from datetime import date

from kol_crm.core.actor import Actor
from lifecycle.days import installation_day
from lifecycle.look_again import look_again_default
from profiles.models import Kol, NoGo
from profiles.services import no_go

LONGEST = 300


def remember(
    actor: Actor, kol: Kol, kind: str, cause: str, evidence: str, look_again_on: date | None = None
) -> NoGo | None:
    """Keep it; None where the same no is on record from this very moment already.

    Without a date the policy's days apply. Raises ``ValidationError`` keyed by field.
    """
    if NoGo.objects.standing().filter(kol=kol, kind=kind, created_at=actor.at).exists():
        return None
    values = {
        "kind": kind,
        "cause": cause.strip()[:LONGEST],
        "evidence": evidence.strip(),
        "look_again_on": look_again_on or look_again_default(installation_day(actor.at)),
    }
    return no_go.record(actor, values, kol=kol)
