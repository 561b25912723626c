"""The policy matrix as it is being edited: all cells, one of them open."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incentives.models import IncentivePolicy, Kind
from incentives.services.policy import KEYS, read

START = KEYS[len(KEYS) // 2]  # mid-term × mid


class SaveForm(forms.Form):
    """What a new version says beside its cells."""

    from_day = forms.DateField(
        label=_("In force from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PolicyDraft:
    """What was typed: per cell its kinds and amounts as text; ``cell`` is the one that is open."""

    def __init__(self, policy: IncentivePolicy | None, data: QueryDict | None = None, cell: str = ""):
        self.base = policy.number if policy else 0
        self.cells: dict[str, dict[str, Any]] = {
            key: dict((policy.cells if policy else {}).get(key) or {"kinds": [], "usual": "", "ceiling": "0"})
            for key in KEYS
        }
        self.cell = cell if cell in KEYS else START
        if data is not None:
            self._take(data)

    def _take(self, data: QueryDict) -> None:
        base = data.get("base", "")
        self.base = int(base) if base.isdecimal() and len(base) < 9 else 0
        for key in KEYS:
            if f"{key}.ceiling" in data:
                self.cells[key] = {
                    "kinds": [
                        kind for kind in data.get(f"{key}.kinds", "").split(",") if kind in Kind.values
                    ],
                    "usual": data.get(f"{key}.usual", ""),
                    "ceiling": data.get(f"{key}.ceiling", ""),
                }
        opened = data.get("cell", "")
        if opened in KEYS:
            self.cell = opened
            self.cells[opened] = {
                "kinds": [kind for kind in data.getlist("kinds") if kind in Kind.values],
                "usual": data.get("usual", "").strip(),
                "ceiling": data.get("ceiling", "").strip(),
            }
        wanted = data.get("go", "")
        if wanted in KEYS:
            self.cell = wanted

    def changed(self, standing: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The cells that differ from those of the version."""
        return {
            key: cell for key, cell in self.cells.items() if _bare(cell) != _bare(standing.get(key) or {})
        }


def _bare(cell: Mapping[str, Any]) -> tuple:
    return (
        frozenset(cell.get("kinds") or ()),
        str(cell.get("usual") or ""),
        str(cell.get("ceiling") or ""),
    )


def problems_of(draft: PolicyDraft) -> dict[str, list]:
    """Everything wrong with the amounts, keyed ``cells.mid_term.mid.ceiling``."""
    return read(draft.cells)[1]
