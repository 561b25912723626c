"""A version of the policy matrix as a table, a row for each stage and level (DOMAIN 6.1)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from incentives.models import IncentivePolicy, Kind
from incentives.services.policy import STAGES
from kol_crm.core import installation
from profiles.models import Level, Stage


def head() -> tuple[str, ...]:
    amounts = (_("Ceiling a quarter"), _("Usual a quarter"), _("Currency"))
    return (_("Stage"), _("Level"), *amounts, *(str(kind.label) for kind in Kind), _("KOLs in this cell"))


def rows(policy: IncentivePolicy, counts: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """``counts``: KOLs by ``stage.level``. A kind that is given says 1."""
    found = []
    for stage in STAGES:
        for level in Level:
            cell = policy.cells.get(f"{stage}.{level.value}") or {"kinds": (), "ceiling": "0"}
            given = ["1" if kind.value in cell["kinds"] else "" for kind in Kind]
            amounts = (cell["ceiling"], cell.get("usual"), policy.currency or installation.currency())
            kols = counts.get(f"{stage}.{level.value}", 0)
            found.append((Stage(stage).label, level.label, *amounts, *given, kols))
    return found
