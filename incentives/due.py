"""What incentives offers for Today: greetings that wait for their operator (DOMAIN 7.3, 8.1)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Replace
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import greeting_words
from incentives.models import Greeting
from incentives.services.greeting import OPEN
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from profiles.models import Kol

KIND = "greeting"


def _due(user, until: date, without: Collection[str] = ()):
    files = Kol.objects.active().filter(owner=user)
    rows = Greeting.objects.filter(kol__in=files, state__in=OPEN, on__lte=until)
    return narrowed(rows, without)


def dates_elsewhere(rows: QuerySet) -> QuerySet:
    """Important dates leave Today to their greeting while it waits."""
    row = Replace(Cast(OuterRef("pk"), CharField()), Value("-"), Value(""))
    waiting = Greeting.objects.filter(kol=OuterRef("kol"), occasion=Greeting.Occasion.DATE, state__in=OPEN)
    return rows.exclude(Exists(waiting.filter(about=row)))


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    found = _due(user, until, without).select_related("kol", "send").order_by("on", "id")[:limit]
    return (
        DueRow(
            key=f"{KIND}:{greeting.pk}",
            kind=KIND,
            icon=greeting_words.icon(greeting),
            kind_label=greeting_words.label(greeting),
            subject=greeting.kol,
            why=greeting_words.why(greeting),
            due=greeting.on,
            action=_("Check") if greeting_words.is_uncertain(greeting) else _("Send"),
            detail_url=address_of("incentives:greeting-detail", greeting.pk),
        )
        for greeting in found
    )


# calendars have the birthdays themselves
GREETINGS = DueSource(label=gettext_lazy("Greetings"), rows=_rows, waiting=_due, in_calendar=False)
