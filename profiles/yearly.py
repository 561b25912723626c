"""Rows with a yearly day that came round lately, of which the database knows month and day (DOMAIN 7.2)."""

from datetime import date

from django.db.models import Q

from kol_crm.core import falling
from profiles.services import yearly


def yearly_between(start: date, end: date, prefix: str = "") -> Q:
    """Rows with a yearly day as far as it is known, that came round from ``start`` to ``end``."""
    runs = dict.fromkeys(run._replace(year=0) for run in falling.between(start, end, yearly.rules()))
    wanted = Q(pk__in=[])
    for run in runs:
        wanted |= in_run(run, prefix)
    return wanted


def in_run(run: falling.Run, prefix: str = "") -> Q:
    """Rows whose day lies in this run of days, whatever its year."""
    named = {
        "calendar": run.calendar,
        "month": run.month,
        "day__range": (run.first, run.last),
        **({} if run.leap is None else {"leap": run.leap}),
    }
    return Q(**{f"{prefix}{name}": value for name, value in named.items()})
