"""The lines between late, near, stale and long, as days pass and limits change: a job (DOMAIN 5.4, 3.5)."""

from django.db import OperationalError

from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from profiles import scope_counting

PLANNER = "count-lines"


def keep(actor: Actor) -> Tally:
    """Draw them for the installation's day; where writers leave no gap, at the next tick."""
    try:
        drawn = scope_counting.draw(installation.day(actor.at))
    except OperationalError:
        return Tally(seen=1, skipped=1)
    return Tally(seen=int(drawn.moved), done=int(drawn.moved))
