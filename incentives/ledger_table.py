"""The ledger as a table to take away: all that match, with the running total of each row (DOMAIN 6.3)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives import payouts, running
from incentives.models import Entry
from kol_crm.core.lists import Listing
from profiles.importing.writing import Written, written

KINDS = ("csv", "xlsx")
MOST = 20_000
HEADINGS = (
    *("entry", "kol", "plan", "what", "kind", "form", "given on", "amount", "currency", "running total"),
    *("converted", "converted to", "rate", "rate of", "payout", "reversal of", "note", "entered by"),
)


def of(listing: Listing, kind: str) -> Written:
    """As ``csv`` or ``xlsx``, in the order of the list; formulas are defused.

    Raises ``ValidationError`` keyed ``rows`` beyond ``MOST``.
    """
    sign = "-" if listing.order.descending else ""
    # by their keys: a filter that joins doubles no row
    matching = Entry.objects.filter(pk__in=listing.matching.order_by().values("pk")).for_list().with_payout()
    ordered = matching.order_by(f"{sign}{listing.order.sort.column}", f"{sign}pk")
    rows = list(ordered[: MOST + 1])
    if len(rows) > MOST:
        words = _("At most %(most)d rows are taken away at once. Narrow the list.")
        raise ValidationError({"rows": words % {"most": MOST}})
    totals = running.added_up(rows[::-1] if listing.order.descending else rows, {})
    return written(kind, HEADINGS, [_cells(row, totals[row]) for row in rows])


def _cells(row: Entry, total: Decimal) -> list[str]:
    return [
        str(row.pk),
        row.kol.name,
        row.item.plan.title if row.item else "",
        row.what,
        row.get_kind_display(),
        row.get_form_display(),
        row.given_on.isoformat(),
        _number(row.amount),
        row.currency,
        _number(total),
        _number(row.converted),
        row.converted_to if row.converted is not None else "",
        _number(row.rate),
        row.rate_on.isoformat() if row.rate_on else "",
        str(payouts.WORDS.get(payouts.of_row(row), "")),
        str(row.reversal_of_id or ""),
        row.note,
        str(row.author or ""),
    ]


def _number(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")
