"""What resources offer for Today: slots to use soon, and past ones not marked used (DOMAIN 5.5, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.due import DueRow, DueSource
from lifecycle.models import Booking

KIND = "resource"
LONGEST_WHY = 90


def _bookings(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Booking.objects.due_for(user).open().filter(due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def why(row: Booking, day: date) -> str:
    """Runs 28 Nov: Home page; or that it is over and nobody said that it was used."""
    ends_on = wording.day_words(row.slot.ends_on, "plain", day, wording.babel_locale())
    if row.slot.ends_on < day:
        told = {"slot": row.slot, "day": ends_on}
        return _("%(slot)s was over %(day)s: was it used?") % told
    if row.slot.starts_on < day:
        return _("%(slot)s runs until %(day)s: is it in use?") % {"slot": row.slot, "day": ends_on}
    begins = wording.day_words(row.slot.starts_on, "plain", day, wording.babel_locale())
    return _("%(slot)s runs on %(day)s") % {"slot": row.slot, "day": begins}


def _rows(user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _bookings(user, until, without).select_related("kol", "slot").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{KIND}:{row.pk}",
            kind=KIND,
            icon="megaphone",
            kind_label=_("Resource"),
            subject=row.kol,
            why=Truncator(why(row, day)).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Mark used"),
            detail_url=reverse("lifecycle:booking-detail", args=[row.pk]),
        )
        for row in found
    ]


BOOKINGS = DueSource(label=gettext_lazy("Resources"), rows=_rows, waiting=_bookings)
