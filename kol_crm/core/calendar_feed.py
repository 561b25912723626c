"""One's dates as a calendar to subscribe to: all that stands on Today, further ahead (DOMAIN 8.1)."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kol_crm.core import clock, due, ical, installation, policy, staff_mail
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.feeds import FeedKind
from kol_crm.core.ical import Day
from kol_crm.core.memory import once
from kol_crm.core.models import Feed, User

AHEAD = timedelta(days=366)
MOST = 500  # of a kind

# Days that Today does not know so far ahead: (user, first day, last day) → days.
sources: ExtensionPoint[Callable[[User, date, date], Iterable[Day]]] = ExtensionPoint("calendar")


def write(feed: Feed, now: datetime) -> str:
    """The calendar of the feed's user, in their language and by their day."""
    user, zone = feed.user, staff_mail.zone_of(feed.user)
    day = clock.local_day(now, zone)
    with staff_mail.words_of(user):
        return ical.written(
            sorted(_days(user, day), key=lambda one: (one.on, one.uid)),
            name=installation.name() or "KOL CRM",
            zone=zone,
            language=(user.language or settings.LANGUAGE_CODE).partition("-")[0],
            domain=f"{settings.INSTANCE_NAME}.kol-crm",
            now=now,
        )


def _days(user: User, day: date) -> Iterator[Day]:
    """What waits for the user up to a year ahead, of files they see at this moment; what is late too."""
    until = day + AHEAD
    counts = due.counted_by_kind(_counting(user, until))
    for name, source in due.sources.items():
        for row in source.rows(user, day, until, MOST, ()) if counts[name] else ():
            yield Day(
                uid=row.key,
                on=row.due,
                title=_("%(kind)s: %(who)s") % {"kind": row.kind_label, "who": row.subject or row.why},
                words=row.why,
                url=settings.BASE_URL + row.detail_url,
                category=str(row.kind_label),
            )
    for days in sources:
        yield from days(user, day, until)


# Calendars are read every few minutes and change seldom: which kinds have days at all is asked in one
# statement, whose text is kept for who sees the same, as Today's is.
_statements: dict[Hashable, due.Statement | None] = {}
MOST_STATEMENTS = 500


def _counting(user: User, until: date) -> due.Statement | None:
    """Asks of which kinds this user has any day until then."""
    if user.sees_beyond:
        return _written(user, until)
    key = (*user.sight, until, policy.remembered().number, *(id(source) for source in due.sources))
    return once(_statements, key, lambda: _written(user, until), MOST_STATEMENTS)


def _written(user: User, until: date) -> due.Statement | None:
    told = [(name, source) for name, source in due.sources.items() if source.in_calendar]
    return due.counts_statement(((name, source.waiting(user, until, ())) for name, source in told), 1)


CALENDAR = FeedKind(
    label=pgettext_lazy("feed", "Calendar"),
    help=gettext_lazy(
        "Your reviews, follow-ups, promises, birthdays, agreements that end and plan items as days with an "
        "alarm, for the calendar of your phone or computer. It names KOLs; it holds no contact data."
    ),
    icon="calendar-days",
    name="calendar.ics",
    content_type="text/calendar; charset=utf-8",
    write=write,
)
