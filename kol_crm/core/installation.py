"""The installation: its name, the clock it goes by, the currency it reckons in (DOMAIN 1.2, 1.8).

Pages and jobs ask for these at every turn, so that each process keeps them for a minute; a change made in the
same process counts at once. The environment gives the defaults.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kol_crm.core import clock, installation_memo, money, policy, wording
from kol_crm.core.policy import PLATFORM
from kol_crm.core.shapes import Choice, Text
from kol_crm.core.zones import zone_choices


def _zones() -> list[tuple[str, str]]:
    known = zone_choices()[1:]
    return known if settings.TIME_ZONE in dict(known) else [(settings.TIME_ZONE, settings.TIME_ZONE), *known]


NAME = policy.declare(
    "platform_name",
    "",
    _("Platform name"),
    section=PLATFORM,
    shape=Text(60, required=False),
    help=_(
        "What your own platform is called. It stands in the corner of every page and over mails to staff."
    ),
)
ZONE = policy.declare(
    "installation_zone",
    settings.TIME_ZONE,
    _("Time zone of the installation"),
    section=PLATFORM,
    shape=Choice(_zones, searched=True),
    help=_("Months, gates and reviews are counted in it; KOLs and users without a zone go by it."),
)
CURRENCY = policy.declare(
    "currency",
    settings.CURRENCY,
    _("Currency"),
    section=PLATFORM,
    shape=Choice(lambda: money.choices(wording.babel_locale()), searched=True),
    help=_("What new amounts start with."),
)


@dataclass(frozen=True)
class Installation:
    name: str
    zone: str
    currency: str


def current() -> Installation:
    """The values in force; one query a minute and process."""
    kept = installation_memo.recall()
    if kept is None:
        rules = policy.current()
        kept = Installation(rules.get(NAME), rules.get(ZONE), rules.get(CURRENCY))
        installation_memo.keep(kept)
    return kept


def name() -> str:
    return current().name


def zone() -> str:
    return current().zone


def day(instant: datetime) -> date:
    """The day it is where the installation is, whoever asks."""
    return clock.local_day(instant, zone())


def currency() -> str:
    return current().currency
