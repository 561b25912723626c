"""Numbers, money and dates as the reader writes them: 128万 and 11月3日, or 1.28M and 3 Nov."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext, to_locale

NO_BREAK_SPACE = "\u00a0"
UNKNOWN = "–"
ENGLISH = "en"
# Babel would write Nov 3 and 11月23日周一; ours are 3 Nov, Mon 23 Nov 2026 and 11月23日 周一.
ENGLISH_PATTERNS = {
    "plain": "d MMM",
    "year": "d MMM y",
    "weekday": "EEE d MMM",
    "full": "EEE d MMM y",
    "month": "MMMM y",
}
CHINESE_PATTERNS = {
    "plain": "M月d日",
    "year": "y年M月d日",
    "weekday": "M月d日 EEE",
    "full": "y年M月d日 EEE",
    "month": "y年M月",
}
# From which size on a compact number is shown to which digit, English and Chinese.
STEPS = (((10**9, -7), (10**6, -4), (10**3, -2)), ((10**8, -6), (10**4, -3)))


def babel_locale(language: str | None = None) -> str:
    """The Babel locale of a Django language code, by default of the active one."""
    code = language or get_language() or "en"
    return ENGLISH if code.startswith("en") else to_locale(code)


def compact(number: float | None, locale: str) -> str:
    """1.28M or 128万; numbers below the first unit are written out; unknown is a dash."""
    if number is None:
        return UNKNOWN
    return _compact(_as_shown(number, STEPS[locale.startswith("zh")]), locale)


def _as_shown(number: float, steps: Sequence[tuple[int, int]]) -> float:
    """The number as round as it will be shown, so that many share one writing."""
    digits = next((digits for least, digits in steps if abs(number) >= least), None)
    if digits is None or not isinstance(number, int):
        return number
    rounded = round(number, digits)
    return rounded if len(str(rounded)) == len(str(number)) else number


@lru_cache(maxsize=10_000)  # a list has a figure in each row, and Babel takes a quarter of a millisecond
def _compact(number: float, locale: str) -> str:
    large, small = (100_000_000, 10_000) if locale.startswith("zh") else (1_000_000, 1_000)
    if abs(number) < small:
        return numbers.format_decimal(number, format="#,##0.#", locale=locale)
    return numbers.format_compact_decimal(
        number, fraction_digits=2 if abs(number) >= large else 1, locale=locale
    )


def grouped(number: float | None, locale: str) -> str:
    """1,204; unknown is a dash."""
    return UNKNOWN if number is None else numbers.format_decimal(number, locale=locale)


def capped(count: int | None, cap: int, locale: str) -> str:
    """The count, exact up to the cap and "1,000+" beyond it."""
    if count is None or count <= cap:
        return grouped(count, locale)
    return f"{grouped(cap, locale)}+"


def money(amount: Decimal | float | None, currency: str, locale: str) -> str:
    """¥1,280 or ¥1,280.50: cents only when there are some."""
    if amount is None:
        return UNKNOWN
    amount = Decimal(str(amount))
    whole = amount == amount.to_integral_value()
    words = numbers.format_currency(
        amount, currency, locale=locale, format="¤#,##0" if whole else None, currency_digits=not whole
    )
    # At home in China ¥ is the yuan in both languages; the yen is told apart.
    if currency == "JPY":
        return words.replace("JP¥", "¥").replace("¥", "JP¥")
    return words.replace("CN¥", "¥")


def percent_change(ratio: float | None, locale: str) -> str:
    """+12.4% or −8.8%, with a true minus; unknown is a dash."""
    if ratio is None:
        return UNKNOWN
    return numbers.format_percent(ratio, locale=locale, format="+0.#%;−0.#%")


def local(moment: date | datetime) -> date | datetime:
    """An instant on the reader's clock; a day stays the day it is."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def as_day(moment: date | datetime) -> date:
    """The reader's day of an instant; a day stays itself."""
    moment = local(moment)
    return moment.date() if isinstance(moment, datetime) else moment


def day_words(moment: date | datetime, style: str, today: date, locale: str) -> str:
    """A date in one of the styles plain, year, weekday, full, month, time, clock.

    Plain dates name their year when it is not this one; "time" is plain with the clock, "clock" only that.
    """
    moment = local(moment)
    clock = dates.format_time(moment, "HH:mm", locale=locale) if isinstance(moment, datetime) else ""
    if style == "clock":
        return clock
    pattern = "plain" if style == "time" else style
    if moment.year != today.year:
        pattern = {"plain": "year", "weekday": "full"}.get(pattern, pattern)
    words = _date_words(moment.date() if isinstance(moment, datetime) else moment, pattern, locale)
    if style == "time" and clock:
        words = f"{words} {clock}"
    return words.replace(" ", NO_BREAK_SPACE)


@lru_cache(maxsize=4_000)  # a page has the same few days in all its rows
def _date_words(day: date, pattern: str, locale: str) -> str:
    patterns = ENGLISH_PATTERNS if locale == ENGLISH else CHINESE_PATTERNS
    return dates.format_date(day, patterns[pattern], locale=locale)


def listed(words: Iterable[object]) -> str:
    """One, two / 一、二."""
    return gettext(", ").join(str(word) for word in words)


def days_late(day: date | datetime | None, today: date) -> int | None:
    """Days since the day: above 0 late, 0 today, below 0 still to come; None without a day."""
    return None if day is None else (today - as_day(day)).days


def due_tone(day: date | datetime | None, today: date) -> str:
    """late, today, or later, also without a day: the one rule by which every page colours what is due.

    Its word ends the name of a class: ``due-late`` is red, ``due-today`` amber, ``due-later`` grey.
    """
    late = days_late(day, today)
    if late is None or late < 0:
        return "later"
    return "late" if late > 0 else "today"


def days_words(count: int | None) -> str:
    """9 d / 9 天, never broken over a line."""
    if count is None:
        return UNKNOWN
    return (gettext("%(count)s d") % {"count": count}).replace(" ", NO_BREAK_SPACE)


def duration(minutes: int) -> str:
    """40 min, 3 hr, 2 days / 40分钟: in the largest unit that fits."""
    return dates.format_timedelta(timedelta(minutes=minutes), format="short", locale=babel_locale())


def due_words(day: date | datetime | None, today: date, locale: str) -> str:
    """3 d late, Today, Tomorrow, or the date."""
    if day is None:
        return UNKNOWN
    late = (today - as_day(day)).days
    if late > 0:
        return (gettext("%(count)s d late") % {"count": late}).replace(" ", NO_BREAK_SPACE)
    if late == 0:
        return pgettext("due", "Today")
    if late == -1:
        return pgettext("due", "Tomorrow")
    return day_words(as_day(day), "plain", today, locale)
