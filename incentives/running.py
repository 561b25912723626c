"""The running total beside an entry: what its currency comes to up to it (DOMAIN 6.3)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q

from incentives.models import Entry
from kol_crm.core import exact
from kol_crm.core.lists import Listing


def beside(listing: Listing) -> dict[Entry, Decimal]:
    """Of the rows of one page: over all that match, by the day of the list's order, of one currency each.

    Exact, in one query; reversals take off. The pages before count, whichever way the list is read.
    """
    column, rows = listing.order.sort.column, listing.rows
    upwards = rows[::-1] if listing.order.descending else rows
    if not upwards:
        return {}
    first = upwards[0]
    value = getattr(first, column)
    earlier = Q(**{f"{column}__lt": value}) | Q(**{column: value, "pk__lt": first.pk})
    matching = Entry.objects.filter(pk__in=listing.matching.order_by().values("pk"))
    sums = matching.filter(earlier).order_by().values("currency").annotate(units=exact.total("amount"))
    return added_up(upwards, {row["currency"]: exact.amount(row["units"]) for row in sums})


def added_up(upwards: Sequence[Entry], before: dict[str, Decimal]) -> dict[Entry, Decimal]:
    """``upwards``: the earliest first."""
    sums, found = dict(before), {}
    for row in upwards:
        found[row] = sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    return found
