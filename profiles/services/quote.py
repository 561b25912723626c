"""Prices that a KOL asks (DOMAIN 3.2): rows of the file, replaced as a whole by form or PUT."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol, Quote

EDITABLE = ("what", "amount", "currency", "on")


CENTS = Decimal("0.01")


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns among the values; 15000 and 15000.00 are the same amount."""
    known = {name: values[name] for name in EDITABLE if name in values}
    if isinstance(known.get("amount"), Decimal):
        known["amount"] = known["amount"].quantize(CENTS)
    return known


def build(kol: Kol, values: Mapping[str, Any]) -> Quote:
    """A quote, not yet saved."""
    return Quote(kol=kol, **_known(values))


def insert(actor: Actor, quote: Quote) -> Quote:
    """Save a built quote. Raises ``ValidationError`` keyed by field."""
    return history.create(actor, quote, root=quote.kol_id)


def apply(actor: Actor, quote: Quote, values: Mapping[str, Any]) -> Quote:
    """Change a quote; the caller sees to the file's version."""
    return history.save_child(actor, quote, _known(values), root=quote.kol_id)


def drop(actor: Actor, quote: Quote) -> None:
    """Take a quote off the file; it stays in the history."""
    history.remove(actor, quote, root=quote.kol_id)
