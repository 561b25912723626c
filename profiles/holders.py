"""Who held the accounts of a file when, as its page and the API tell it (DOMAIN 3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kol_crm.core.models import User
from profiles.models import Account, Holding, Kol


@dataclass(frozen=True)
class Held:
    """One holder: ``kol`` None where its file is not in sight. ``since`` None: from the beginning."""

    kol: Kol | None
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Former:
    """An account that this file held once, with the days."""

    account: Account
    since: date | None
    until: date
    nobody: bool  # nobody holds it now: this file may take it up again or pass it on


@dataclass(frozen=True)
class Holders:
    """``present``: of each account held now all its holders, oldest first, where there was another one."""

    present: dict[UUID, list[Held]] = field(default_factory=dict)
    former: list[Former] = field(default_factory=list)


def of_file(kol: Kol, user: User) -> Holders:
    """Three queries, two where no account ever changed hands."""
    held = list(Holding.objects.filter(kol=kol).select_related("account").order_by("since", "pk"))
    accounts = {row.account_id for row in held}
    rows = list(Holding.objects.filter(account__in=accounts).select_related("kol").order_by("since", "pk"))
    if len(rows) == len(held) and all(row.until is None for row in held):
        return Holders()
    seen = _in_sight(rows, user)
    of_account: dict[UUID, list[Holding]] = {}
    for row in rows:
        of_account.setdefault(row.account_id, []).append(row)
    present = {
        key: [_held(row, seen) for row in holdings]
        for key, holdings in of_account.items()
        if len(holdings) > 1 and holdings[-1].until is None and holdings[-1].kol_id == kol.pk
    }
    former = [
        Former(
            row.account,
            None if row.first else row.since,
            row.until,
            row.account.kol_id is None and of_account[row.account_id][-1].pk == row.pk,
        )
        for row in held
        if row.until is not None
    ]
    return Holders(present, former)


def as_json(account: Account, user: User) -> list[dict[str, Any]]:
    """The holders of one account, oldest first; ``kol`` null where its file is not in sight."""
    rows = list(Holding.objects.filter(account=account).select_related("kol").order_by("since", "pk"))
    seen = _in_sight(rows, user)
    found = [_held(row, seen) for row in rows]
    return [{"kol": one.kol and one.kol.pk, "since": one.since, "until": one.until} for one in found]


def _held(row: Holding, seen: set[UUID]) -> Held:
    return Held(row.kol if row.kol_id in seen else None, None if row.first else row.since, row.until)


def _in_sight(rows: Iterable[Holding], user: User) -> set[UUID]:
    ids = {row.kol_id for row in rows}
    return set(Kol.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
