"""Accounts change hands: dated holders, and whose the figures are (DOMAIN 3.3)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import day_range, history
from kol_crm.core.actor import Actor
from profiles.models import Account, Holding, Kol, Platform
from profiles.models.querysets import EDIT
from profiles.services import access, account_followers, holders, next_due, standing
from profiles.services import naming as names


def pass_on(actor: Actor, account: Account, to: Kol | None, on: date | None = None) -> Account:
    """From the day ``on`` the account is held by ``to``, or by nobody.

    Figures of the days before stay with who held it then; level, verdict and columns of both files follow.
    Passed back as of the same day, the change never was. Raises ``ValidationError`` keyed ``kol`` or ``on``,
    ``PermissionDenied`` unless the actor may edit ``to`` and the file that holds it, or held it last.
    """
    return _pass(actor, account, to, on or localdate(actor.at))


def _pass(actor: Actor, account: Account, to: Kol | None, on: date, raised: UUID | None = None) -> Account:
    """``raised``: the file whose version the caller raises, who has asked for the right to it.

    Who held it last may be another by then: ``_demand`` asks of whoever it is under the lock.
    """
    with transaction.atomic():
        (account,) = holders.lock([account.pk], to.pk if to else None, _last_holder(account))
        held = list(Holding.objects.select_for_update().filter(account=account).order_by("since", "pk"))
        last = held[-1]
        if raised is None:
            _demand(actor, last.kol_id, *([to.pk] if to is not None else []))
        _check(account, to, on, last, localdate(actor.at))
        before = account.kol
        files = [kol for kol in (before, to) if kol is not None]
        for kol in files:
            if kol.pk != raised:
                history.touch_version(kol, None)
        was = {"kol": before, "since": last.since if last.until is None else last.until}
        if to is not None and _is_undone(held, to, on):
            _step_back(account, held)
        else:
            _step_on(account, last, to, on)
        Account.objects.filter(pk=account.pk).update(kol=to, held_since=account.held_since)
        account.kol = to
        for root in files:
            history.record(actor, root.pk, account, _diffs(root, was, to, on))
        _follow(actor, account, [kol.pk for kol in files])
    return account


def _last_holder(account: Account) -> UUID | None:
    of_account = Holding.objects.filter(account=account).order_by("-since", "-pk")
    return of_account.values_list("kol_id", flat=True).first()


def _demand(actor: Actor, *files: UUID) -> None:
    """The right to each of the files, asked under its lock."""
    for kol in Kol.objects.lock(*files):
        access.demand(actor.user, kol, EDIT, _("Only who may edit both files passes an account on."))


def take_up(actor: Actor, account: Account, kol: Kol, on: date) -> Account:
    """An account that nobody holds comes to a file, whose version its caller has raised."""
    return _pass(actor, account, kol, on, raised=kol.pk)


def _check(account: Account, to: Kol | None, on: date, last: Holding, today: date) -> None:
    day_range.demand(on=on)
    problems: dict[str, Any] = {}
    if to is not None and account.kol_id == to.pk:
        problems["kol"] = _("They hold it already.")
    elif to is None and account.kol_id is None:
        problems["kol"] = _("Nobody holds it already.")
    elif to is not None and account.platform == Platform.OWN and _has_own(to):
        problems["kol"] = _("A KOL has one account on the own platform.")
    begun = last.until or last.since
    if on > today:
        problems["on"] = _("This day lies in the future.")
    elif on < begun and (last.until is not None or not last.first):
        problems["on"] = _("It changed hands on %(day)s: choose that day or a later one.") % {
            "day": begun.isoformat()
        }
    if problems:
        raise ValidationError(problems)


def _has_own(kol: Kol) -> bool:
    return kol.accounts.filter(platform=Platform.OWN).exists()


def _step_on(account: Account, last: Holding, to: Kol | None, on: date) -> None:
    if last.until is None:
        # Who holds it first is only known to have done so since it came on file: perhaps for longer.
        last.since, last.until = min(last.since, on), on
        last.save(update_fields=["since", "until"])
    if to is not None:
        Holding.objects.create(account=account, kol=to, since=on, first=False)
    account.held_since = on


def _is_undone(held: list[Holding], to: Kol, on: date) -> bool:
    """Back to whom it was passed from, as of the day on which that happened."""
    ended = [one for one in held if one.until is not None]
    if not ended or ended[-1].kol_id != to.pk or ended[-1].until != on:
        return False
    return len(held) - len(ended) == 0 or held[-1].since == on


def _step_back(account: Account, held: list[Holding]) -> None:
    if held[-1].until is None:
        held.pop().delete()
    again = held[-1]
    again.until = None
    again.save(update_fields=["until"])
    account.held_since = None if again.first else again.since


def _diffs(root: Kol, was: dict[str, Any], to: Kol | None, on: date) -> history.Diffs:
    """As the history of ``root`` keeps it: of the other file the id alone, which not all readers see."""

    def told(kol: Kol | None) -> dict[str, str] | None:
        return history.as_json(kol) if kol is None or kol.pk == root.pk else {"id": str(kol.pk), "label": ""}

    return {
        "kol": (told(was["kol"]), told(to)),
        "held_since": (was["since"].isoformat(), on.isoformat()),
    }


def _follow(actor: Actor, account: Account, files: list[UUID]) -> None:
    """What both files show of the account: names that find them, followers, level, verdict, dates."""
    account_followers.refresh([account.pk])
    account.refresh_from_db(fields=["followers", "followers_on"])
    for kol in Kol.objects.filter(pk__in=files):
        Kol.objects.filter(pk=kol.pk).update(**names.columns(kol, handles=names.handles_of(kol)))
    standing.refresh(files, localdate(actor.at), actor.at)
    next_due.refresh(files)
