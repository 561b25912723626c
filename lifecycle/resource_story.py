"""Resources in the story of a file: booked, used, cancelled (DOMAIN 5.5)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.models import Booking
from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "resource"
ACTS: dict[str, Any] = {
    "created_at": lambda row: (_("Slot booked"), row.what_for, row.author),
    "used_at": lambda row: (_("Slot used"), "", row.used_by),
    "cancelled_at": lambda row: (_("Booking cancelled"), row.why, row.cancelled_by),
}


def _of(kol: Kol, column: str) -> QuerySet:
    return Booking.objects.filter(kol=kol, **{f"{column}__isnull": False}).annotate(at=F(column))


def _entries(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    locale = wording.babel_locale()
    for column, told in ACTS.items():
        rows = _of(kol, column).select_related("slot", "author", "used_by", "cancelled_by")
        for row in older(rows, before, limit):
            title, body, who = told(row)
            yield Entry(
                at=row.at,
                id=row.pk,
                kind=KIND,
                icon="megaphone",
                title=title,
                note=f"{row.slot} · {wording.money(row.value, row.currency, locale)}",
                body=body,
                who=who,
                url=reverse("lifecycle:booking-detail", args=[row.pk]),
            )


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = sorted(_entries(kol, before, limit), key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _told(kol: Kol) -> list[QuerySet]:
    return [Booking.objects.filter(kol=kol, **{f"{column}__isnull": False}) for column in ACTS]


STORY = TimelineSource(gettext_lazy("Resources"), _load, _told)
