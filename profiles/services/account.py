"""Accounts of a file, with dated holders (DOMAIN 3.3)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Account, Holding, Kol, Platform
from profiles.rules.handle import fold_handle

EDITABLE = ("platform", "external_id", "handle", "title", "url")


def build(kol: Kol, values: Mapping[str, Any]) -> Account:
    """An account, not yet saved; its handle folded."""
    account = Account(kol=kol, **{name: (values.get(name) or "").strip() for name in EDITABLE})
    account.handle = account.handle.removeprefix("@")
    account.handle_folded = fold_handle(account.handle)
    return account


def insert(actor: Actor, account: Account, since: date | None = None) -> Account:
    """Save a built account with its first holder. Raises ``ValidationError`` keyed by field."""
    _check(account)
    with transaction.atomic():
        account.save(force_insert=True)
        Holding.objects.create(account=account, kol_id=account.kol_id, since=since or localdate(actor.at))
        history.record(actor, account.kol_id, account, {"": (None, history.snapshot(account, EDITABLE))})
    return account


def apply(actor: Actor, account: Account, values: Mapping[str, Any]) -> Account:
    """Change an account; the caller has raised the file's version."""
    draft = build(account.kol, {**{name: getattr(account, name) for name in EDITABLE}, **values})
    draft.pk = account.pk
    draft._state.adding = False  # so that it is not taken for a twin of itself
    _check(draft)
    changes = {name: getattr(draft, name) for name in EDITABLE}
    with transaction.atomic():
        if draft.handle_folded != account.handle_folded:
            Account.objects.filter(pk=account.pk).update(handle_folded=draft.handle_folded)
            account.handle_folded = draft.handle_folded
        return history.save_child(actor, account, changes, root=account.kol_id)


def pass_on(actor: Actor, account: Account, to: Kol) -> Account:
    """The account changes hands: its figures go with it, the holding before ends on the day.

    Raises ``ValidationError`` keyed ``kol`` where the receiver has an account on the own platform already.
    """
    today = localdate(actor.at)
    if account.platform == Platform.OWN and to.accounts.filter(platform=Platform.OWN).exists():
        raise ValidationError({"kol": _("A KOL has one account on the own platform.")})
    with transaction.atomic():
        Holding.objects.filter(account=account, until=None).update(until=today)
        Holding.objects.create(account=account, kol=to, since=today)
        before = {"id": str(account.kol_id), "label": str(account.kol)}
        after = {"id": str(to.pk), "label": str(to)}
        for root in (account.kol_id, to.pk):
            history.record(actor, root, account, {"kol": (before, after)})
        Account.objects.filter(pk=account.pk).update(kol=to)
        account.kol = to
    return account


def drop(actor: Actor, account: Account) -> None:
    """Take an account off the file. One with figures stays and can only change hands: no fact is lost."""
    if account.snapshots.exists():
        raise ValidationError(
            {"accounts": _("%(account)s has figures and cannot be removed.") % {"account": account}}
        )
    history.remove(actor, account, root=account.kol_id)


def _check(account: Account) -> None:
    """Field errors, and whose account it is already, at the field that says so."""
    account.clean_fields(exclude=["kol"])
    others = Account.objects.filter(platform=account.platform).exclude(pk=account.pk)
    if not account.external_id and not account.handle_folded:
        raise ValidationError({"handle": _("An account needs its id or its handle.")})
    if account.external_id and others.filter(external_id=account.external_id).exists():
        raise ValidationError({"external_id": _("This account is on a file already.")})
    if account.handle_folded and others.filter(handle_folded=account.handle_folded).exists():
        raise ValidationError({"handle": _("This account is on a file already.")})
    account.validate_constraints(exclude=["platform"] if account.platform != "own" else None)
