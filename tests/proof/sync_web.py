"""The software for the proof of the feed; with ``PROOF_MUTANT=no-horizon`` without what makes it true."""

import os

from kol_crm.wsgi import application
from profiles import sync_feed

if os.environ.get("PROOF_MUTANT") == "no-horizon":
    # Whatever is visible at the moment, up to the newest transaction: as if none could commit late.
    sync_feed.POSTGRES_HORIZON = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"

__all__ = ["application"]
