"""Figures that a table brings for days in which a file held the account that the importer may not edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kol_crm.core.models import User
from profiles.importing.settling import Clash
from profiles.services import others_days

if TYPE_CHECKING:
    from profiles.services.matching import Case


def of(user: User | None, cases: Iterable[Case]) -> set[others_days.Span]:
    """Such figures' days; none for the software itself. One query, a second where accounts changed hands."""
    spans = [
        (case.account.pk, figure.start, figure.end)
        for case in cases
        if case.account
        for row in case.rows
        for figure in row.figures
    ]
    return others_days.among(user, spans) if user is not None and spans else set()


def leave(case: Case, foreign: set[others_days.Span]) -> None:
    """They are not taken in, and the report says so: what stands there is not the importer's to see (2.2)."""
    if case.account is None or not foreign:
        return
    for row in case.rows:
        left = [one for one in row.figures if (case.account.pk, one.start, one.end) in foreign]
        case.clashes += [Clash(row.number, one.metric, others_days.words(), one.value) for one in left]
        row.figures = [one for one in row.figures if one not in left]
