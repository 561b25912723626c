"""Which occasions of which files come round within some days: one source a kind, each asked for many files.

DOMAIN 7.1. ``entering`` names the files for which a kind has a day within the span, from indexes alone;
``of`` tells the occasions of given files, in a fixed number of queries. Neither writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Min

from incentives.models import Greeting
from incentives.models.greeting import ONCE
from incentives.services import milestone
from kol_crm.core.clock import local_day
from kol_crm.core.lunar import LunarRangeError
from kol_crm.core.occurrence import LUNAR, OccurrenceRules, PartialDay, natural_year, occurrence_in
from lifecycle.models import Stay
from profiles.models import ImportantDate, Kol, LifeEvent, Stage
from profiles.services import birthday, festival

Kind = Greeting.Occasion
DRAFT_DAYS = 3
AHEAD = timedelta(days=DRAFT_DAYS)
ZONES = timedelta(days=1)  # a local day differs from the installation's by at most one
OLDEST_STAY = 60  # years
LONGEST_MONTH = timedelta(days=31)


class Span(NamedTuple):
    """Days, both counted."""

    first: date
    last: date

    @property
    def today(self) -> date:
        """The installation's day, of a span that reaches as far as drafts are made."""
        return self.last - AHEAD - ZONES

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Coming:
    """An occasion of a file, drafted from ``drafted_from`` on; ``by_operator``: never sent by itself.

    ``number`` is of years or followers, ``what`` the words of a person.
    """

    occasion: str
    on: date
    year: int
    about: str = ""
    what: str = ""
    number: int = 0
    drafted_from: date = date.min
    by_operator: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.occasion, self.about, self.year)


Found = Iterator[tuple[UUID, Coming]]


@dataclass(frozen=True)
class Source:
    entering: Callable[[Span, OccurrenceRules], Iterable[UUID]]
    of: Callable[[Mapping[UUID, Kol], Span, OccurrenceRules], Found]
    each_tick: bool = True  # else only marked files are looked at between two nights


def of(kols: Mapping[UUID, Kol], span: Span, rules: OccurrenceRules) -> dict[UUID, list[Coming]]:
    """All occasions of these files within the span, days that a draft stands before included."""
    found: dict[UUID, list[Coming]] = {pk: [] for pk in kols}
    for source in SOURCES:
        for kol_id, one in source.of(kols, span, rules):
            drafted_from = one.drafted_from if one.drafted_from > date.min else one.on - AHEAD
            found[kol_id].append(replace(one, drafted_from=drafted_from))
    return found


def entering(span: Span, rules: OccurrenceRules, *, full: bool) -> set[UUID]:
    """Files with a day of any kind within the span; ``full``: also of kinds that a tick goes by marks for."""
    return {pk for source in SOURCES if full or source.each_tick for pk in source.entering(span, rules) if pk}


def _born(span: Span, _rules: OccurrenceRules) -> Iterable[UUID]:
    return Kol.objects.filter(next_birthday__range=span).values_list("pk", flat=True)


def _birthdays(kols: Mapping[UUID, Kol], _span: Span, _rules: OccurrenceRules) -> Found:
    """The stored next birthday, for as long as it has not been rolled on."""
    for kol in kols.values():
        if kol.next_birthday is not None:
            year = natural_year(birthday.partial_day(kol), kol.next_birthday)
            yield kol.pk, Coming(Kind.BIRTHDAY.value, kol.next_birthday, year)


def _noted(span: Span, _rules: OccurrenceRules) -> Iterable[UUID]:
    return ImportantDate.objects.filter(greet=True, next_on__range=span).values_list("kol_id", flat=True)


def _dates(kols: Mapping[UUID, Kol], span: Span, rules: OccurrenceRules) -> Found:
    """Important dates and festivals, from their facts: one whose next day was rolled on is not missed."""
    for row in ImportantDate.objects.filter(kol__in=kols, greet=True, month__isnull=False, day__isnull=False):
        for year in _years(row, span):
            on = occurrence_in(row.partial, year, rules)
            if on is None or not span.holds(on) or on < _noted_on(row, kols[row.kol_id]):
                continue
            if row.festival:
                yield row.kol_id, Coming(Kind.FESTIVAL.value, on, year, row.festival)
            else:
                once = year if row.yearly else ONCE
                yield row.kol_id, Coming(Kind.DATE.value, on, once, row.pk.hex, row.what)


def _years(row: ImportantDate, span: Span) -> list[int]:
    if not row.yearly:
        return [row.year] if row.year else []
    try:
        first, last = natural_year(row.partial, span.first), natural_year(row.partial, span.last)
    except LunarRangeError:
        return []
    return list(range(first, last + 1))


