"""What nobody needs any longer goes at night."""

from kol_crm.core import idempotency, notices, sessions, stored, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally


def tidy(actor: Actor) -> Tally:
    """Old notices, deliveries and answered keys, files without a row, sessions that are over."""
    gone = notices.forget_old(actor) + stored.sweep(actor) + sessions.forget_old(actor)
    gone += idempotency.forget_old(actor) + webhooks.forget_old(actor)
    return Tally(seen=gone, done=gone)
