"""What of a batch still goes to whoever pays, and what no longer does (DOMAIN 6.3, 5.6)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from incentives import payouts
from incentives.models import Entry, Payout, PayoutBatch
from incentives.services import plan_items
from lifecycle import stops


@dataclass(frozen=True)
class Sheet:
    """The entries of a batch that are to be paid, and those left out of its file, each with why."""

    rows: list[Entry]
    left_out: dict[UUID, str]


def sheet(batch: PayoutBatch) -> Sheet:
    """As it stands now: what was paid, failed, reversed or sent anew since is left out, and what is held."""
    handed = Entry.objects.filter(payouts__batch=batch, payouts__state=Payout.State.DUE)
    found = Sheet([], {})
    for row in handed.with_payout().select_related("kol", "reversal").order_by("given_on", "pk"):
        why = _why_not(row, batch)
        if why:
            found.left_out[row.pk] = why
        else:
            found.rows.append(row)
    return found


def to_send(batch: PayoutBatch) -> Sheet:
    """The same for the table that goes out: under the locks of the files, so that no stop is missed."""
    with transaction.atomic():
        files = Entry.objects.filter(payouts__batch=batch).order_by().values_list("kol", flat=True)
        stops.standing_of(set(files))
        return sheet(batch)


def _why_not(row: Entry, batch: PayoutBatch) -> str:
    state = payouts.of_row(row)
    if state != payouts.SENT:
        return str(payouts.WORDS[state])
    if row.payout_batch != batch.number:
        return _("in batch %(number)d") % {"number": row.payout_batch}
    if row.is_held:
        return _("held by a stop")
    return "" if plan_items.may_get_money(row.kol) else plan_items.no_money()
