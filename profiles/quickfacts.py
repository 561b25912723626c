"""The strip over the composer: what to know before one writes to them (UI, screen 3)."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import wording
from profiles.models import ContactPoint, Kol
from profiles.rules.warmth import Warmth
from profiles.services import birthday

SOON_DAYS = 30
NIGHT_FROM, NIGHT_TO = 21, 9  # hours there in which one does not write (DOMAIN 7.3)
KEYS = ("quiet", "guardian", "warmth", "channel", "hour", "birthday", "avoid")
TONES = {"warm": "ok", "cooling": "warn", "cold": "bad", "one_sided": "bad"}


@dataclass(frozen=True)
class Quick:
    """One thing to know: ``key`` is what it is about, ``tone`` tells where it matters."""

    key: str
    icon: str
    text: Any
    tone: str = ""
    title: str = ""


def strip(kol: Kol, warmth: Warmth, contacts: Iterable[ContactPoint], now: datetime) -> list[Quick]:
    """What stands out, the most important first; from rows that the page has anyway."""
    found = [
        _stopped(kol),
        _quiet(kol),
        _guardian(kol, now),
        _warmth(warmth, now),
        _channel(contacts),
        _hour(kol, now),
        _birthday(kol, now),
        _avoid(kol),
    ]
    return [one for one in found if one is not None]


def _stopped(kol: Kol) -> Quick | None:
    return Quick("stop", "octagon-x", kol.get_stop_display(), "bad") if kol.stop else None


def _quiet(kol: Kol) -> Quick | None:
    return Quick("quiet", "bell-off", kol.get_quiet_cause_display(), "bad") if kol.quiet_cause else None


def _guardian(kol: Kol, now: datetime) -> Quick | None:
    if kol.guardian_consent_on or not (kol.minor or birthday.needs_consent(kol, now.date())):
        return None
    return Quick("guardian", "shield-alert", _("Under age, no consent on file"), "warn")


def _warmth(warmth: Warmth, now: datetime) -> Quick | None:
    if not warmth.of:
        return None
    title = [_("%(n)d of the last %(of)d begun by the KOL") % {"n": warmth.theirs, "of": warmth.of}]
    if warmth.reply is not None:
        delay = wording.duration(round(warmth.reply.total_seconds() / 60))
        title.append(_("usually answers in %(delay)s") % {"delay": delay})
    if warmth.last_exchange:
        day = wording.day_words(warmth.last_exchange, "plain", now.date(), wording.babel_locale())
        title.append(_("last exchange %(day)s") % {"day": day})
    return Quick(
        "warmth", "thermometer", warmth.label, TONES.get(warmth.value or "", ""), wording.listed(title)
    )


def _channel(contacts: Iterable[ContactPoint]) -> Quick | None:
    preferred = [point.get_channel_display() for point in contacts if point.preferred and point.alive]
    return (
        Quick("channel", "star", _("prefers %(channel)s") % {"channel": preferred[0]}) if preferred else None
    )


def _hour(kol: Kol, now: datetime) -> Quick | None:
    if not kol.zone:
        return None
    there = now.astimezone(zoneinfo.ZoneInfo(kol.zone))
    if there.utcoffset() == now.utcoffset():
        return None
    night = not NIGHT_TO <= there.hour < NIGHT_FROM
    words = _("%(time)s there") % {"time": f"{there:%H:%M}"}
    return Quick("hour", "moon" if night else "clock", words, "warn" if night else "")


def _birthday(kol: Kol, now: datetime) -> Quick | None:
    if kol.next_birthday is None or not 0 <= (kol.next_birthday - now.date()).days <= SOON_DAYS:
        return None
    day = wording.day_words(kol.next_birthday, "plain", now.date(), wording.babel_locale())
    return Quick("birthday", "cake", _("birthday %(day)s") % {"day": day})


def _avoid(kol: Kol) -> Quick | None:
    words = wording.listed(kol.dislikes[:3])
    return Quick("avoid", "ban", _("avoid %(what)s") % {"what": words}) if words else None
