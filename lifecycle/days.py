"""Gates and reviews count in the installation's days, whoever looks at them (DOMAIN 1.8)."""

from datetime import date, datetime

from django.conf import settings

from kol_crm.core import clock


def installation_day(instant: datetime) -> date:
    """The day it is where the installation is."""
    return clock.local_day(instant, settings.TIME_ZONE)
