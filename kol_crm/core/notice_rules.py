"""Where a notice goes and when (issue 7): plain values in, plain values out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import clock

IN_APP, MORNING, AT_ONCE, ROBOT = "in_app", "morning", "at_once", "robot"
CHANNELS = {
    IN_APP: _("Under the bell"),
    MORNING: _("Morning mail"),
    AT_ONCE: _("Mail at once"),
    ROBOT: pgettext_lazy("channel", "Group robot"),
}
EVERY = tuple(CHANNELS)
USUAL = frozenset({IN_APP, ROBOT})  # a robot tells only what it was set up for
FOR_ONE = USUAL | {MORNING}  # somebody waits for this very person: unread by the morning, it is mailed


@dataclass(frozen=True)
class Wishes:
    """What one user wants. ``channels`` names only the kinds for which they chose."""

    channels: Mapping[str, Collection[str]]
    morning_hour: int = 8
    working_days: bool = True
    quiet_from: int = 21
    quiet_until: int = 8


NONE_SAID = Wishes({})


def channels(kind: str, usual: Collection[str], wishes: Wishes) -> frozenset[str]:
    """Where a notice of this kind goes: as chosen, else as is usual. What is mailed at once is not mailed
    again in the morning.
    """
    found = frozenset(wishes.channels.get(kind, usual)) & frozenset(EVERY)
    return found - {MORNING} if AT_ONCE in found else found


def morning_of(day: date, zone: str, wishes: Wishes, country: str) -> datetime | None:
    """When the morning mail of that day goes; None on a day without one."""
    if wishes.working_days and not clock.is_working_day(day, country):
        return None
    return clock.local_to_utc(day, time(wishes.morning_hour), zone)


def mailed_at(told: datetime, zone: str, wishes: Wishes, country: str) -> datetime:
    """When a mail "at once" goes: at once, or after the quiet hours, or on the next working day."""
    start, end = time(wishes.quiet_from), time(wishes.quiet_until)
    at = told if start == end else clock.after_quiet(told, zone, start, end)
    day = clock.local_day(at, zone)
    if not wishes.working_days or clock.is_working_day(day, country):
        return at
    while not clock.is_working_day(day, country):
        day += timedelta(days=1)
    return clock.local_to_utc(day, end, zone)
