"""Followers on an account's row: its latest standing figure in the days of its holder (DOMAIN 3.3, 3.13)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from kol_crm.core import copying
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.kept import one_of
from kol_crm.core.making import make
from profiles.models import Account, Platform, Snapshot
from profiles.models.figures import PRESENT
from profiles.rules import metric as m
from profiles.services.holders import Held


class Grown(NamedTuple):
    """A file whose own account has more followers than at the latest figure before."""

    kol_id: UUID
    before: int
    after: Decimal


# Figures of own accounts grew: called in the transaction in which they come in, for all of them at once.
grown: ExtensionPoint[Callable[[Sequence[Grown]], None]] = ExtensionPoint("own accounts that grew")


def follow(added: Sequence[Snapshot], held: Mapping[UUID, Held]) -> None:
    """After these came in: a later day than the row has is the latest now, without asking for the others.

    Of the row's own day others may stand, from other sources: then all are asked. ``held``: the accounts as
    they were locked; figures of others (which are only being made) are left out.
    """
    latest: dict[UUID, Snapshot] = {}
    asked: set[UUID] = set()
    for row in added:
        account = held.get(row.account_id)
        if row.metric != m.FOLLOWERS or account is None:
            continue
        if account.held_since is not None and row.start < account.held_since:
            continue
        if account.followers_on is None or row.end > account.followers_on:
            if row.account_id not in latest or row.end >= latest[row.account_id].end:
                latest[row.account_id] = row
        elif row.end == account.followers_on:
            asked.add(row.account_id)
    _write({account: (row.value, row.end) for account, row in latest.items()})
    _tell(latest, held)
    update(asked.difference(latest))


def _tell(latest: Mapping[UUID, Snapshot], held: Mapping[UUID, Held]) -> None:
    more = []
    for account, row in latest.items():
        was = held[account]
        if was.platform != Platform.OWN or was.kol_id is None or was.followers is None:
            continue
        if row.value > was.followers:
            more.append(Grown(was.kol_id, was.followers, row.value))
    if more:
        for told in grown:
            told(more)


def refresh(accounts: Iterable[UUID]) -> None:
    """Again, also where none is known any more."""
    Account.objects.filter(pk__in=accounts).update(followers=None, followers_on=None)
    update(accounts)


def update(accounts: Iterable[UUID]) -> None:
    """From all that stand."""
    accounts = list(accounts)
    if not accounts:
        return
    rows = Snapshot.objects.filter(PRESENT, one_of(accounts, "account"), metric=m.FOLLOWERS, standing=True)
    rows = rows.order_by("end", "at", "pk")
    _write({account: (value, end) for account, value, end in rows.values_list("account_id", "value", "end")})


def _write(latest: Mapping[UUID, tuple]) -> None:
    changed = [
        make(Account, id=account, followers=int(value), followers_on=end)
        for account, (value, end) in latest.items()
    ]
    copying.update(changed, ["followers", "followers_on"])
