"""Resources in the story of a file: booked, used, cancelled (DOMAIN 5.5)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.models import Booking
from profiles.acts import Act, Words, story
from profiles.models import Kol

KIND, ICON = "resource", "megaphone"


def _bookings(kol: Kol) -> QuerySet:
    return Booking.objects.filter(kol=kol).select_related("slot", "author", "used_by", "cancelled_by")


def _words(row: Booking, title: Any, body: str, who: Any) -> Words:
    note = f"{row.slot} · {wording.money(row.value, row.currency, wording.babel_locale())}"
    return Words(title, note, body, who, reverse("lifecycle:booking-detail", args=[row.pk]))


def _booked(row: Booking) -> Words:
    return _words(row, _("Slot booked"), row.what_for, row.author)


def _used(row: Booking) -> Words:
    return _words(row, _("Slot used"), "", row.used_by)


def _cancelled(row: Booking) -> Words:
    return _words(row, _("Booking cancelled"), row.why, row.cancelled_by)


STORY = story(
    KIND,
    gettext_lazy("Resources"),
    (
        Act(_bookings, "created_at", ICON, _booked),
        Act(_bookings, "used_at", ICON, _used),
        Act(_bookings, "cancelled_at", ICON, _cancelled),
    ),
)
