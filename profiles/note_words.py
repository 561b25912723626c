"""Days as far as they are known, and ties, in words."""

from calendar import monthrange
from datetime import date

from babel import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import lunar, wording
from kol_crm.core.occurrence import LUNAR, PartialDay
from profiles.models import PartialDate, Tie

# What a tie is called from the file at its other end.
SEEN_FROM_THERE = {
    Tie.Kind.INTRODUCER: gettext_lazy("Introduced us to"),
    Tie.Kind.AGENT: gettext_lazy("Agent of"),
    Tie.Kind.PARTNER: gettext_lazy("Partner of"),
    Tie.Kind.RIVAL: gettext_lazy("Rival of"),
    Tie.Kind.FRIEND: gettext_lazy("Friend inside of"),
    Tie.Kind.FAMILY: gettext_lazy("Family of"),
    Tie.Kind.OTHER: gettext_lazy("Tied to"),
}


def when(row: PartialDate) -> str:
    """15 Sep 1994, Mar 2027, Lunar 八月十五."""
    return day_words(row.partial)


def day_words(day: PartialDay) -> str:
    """A day as far as it is known; empty when nothing is."""
    if day.calendar == LUNAR and day.month:
        name = lunar.day_name(day.day) if day.day else ""
        text = f"{lunar.month_name(day.month, leap=day.leap)}{name}"
        text = f"{text} ({day.year})" if day.year else text
        return _("Lunar %(day)s") % {"day": text}
    return _solar(day.year, day.month, day.day)


def _solar(year: int | None, month: int | None, day: int | None) -> str:
    locale = wording.babel_locale()
    if not month:
        return str(year or "")
    if not day:
        return dates.format_skeleton("yMMM" if year else "MMM", date(year or 2000, month, 1), locale=locale)
    if year and day <= monthrange(year, month)[1]:
        return wording.day_words(date(year, month, day), "year", date(year, 1, 1), locale)
    words = wording.day_words(date(2000, month, day), "plain", date(2000, 1, 1), locale)
    return f"{words} ({year})" if year else words
