"""What the ledger hands to the floors below: its tables are append-only, its rows follow their file."""

from django.utils.translation import gettext_lazy as _

from incentives.models import Entry, ExchangeRate, Payout, PayoutBatch
from kol_crm.core import append_only
from profiles.services import links

APPEND_ONLY = {Entry: ("kol_id",), ExchangeRate: (), Payout: (), PayoutBatch: ()}


def register() -> None:
    for model, movable in APPEND_ONLY.items():
        append_only.tables.register(model._meta.db_table, movable)
    links.facts.register(Entry._meta.label, Entry)
    links.words.register(Entry._meta.label, _("Ledger"))
