"""Which days a figure speaks of: the end of a period, the day that a file's name tells."""

import calendar
import re
from datetime import date, timedelta

from profiles.importing.cells import MONTHS

NUMBERS = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0?[1-9]|1[0-2])(?!\d)(?:[-_.月](0?[1-9]|[12]\d|3[01])(?!\d))?")
COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
MONTH_NAME = re.compile(
    rf"(?<![a-z])({'|'.join(MONTHS)})[a-z]*[-_ ]*(20\d\d)(?!\d)|(?<!\d)(20\d\d)[-_ ]*({'|'.join(MONTHS)})"
)


def period_end(start: date, period: str) -> date:
    """Last day of the "day", "week" or "month" that begins on `start`, which need not be the first."""
    if period == "day":
        return start
    if period == "week":
        return start + timedelta(days=6)
    month, year = (1, start.year + 1) if start.month == 12 else (start.month + 1, start.year)
    in_next = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return in_next - timedelta(days=1)


def day_in_name(name: str) -> date | None:
    """`…_2022-06.csv`, `…sep-2022.csv`, `…20220615.csv`: the last day that the name tells; a year is none.

    A month stands for its first day: a figure must never look fresher than it is, nor lie in the future.
    """
    name = name.lower()
    days = [(found.start(), found[1], found[2], found[3]) for found in COMPACT.finditer(name)]
    days += [(found.start(), found[1], found[2], found[3] or "1") for found in NUMBERS.finditer(name)]
    days += [
        (found.start(), found[2] or found[3], str(MONTHS[found[1] or found[4]]), "1")
        for found in MONTH_NAME.finditer(name)
    ]
    for _where, year, month, day in sorted(days, reverse=True):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None
