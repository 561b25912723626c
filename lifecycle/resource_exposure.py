"""What slots add to the exposure of a stopped KOL: used is given, booked is committed (DOMAIN 5.6)."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from kol_crm.core import installation
from kol_crm.core.score import Part
from lifecycle import exposure
from lifecycle.models import Booking
from profiles.models import Kol

SIDES = {
    Booking.State.USED: (exposure.GIVEN, _("Slots used")),
    Booking.State.BOOKED: (exposure.COMMITTED, _("Slots booked")),
}
NO_RATE = _("in another currency")


def parts(kol: Kol) -> Iterator[Part]:
    """At list value; nothing where there is no booking, unknown where one has another currency."""
    rows = Booking.objects.standing().filter(kol=kol).values_list("state", "currency").annotate(Sum("value"))
    sums: dict[str, Decimal | None] = {}
    for state, currency, value in rows.order_by("state", "currency"):
        known = sums.get(state, Decimal(0))
        sums[state] = known + value if known is not None and currency == installation.currency() else None
    for state, value in sums.items():
        side, label = SIDES[Booking.State(state)]
        yield Part(f"{side}.slots", label, value, note=NO_RATE if value is None else "")
