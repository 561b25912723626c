"""What resources offer for Today: slots to use soon, and past ones not marked used (DOMAIN 5.5, 8.1)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import Booking

KIND = "resource"


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


BOOKINGS = of_files(
    KIND,
    gettext_lazy("Resources"),
    "megaphone",
    rows=lambda user: Booking.objects.due_for(user).open(),
    column="due_on",
    why=why,
    action=gettext_lazy("Mark used"),
    page=page_of("lifecycle:booking-detail"),
    kind_label=gettext_lazy("Resource"),
    joins=("slot",),
)