def _noted_on(row: ImportantDate, kol: Kol) -> date:
    """What was over when it was written down was not missed."""
    return local_day(row.created_at, birthday.zone_of(kol))


def _joined(span: Span, rules: OccurrenceRules) -> Iterable[UUID]:
    days = [
        day for year in range(span.first.year - OLDEST_STAY, span.last.year) for day in _same_days(span, year)
    ]
    days = [day for day in days if _anniversary(day, span, rules)]
    stays = Stay.objects.filter(stage=Stage.INITIAL, since__in=days)
    return stays.values_list("kol_id", flat=True)


def _same_days(span: Span, year: int) -> Iterator[date]:
    """Days of ``year`` whose anniversary may lie in the span: a day around it is looked at, too."""
    for offset in range(-1, (span.last - span.first).days + 2):
        day = span.first + timedelta(days=offset)
        try:
            yield day.replace(year=year)
        except ValueError:
            continue
    if (span.first - timedelta(days=3)).month <= 2 <= (span.last + timedelta(days=3)).month:
        try:
            yield date(year, 2, 29)
        except ValueError:
            return


def _anniversary(since: date, span: Span, rules: OccurrenceRules) -> date | None:
    """The anniversary of a day within the span, from the first year on."""
    for year in range(span.first.year, span.last.year + 1):
        on = occurrence_in(PartialDay("solar", month=since.month, day=since.day), year, rules)
        if on is not None and year > since.year and span.holds(on):
            return on
    return None


def _anniversaries(kols: Mapping[UUID, Kol], span: Span, rules: OccurrenceRules) -> Found:
    """Of the first day in initial."""
    stays = Stay.objects.filter(kol__in=kols, stage=Stage.INITIAL).order_by().values("kol_id")
    for row in stays.annotate(first=Min("since")):
        on = _anniversary(row["first"], span, rules)
        if on is not None:
            number = on.year - row["first"].year
            yield row["kol_id"], Coming(Kind.ANNIVERSARY.value, on, on.year, number=number)


def _happening(span: Span, _rules: OccurrenceRules) -> Iterable[UUID]:
    rows = LifeEvent.objects.all().open().filter(greet=True, next_on__range=span)
    return rows.values_list("kol_id", flat=True)


def _events(kols: Mapping[UUID, Kol], span: Span, _rules: OccurrenceRules) -> Found:
    """On its day; of one whose day is unknown the draft waits for its operator until the month is over."""
    rows = LifeEvent.objects.all().open().filter(kol__in=kols, greet=True)
    for row in rows.filter(next_on__range=(span.first - LONGEST_MONTH, span.last)):
        first = row.next_on
        if first is None:
            continue
        on = first if row.day else _end_of_month(first, row.calendar)
        if on >= span.first:
            one = Coming(Kind.EVENT.value, on, ONCE, row.pk.hex, row.what, by_operator=row.day is None)
            yield row.kol_id, replace(one, drafted_from=first - AHEAD)


def _end_of_month(first: date, calendar: str) -> date:
    """The last day of the month that begins on ``first``; of a lunar one the 29th, which each has."""
    if calendar == LUNAR:
        return first + timedelta(days=28)
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _grew(span: Span, _rules: OccurrenceRules) -> Iterable[UUID]:
    return milestone.files(span.today)


def _milestones(kols: Mapping[UUID, Kol], span: Span, _rules: OccurrenceRules) -> Found:
    """A draft for the day after it was found: there is no other day it belongs to."""
    day = span.today
    for kol_id, number in milestone.of(kols, day):
        on = day + timedelta(days=1)
        one = Coming(Kind.MILESTONE.value, on, ONCE, str(number), number=number)
        yield kol_id, replace(one, drafted_from=day - timedelta(days=2))


SOURCES: Sequence[Source] = (
    Source(_born, _birthdays),
    Source(_noted, _dates),
    Source(_joined, _anniversaries),
    Source(_happening, _events),
    Source(_grew, _milestones, each_tick=False),
)


def words(one: Coming, language: str) -> str:
    """What it is about, in words of the greeting's language."""
    match one.occasion:
        case Kind.FESTIVAL:
            return festival.name_of(one.about, language)
        case Kind.ANNIVERSARY:
            return years_words(one.number, language)
        case Kind.MILESTONE:
            return milestone.words(one.number, language)
    return one.what


def years_words(number: int, language: str) -> str:
    if language.startswith("zh"):
        return f"{number} 年"
    return f"{number} year" if number == 1 else f"{number} years"
