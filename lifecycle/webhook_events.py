"""What webhooks tell of stages: each move, and that one was undone (core.webhook_facts)."""

from collections.abc import Collection
from uuid import UUID

from kol_crm.core.webhook_facts import Fact, Told
from lifecycle.models import Move


def _moves(rows: Collection[UUID]) -> list[Told]:
    found = Move.objects.filter(pk__in=rows).select_related("user").order_by("pk")
    return [_moved(row) for row in found]


def _moved(row: Move) -> Told:
    changes = {"stage": (row.from_stage, row.to_stage)}
    beside = {"cause": row.cause, "takes_back": row.takes_back_id}
    return Told("kol.stage_changed", row.pk, row.kol_id, row.user, row.at, changes, beside)


MOVES = Fact("lifecycle_move", ("kol.stage_changed",), _moves)
