"""The one order in which files and their accounts are locked: files first, each kind by its ids.

An edit and a merge have their file before they come to its accounts. Figures and a change of hands begin with
the account: they lock whose it is before it, or each side could wait for what the other has.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core.errors import Refused
from kol_crm.core.kept import one_of
from profiles.models import Account, Kol

ATTEMPTS = 5  # an account that changes hands while we wait for its file


def lock(accounts: Collection[UUID], *files: UUID | None) -> list[Account]:
    """Lock ``files`` and those that hold the ``accounts``, then the accounts; these as they stand now.

    Call inside a transaction. Raises ``Refused`` where an account changes hands again and again.
    """
    return _lock(accounts, {file for file in files if file is not None}, list)


class Held(NamedTuple):
    """What figures ask of an account that is locked."""

    pk: UUID
    kol_id: UUID | None
    held_since: date | None
    followers_on: date | None
    followers: int | None
    platform: str


def lock_many(accounts: Collection[UUID]) -> list[Held]:
    """As ``lock``, for thousands."""
    return _lock(accounts, set(), lambda rows: list(map(Held._make, rows.values_list(*Held._fields))))


def _lock(accounts: Collection[UUID], files: set[UUID], read: Callable[[QuerySet[Account]], list]) -> list:
    for _attempt in range(ATTEMPTS):
        wanted = _holders(accounts) | files
        with transaction.atomic():
            rows = read(_locked(wanted, accounts))
            if {row.kol_id for row in rows} <= wanted | {None}:
                return rows
            transaction.set_rollback(True)  # to this savepoint, which lets go of its locks
    raise Refused("changing_hands", _("The account changes hands at this moment. Try again."))


def _holders(accounts: Collection[UUID]) -> set[UUID]:
    held = Account.objects.filter(one_of(accounts), kol__isnull=False)
    return set(held.order_by().values_list("kol_id", flat=True))


def _locked(files: Collection[UUID], accounts: Collection[UUID]) -> QuerySet[Account]:
    """What only points at a file (a touch, a note) may still be written: its key does not change."""
    kols = Kol.objects.filter(one_of(files)).select_for_update(no_key=True).order_by("pk")
    list(kols.values_list("pk", flat=True))
    return Account.objects.filter(one_of(accounts)).select_for_update().order_by("pk")
