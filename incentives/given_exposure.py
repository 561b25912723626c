"""What the ledger and running plans add to the exposure of a stopped KOL (DOMAIN 5.6)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from incentives import given_items, rates, totals
from incentives.models import Entry, IncentivePlan, Pay, PlanItem
from kol_crm.core import installation
from kol_crm.core.score import Part
from lifecycle import exposure
from profiles.models import Kol

NO_RATE = _("in a currency without a rate")
OPEN = _("nobody can say what one of them comes to")


def given(kol: Kol) -> Iterator[Part]:
    """Entries net of reversals, as converted; unknown while one of them is not."""
    found = totals.of(Entry.objects.costs().filter(kol=kol))
    base = installation.currency()
    is_whole = not any(one.unconverted for one in found.currencies) and set(found.converted) <= {base}
    value = found.converted.get(base, Decimal(0)) if is_whole else None
    yield Part(exposure.GIVEN, _("Money and gifts given"), value, note="" if is_whole else NO_RATE)


def committed(kol: Kol) -> Iterator[Part]:
    """What running plans still say, at the latest rate; unknown without one, or where no sum is named of
    what is paid by result or as a share.
    """
    rows = PlanItem.objects.filter(plan__kol=kol, plan__state=IncentivePlan.State.ACTIVE)
    items = list(rows)
    standing = given_items.of(items)
    known = rates.load({item.currency for item in items if item.currency})
    sums, note = Decimal(0), ""
    for item in items:
        left = standing[item.pk].left
        if left is None and (item.currency or item.pay == Pay.SHARE):
            note = OPEN
        elif left:
            worth = known.convert(left, item.currency, date.max)
            sums, note = (sums, NO_RATE) if worth is None else (sums + worth, note)
    yield Part(
        exposure.COMMITTED, _("Items of running plans not given yet"), None if note else sums, note=note
    )
