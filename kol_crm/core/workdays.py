"""Working days, without weekends and the festivals of one country (DOMAIN 3.9, 5.4)."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from kol_crm.core import clock, policy
from kol_crm.core.countries import countries
from kol_crm.core.shapes import Choice

HOLIDAYS = policy.declare(
    "holidays_of",
    "CN",
    _("Festivals are those of"),
    section=policy.RHYTHM,
    shape=Choice(countries, searched=True),
    help=_("No reminder falls on one; without a country weekends alone count."),
)


def after(day: date, count: int, rules: policy.Policy) -> date:
    """The working day that is ``count`` working days after ``day``, which may itself be any day."""
    country = rules.get(HOLIDAYS)
    while count > 0:
        day += timedelta(days=1)
        count -= clock.is_working_day(day, country)
    return day
