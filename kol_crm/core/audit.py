"""Writing down that protected data was shown (DOMAIN 2.3)."""

import uuid

from kol_crm.core.actor import Actor
from kol_crm.core.models import Disclosure


def disclosed(
    actor: Actor,
    action: str,
    *,
    subject: uuid.UUID | None = None,
    rows: int = 1,
    detail: str = "",
    reason: str = "",
) -> Disclosure:
    """One row for one answer that showed contact data in clear."""
    return Disclosure.objects.create(
        at=actor.at,
        user=actor.person,
        door=actor.door,
        action=action,
        subject=subject,
        rows=rows,
        detail=detail,
        reason=reason,
    )
