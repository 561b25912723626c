"""Time zones as people choose them: IANA names with their present offset."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def known_zone(value: str) -> None:
    """A name of the IANA time-zone table."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValidationError(_("This time zone is not known.")) from None


def offset_words(moment: datetime) -> str:
    """UTC+8, UTC−3:30 of a moment that knows its zone."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"


@lru_cache(maxsize=1)
def _zones() -> tuple[tuple[str, str], ...]:
    now = datetime.now(UTC)
    known = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS)
    return tuple(
        (name, f"{name} · {offset_words(now.astimezone(zoneinfo.ZoneInfo(name)))}") for name in known
    )


def zone_choices() -> list[tuple[str, str]]:
    """Time zones by area and city, with their present offset."""
    return [("", "–"), *_zones()]
