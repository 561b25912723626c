"""The one order in which files and their accounts are locked: files first, each kind by its ids.

An edit and a merge have their file before they come to its accounts. Figures and a change of hands begin with
the account: they lock whose it is before it, or each side could wait for what the other has.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core.errors import Refused
from profiles.models import Account, Kol

ATTEMPTS = 5  # an account that changes hands while we wait for its file


def lock(accounts: Collection[UUID], *files: UUID | None) -> list[Account]:
    """Lock ``files`` and those that hold the ``accounts``, then the accounts; these as they stand now.

    Call inside a transaction. Raises ``Refused`` where an account changes hands again and again.
    """
    for _attempt in range(ATTEMPTS):
        wanted = _holders(accounts) | {file for file in files if file is not None}
        with transaction.atomic():
            rows = _locked(wanted, accounts)
            if {row.kol_id for row in rows} <= wanted | {None}:
                return rows
            transaction.set_rollback(True)  # to this savepoint, which lets go of its locks
    raise Refused("changing_hands", _("The account changes hands at this moment. Try again."))


def _holders(accounts: Collection[UUID]) -> set[UUID]:
    held = Account.objects.filter(pk__in=accounts, kol__isnull=False)
    return set(held.values_list("kol_id", flat=True))


def _locked(files: Collection[UUID], accounts: Collection[UUID]) -> list[Account]:
    """What only points at a file (a touch, a note) may still be written: its key does not change."""
    kols = Kol.objects.filter(pk__in=files).select_for_update(no_key=True).order_by("pk")
    list(kols.values_list("pk", flat=True))
    return list(Account.objects.filter(pk__in=accounts).select_for_update().order_by("pk"))
