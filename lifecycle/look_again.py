"""When those who left or said no are looked at again, if nobody says otherwise (DOMAIN 4.10, 5.1)."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.shapes import Number

LOOK_AGAIN = policy.declare(
    "look_again_days",
    180,
    gettext_lazy("Look again at the departed after"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=Number(1, 3650),
)


def look_again_default(day: date) -> date:
    """When a KOL departing on ``day`` is looked at again."""
    return day + timedelta(days=policy.current().get(LOOK_AGAIN))
