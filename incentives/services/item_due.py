"""The day from which something of a plan's item is to be given next, kept with it (DOMAIN 3.13, 8.1)."""

from collections.abc import Iterable

from incentives import given_items
from incentives.models import PlanItem


def refresh(items: Iterable[PlanItem]) -> None:
    """For every verb after which another payment is the next: it follows from terms and ledger."""
    rows = list(items)
    given = given_items.of(rows)
    for row in rows:
        day = given_items.next_on(row, given[row.pk])
        if day != row.next_on:
            row.next_on = day
            PlanItem.objects.filter(pk=row.pk).update(next_on=day)
