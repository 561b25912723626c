"""Exposure of a stopped KOL: given − value returned + still committed, part by part (DOMAIN 5.6)."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.score import Part, Score
from profiles.models import Kol

GIVEN, RETURNED, COMMITTED = "given", "returned", "committed"
SIDES = {
    GIVEN: _("Given"),
    RETURNED: _("Value returned"),
    COMMITTED: _("Still committed"),
}
NONE_YET = _("incentives not recorded yet")

# Apps hand in their parts, in the installation's currency. "given", "returned" and "committed" are those
# of the incentives; the key of any other begins with its side, as "committed.slots". A value None is
# unknown and says in its note what is missing.
Source = Callable[[Kol], Iterator[Part]]
sources: ExtensionPoint[Source] = ExtensionPoint("exposure")


def side_of(part: Part) -> str:
    return part.key.split(".")[0]


def of(kol: Kol) -> Score:
    """Unknown while any part is: what the incentives do not hand in is named as missing, never taken as 0."""
    return reckon([part for source in sources for part in source(kol)])


def reckon(told: list[Part]) -> Score:
    """The sum over the parts; pure."""
    sides = {part.key for part in told}
    lacking = [Part(side, label, None, note=NONE_YET) for side, label in SIDES.items() if side not in sides]
    parts = tuple(sorted([*told, *lacking], key=lambda part: list(SIDES).index(side_of(part))))
    missing = tuple(part.key for part in parts if part.value is None)
    if missing:
        return Score(None, parts, missing)
    value = sum((_signed(part) for part in parts), Decimal(0))
    return Score(value, parts)


def _signed(part: Part) -> Decimal:
    amount = Decimal(str(part.value))
    return -amount if side_of(part) == RETURNED else amount
