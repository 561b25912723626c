"""Checks of single fields, so that a refusal stands at the field."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def known_zone(value: str) -> None:
    """A name of the IANA time-zone table."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValidationError(_("This time zone is not known.")) from None


def words(value) -> None:
    """A list of short texts: likes, dislikes."""
    if not isinstance(value, list) or not all(
        isinstance(word, str) and 0 < len(word) <= 80 for word in value
    ):
        raise ValidationError(_("Give a list of words."))
