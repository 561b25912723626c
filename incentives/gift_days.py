"""When the next step of a gift is due (DOMAIN 7.4, 8.1)."""

from datetime import date, timedelta

from incentives.gift_policy import Days
from incentives.models import Gift
from kol_crm.core import installation

State = Gift.State


def next_on(gift: Gift, days: Days) -> date | None:
    """To choose an idea before its day, to send what is chosen in time, to ask whether what was sent arrived.

    None: an idea for no day, and what is received or dropped.
    """
    match gift.state:
        case State.IDEA:
            return gift.for_on and gift.for_on - timedelta(days=days.idea)
        case State.CHOSEN if gift.for_on:
            return gift.for_on - timedelta(days=days.ship)
        case State.CHOSEN if gift.chosen_at:
            return installation.day(gift.chosen_at) + timedelta(days=days.choose)
        case State.SENT if gift.sent_on:
            return gift.sent_on + timedelta(days=days.arrive)
    return None
