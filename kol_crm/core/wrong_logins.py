"""Wrong passwords slow the next try down, never lock for good; counted in the database (RELIABILITY, Login).

Counted per account and network, so that guessing from elsewhere does not keep the owner out, and per account
from everywhere, later and for guesses spread over many networks.
"""

import ipaddress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from kol_crm.core import vault
from kol_crm.core.models import WrongLogins
from kol_crm.core.text import fold

FREE_NEAR, FREE_EVERYWHERE = 4, 19
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def wait_after(times: int, free: int) -> timedelta:
    """How long the next try waits after so many wrong ones: 5 s, doubled each time, 15 min at most."""
    if times <= free:
        return timedelta()
    return min(FIRST_WAIT * 2 ** min(times - free - 1, 20), LONGEST_WAIT)


def network_of(address: str) -> str:
    """The network an address lies in: /24, or /64 of version 6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def _keys(login: str, address: str) -> dict[str, int]:
    """The two counters of a login, with how many wrong tries each lets pass."""
    name = fold(login)
    return {
        vault.digest("login near", f"{name}|{network_of(address)}"): FREE_NEAR,
        vault.digest("login", name): FREE_EVERYWHERE,
    }


def wait(login: str, address: str, now: datetime) -> timedelta:
    """How long this login has to wait from now; zero when it need not."""
    keys = _keys(login, address)
    rows = WrongLogins.objects.filter(key__in=keys, last_at__gt=now - FORGOTTEN_AFTER)
    until = [row.last_at + wait_after(row.times, keys[row.key]) for row in rows]
    return max([moment - now for moment in until if moment > now], default=timedelta())


def add(login: str, address: str, now: datetime) -> None:
    """One more wrong try."""
    with transaction.atomic():
        WrongLogins.objects.filter(last_at__lte=now - FORGOTTEN_AFTER).delete()
        keys = _keys(login, address)
        rows = [WrongLogins(key=key, times=0, last_at=now) for key in keys]
        WrongLogins.objects.bulk_create(rows, ignore_conflicts=True)
        WrongLogins.objects.filter(key__in=keys).update(times=F("times") + 1, last_at=now)


def forget(login: str, address: str) -> None:
    """It was them: start anew."""
    WrongLogins.objects.filter(key__in=_keys(login, address)).delete()
