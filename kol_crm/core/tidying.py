"""What nobody needs any longer goes at night."""

from kol_crm.core import idempotency, notices, sessions, stored, throttling, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally


def tidy(actor: Actor) -> Tally:
    """Old notices, deliveries and answered keys, files without a row, sessions that are over."""
    tally = Tally()
    for what, tidy_up in (
        ("notices", notices.forget_old),
        ("files", stored.sweep),
        ("sessions", sessions.forget_old),
        ("keys", idempotency.forget_old),
        ("deliveries", webhooks.forget_old),
        ("throttles", throttling.forget_old),
    ):
        with tally.sparing(what):
            gone = tidy_up(actor)
            tally.add(Tally(seen=gone, done=gone))
    return tally
