"""The software for the proofs of the sync; ``PROOF_MUTANT`` takes out what makes one of them true."""

import os

from kol_crm.wsgi import application  # first: what comes after it needs Django to be set up

# isort: split
from django.db import transaction

from kol_crm.core import idempotency
from profiles import sync_feed


def _once_each_time(_actor, _key, _digest, act):
    """As if no keys were kept: what is sent again happens again."""
    with transaction.atomic():
        return idempotency.Outcome(act(), replayed=False)


match os.environ.get("PROOF_MUTANT"):
    case "no-horizon":
        # Whatever is visible at the moment, up to the newest transaction: as if none could commit late.
        sync_feed.POSTGRES_HORIZON = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    case "ahead":
        # Up to the oldest that runs: as if a killed database gave no transaction's id a second time.
        sync_feed.POSTGRES_HORIZON = sync_feed.OLDEST_RUNNING
    case "no-keys":
        idempotency.once = _once_each_time

__all__ = ["application"]
