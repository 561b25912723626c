"""What everybody may change about themselves: how they are called, spoken to, and how they sign."""

from collections.abc import Mapping
from typing import Any

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import User

OWN = frozenset({"display_name", "language", "zone", "signature"})


def edit(actor: Actor, changes: Mapping[str, Any], version: int | None) -> User:
    """Save the actor's own facts. Raises ``Conflict`` or ``ValidationError`` keyed by field."""
    history.only_facts(changes, OWN)
    return history.save(actor, actor.person, changes, version)
