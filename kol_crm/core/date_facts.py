"""Days and moments that conditions ask for: relative both ways, absolute, known or not; the reader's day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import wording
from kol_crm.core.conditions import EMPTY, KNOWN, Fact, Operator, Reader, day, whole

LONGEST_SPAN = 3660  # days
LONGEST_YEARLY = 366  # days in which each yearly day came round


@dataclass(frozen=True)
class DateFact(Fact):
    """A day or a moment.

    Of a day that comes round yearly the column holds the next one: it is asked ahead, and back by
    ``came(start, end)``, the rows of which it came round between these days, both counted.
    """

    column: str = ""
    moment: bool = False
    within: Callable[[Q], Q] | None = None  # asks a linked row, whose condition is handed in
    came: Callable[[date, date], Q] | None = None

    PAST = (
        Operator("more_than_ago", _("more than … days ago"), "days"),
        Operator("within_last", _("in the last … days"), "days"),
    )
    COMING = (
        Operator("within_next", _("in the next … days"), "days"),
        Operator("more_than_ahead", _("in more than … days"), "days"),
    )
    DAYS = (
        Operator("before", _("before"), "day"),
        Operator("on", pgettext_lazy("condition", "on"), "day"),
        Operator("after", _("after"), "day"),
    )

    def operators(self):
        past = tuple(one for one in self.PAST if not self.came or one.key == "within_last")
        return past + self.COMING + self.DAYS + (KNOWN, EMPTY)

    def clean(self, operator, value, reader):
        if operator.takes == "days":
            yearly_past = self.came is not None and operator.key == "within_last"
            return whole(value, LONGEST_YEARLY if yearly_past else LONGEST_SPAN)
        if operator.takes == "day":
            return day(value)
        return super().clean(operator, value, reader)

    def q(self, operator, value, reader):
        if operator in (EMPTY, KNOWN):
            known = self._asked(Q(**{f"{self.column}__isnull": False}))
            return known if operator == KNOWN else ~known
        return self._asked(self._condition(operator, value, reader))

    def row(self, operator, value, reader):
        if operator == KNOWN:
            return self.also & Q(**{f"{self.column}__isnull": False})
        return self.also & self._condition(operator, value, reader)

    def _condition(self, operator: Operator, value: Any, reader: Reader) -> Q:
        if self.came is not None and operator.key == "within_last":
            return self.came(reader.day - timedelta(days=value), reader.day)
        return self._between(*_span(operator.key, value, reader.day))

    def _asked(self, condition: Q) -> Q:
        return self.within(condition) if self.within else self._has(condition)

    def _between(self, start: date | None, end: date | None) -> Q:
        limits = {"gte": start, "lt": end}
        return Q(
            **{
                f"{self.column}__{lookup}": _midnight(limit) if self.moment else limit
                for lookup, limit in limits.items()
                if limit is not None
            }
        )

    def words(self, operator, value, reader):
        if operator.takes == "day":
            return wording.day_words(value, "year", reader.day, wording.babel_locale())
        return super().words(operator, value, reader)


def _span(key: str, value: Any, today: date) -> tuple[date | None, date | None]:
    """From and up to (without) which day the fact lies."""
    one = timedelta(days=1)
    if isinstance(value, date):
        return {"before": (None, value), "on": (value, value + one), "after": (value + one, None)}[key]
    days = timedelta(days=value)
    return {
        "more_than_ago": (None, today - days),
        "within_last": (today - days, today + one),
        "within_next": (today, today + days + one),
        "more_than_ahead": (today + days + one, None),
    }[key]


def _midnight(on: date) -> datetime:
    """The beginning of that day where the reader is."""
    return timezone.make_aware(datetime.combine(on, time()))
