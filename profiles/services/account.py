"""Accounts of a file, with dated holders (DOMAIN 3.3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.kept import KeptRows
from kol_crm.core.making import make
from profiles.models import Account, Holding, Kol, Platform
from profiles.rules.handle import fold_handle
from profiles.services import holder

EDITABLE = ("platform", "external_id", "handle", "title", "url")


def build(kol: Kol, values: Mapping[str, Any]) -> Account:
    """An account, not yet saved; its handle folded."""
    account = make(Account, kol=kol, **{name: (values.get(name) or "").strip() for name in EDITABLE})
    account.handle = account.handle.removeprefix("@")
    account.handle_folded = fold_handle(account.handle)
    return account


def insert(actor: Actor, account: Account, since: date | None = None) -> Account:
    """Save a built account with its first holder; one that nobody holds is taken up as it stands.

    Raises ``ValidationError`` keyed by field.
    """
    since, same = since or localdate(actor.at), _same(account)
    free = next((one for one in same if one.kol_id is None), None)
    if free is not None:
        return holder.take_up(actor, free, account.holder, since)
    _check(account, same)
    with transaction.atomic(savepoint=False):
        copying.insert([account])
        copying.insert([make(Holding, account=account, kol_id=account.holder_id, since=since)])
        history.record(actor, account.holder_id, account, {"": (None, history.snapshot(account, EDITABLE))})
    return account


def apply(actor: Actor, account: Account, values: Mapping[str, Any]) -> Account:
    """Change an account; the caller has raised the file's version."""
    draft = build(account.holder, {**{name: getattr(account, name) for name in EDITABLE}, **values})
    draft.pk = account.pk
    draft._state.adding = False  # so that it is not taken for a twin of itself
    _check(draft, _same(draft))
    changes = {name: getattr(draft, name) for name in EDITABLE}
    with transaction.atomic():
        if draft.handle_folded != account.handle_folded:
            Account.objects.filter(pk=account.pk).update(handle_folded=draft.handle_folded)
            account.handle_folded = draft.handle_folded
        return history.save_child(actor, account, changes, root=account.holder_id)


def drop(actor: Actor, account: Account) -> None:
    """Take an account off the file. One with figures stays and can only change hands: no fact is lost."""
    if account.snapshots.exists() or account.holdings.filter(until__isnull=False).exists():
        raise ValidationError(
            {
                "accounts": _("%(account)s has figures or former holders: pass it on instead of removing it.")
                % {"account": account}
            }
        )
    history.remove(actor, account, root=account.holder_id)


_named = KeptRows(
    lambda platform, external_id, handle: Account.objects.filter(
        Q(external_id=external_id) & ~Q(external_id="") | Q(handle_folded=handle) & ~Q(handle_folded=""),
        platform=platform,
    )
)


def _same(account: Account) -> list[Account]:
    """The other accounts on record that go by its id or by its handle."""
    found = _named.of(account.platform, account.external_id, account.handle_folded)
    return [one for one in found if one.pk != account.pk]


def _check(account: Account, same: Sequence[Account]) -> None:
    """Field errors, and whose account it is already, at the field that says so."""
    account.clean_fields(exclude=["kol"])
    if not account.external_id and not account.handle_folded:
        raise ValidationError({"handle": _("An account needs its id or its handle.")})
    if account.external_id and any(one.external_id == account.external_id for one in same):
        raise ValidationError({"external_id": _("This account is on a file already.")})
    if account.handle_folded and any(one.handle_folded == account.handle_folded for one in same):
        raise ValidationError({"handle": _("This account is on a file already.")})
    if account.platform == Platform.OWN:
        account.validate_constraints()
