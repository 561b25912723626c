"""Where the money of an entry stands: derived from its payouts, its reversal and the stop (DOMAIN 6.3)."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models import Entry, Payout

DUE, SENT, PAID, FAILED, REVERSED, HELD = "due", "sent", "paid", "failed", "reversed", "held"
STATES = (
    (DUE, pgettext_lazy("payout", "Due")),
    (SENT, _("With the payer")),
    (PAID, pgettext_lazy("payout", "Paid")),
    (FAILED, pgettext_lazy("payout", "Failed")),
    (REVERSED, pgettext_lazy("ledger", "Reversed")),
)
WORDS = dict(STATES)
_UNREVERSED = Q(reversal=None)
# Of rows ``with_payout``: which stand so. Held is what is neither paid nor reversed, while a stop stands.
CONDITIONS = {
    DUE: Q(_UNREVERSED, payout_state=Payout.State.DUE, payout_batch=None),
    SENT: Q(_UNREVERSED, payout_state=Payout.State.DUE, payout_batch__isnull=False),
    PAID: Q(_UNREVERSED, payout_state=Payout.State.PAID),
    FAILED: Q(_UNREVERSED, payout_state=Payout.State.FAILED),
    REVERSED: ~_UNREVERSED,
    HELD: Q(_UNREVERSED, payout_state__in=[Payout.State.DUE, Payout.State.FAILED], is_held=True),
}


@dataclass(frozen=True)
class Standing:
    """The last payout of an entry, and where its money stands."""

    state: str
    last: Payout

    @property
    def words(self):
        return WORDS[self.state]


def derived(state: str, *, in_batch: bool, is_reversed: bool) -> str:
    """``state`` of the last payout, in the words of ``STATES``; pure."""
    if is_reversed:
        return REVERSED
    return SENT if state == Payout.State.DUE and in_batch else state


def of(entry: Entry) -> Standing | None:
    """None of what is not paid out: goods, reversals."""
    last = Payout.objects.filter(entry=entry).select_related("batch").order_by("-number").first()
    if last is None:
        return None
    is_reversed = Entry.objects.filter(reversal_of=entry).exists()
    return Standing(derived(last.state, in_batch=last.batch_id is not None, is_reversed=is_reversed), last)


def of_row(row: Entry) -> str:
    """The same of a row ``with_payout`` whose reversal is at hand; empty of what is not paid out."""
    if not row.payout_state:
        return ""
    in_batch = row.payout_batch is not None
    return derived(row.payout_state, in_batch=in_batch, is_reversed=hasattr(row, "reversal"))
