"""The days that can be given: beyond them nothing on file lies, and reckoning on leaves the calendar."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2199


def holds(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def demand(**days: date | None) -> None:
    """Raises ``ValidationError`` keyed by the name under which a day was given."""
    wrong = [name for name, day in days.items() if day is not None and not holds(day)]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, _words()))


def within(day: date) -> None:
    """As ``demand``, for the validators of one field; a moment is a day too."""
    if not holds(day):
        raise ValidationError(_words())


def _words() -> str:
    return _("A day from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
