"""The stored next birthday (DOMAIN 3.13, 7.2): lunar days as their own resolved dates."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kol_crm.core import copying, installation
from kol_crm.core.clock import local_day
from kol_crm.core.occurrence import PartialDay, is_minor, next_occurrence
from profiles.models import Kol
from profiles.services import yearly

COLUMNS = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")


def partial_day(kol: Kol) -> PartialDay:
    """The birthday as far as it is known."""
    return PartialDay(kol.birth_calendar, kol.birth_year, kol.birth_month, kol.birth_day, kol.birth_leap)


def zone_of(kol: Kol) -> str:
    """The KOL's zone for greetings, else the installation's (DOMAIN 1.8)."""
    return kol.zone or installation.zone()


def next_birthday(kol: Kol, day: date) -> date | None:
    return next_occurrence(partial_day(kol), day, yearly.rules())


def columns(kol: Kol, now: datetime) -> dict[str, Any]:
    """The figure column as of ``now``, by the KOL's own day."""
    return {"next_birthday": next_birthday(kol, local_day(now, zone_of(kol)))}


def roll(kols: Sequence[Kol], now: datetime) -> None:
    """The next birthday of files whose day has passed where they are."""
    for kol in kols:
        kol.next_birthday = next_birthday(kol, local_day(now, zone_of(kol)))
    copying.update(kols, ["next_birthday"])


def needs_consent(kol: Kol, on: date) -> bool:
    """A minor without a guardian's consent on file: no exclusivity, cash or greeting (DOMAIN 3.1)."""
    return is_under_age(kol, on) and kol.guardian_consent_on is None


def is_under_age(kol: Kol, on: date) -> bool:
    """Marked as such, or so by the birthday as far as it is known."""
    return kol.minor or bool(is_minor(partial_day(kol), on))
