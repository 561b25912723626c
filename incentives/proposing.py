"""What the verdict of a file proposes to give, within the policy (DOMAIN 3.7, 6.1)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from incentives import judging, verdict_words
from incentives.models import IncentivePolicy, Kind
from incentives.rules.proposal import DRIFTING, propose
from kol_crm.core import installation
from profiles.models import Kol, Need


@dataclass(frozen=True)
class Proposed:
    kind: str
    label: Any
    why: str
    need: Need | None

    def as_json(self) -> dict[str, Any]:
        need = None if self.need is None else self.need.pk
        return {"kind": self.kind, "why": self.why, "need": need}


def of(kol: Kol, day: date) -> Proposed | None:
    """The kind, and why; two queries for who is drifting, none for others."""
    if kol.verdict != DRIFTING:
        return None
    cell = judging.cell_of(IncentivePolicy.objects.in_force(day), kol.stage, kol.level)
    needs = list(Need.objects.open().filter(kol=kol).order_by("created_at", "id"))
    found = propose(kol.verdict, cell, [need.kind for need in needs])
    if found is None or cell is None:
        return None
    need = None if found.need is None else needs[found.need]
    parts = [_("Drifting: strong elsewhere, weak here")]
    if need is not None:
        parts.append(_("answers the need “%(need)s”") % {"need": need.what})
    parts.append(_("allowed at %(where)s") % {"where": verdict_words.place(kol.stage, kol.level)})
    if cell.usual:
        usual = verdict_words.money(cell.usual, installation.currency())
        parts.append(_("usual %(amount)s a quarter") % {"amount": usual})
    return Proposed(found.kind, Kind(found.kind).label, " · ".join(parts), need)
