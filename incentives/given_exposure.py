"""What the ledger and running plans add to the exposure of a stopped KOL (DOMAIN 5.6)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from incentives import given_items, rates, totals
from incentives.models import Entry, IncentivePlan, PlanItem
from kol_crm.core import installation
from kol_crm.core.clock import now
from kol_crm.core.score import Part
from lifecycle import exposure
from profiles.models import Kol

NO_RATE = _("in a currency without a rate")
OPEN = _("an item without an amount")


def given(kol: Kol) -> Iterator[Part]:
    """Entries net of reversals, as converted; unknown while one of them is not."""
    found = totals.of(Entry.objects.costs().filter(kol=kol))
    base = installation.currency()
    is_whole = not any(one.unconverted for one in found.currencies) and set(found.converted) <= {base}
    value = found.converted.get(base, Decimal(0)) if is_whole else None
    yield Part(exposure.GIVEN, _("Money and gifts given"), value, note="" if is_whole else NO_RATE)
