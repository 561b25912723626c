"""What nobody needs any longer goes at night."""

from kol_crm.core import idempotency, notices, sessions, stored
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally


def tidy(actor: Actor) -> Tally:
    """Old notices, files whose row was never committed, sessions that are over, keys long answered."""
    gone = notices.forget_old(actor) + stored.sweep(actor) + sessions.forget_old(actor)
    gone += idempotency.forget_old(actor)
    return Tally(seen=gone, done=gone)
