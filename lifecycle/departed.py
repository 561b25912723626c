"""Whether a KOL departed after something: who is won back begins anew (DOMAIN 5.1, 5.3)."""

from datetime import datetime
from uuid import UUID

from lifecycle.models import Move
from profiles.models import Stage


def since(kol_id: UUID, moment: datetime) -> bool:
    """Departed at that moment or later, by a move that stands."""
    return Move.objects.standing().filter(kol=kol_id, to_stage=Stage.DEPARTED, at__gte=moment).exists()
