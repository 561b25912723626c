"""Taking in what whoever pays confirms, row by row, before anything is written (DOMAIN 6.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives import payouts
from incentives.models import Entry, Payout
from incentives.models.querysets import PAY
from incentives.services import payout
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.wording import babel_locale, money

Row = Mapping[str, Any]
REPEATED, NEW = "repeated", "new"
MOST = 2_000  # each is a payout under the lock of its file, all in one transaction


@dataclass
class Confirmation:
    """A row of the table: the entry it is about, what it would do, or what is wrong with it, by column."""

    row: Row
    entry: Entry | None = None
    does: str = ""
    wrong: dict[str, list[str]] = field(default_factory=dict)


def check(actor: Actor, rows: Iterable[Row]) -> list[Confirmation]:
    """``rows``: ``entry`` (id), ``state`` (paid, failed), ``on``, ``reference``, ``reason``, ``amount``,
    ``currency``; the last two must be those of the entry. What is known already is ``repeated`` and does
    nothing. Writes nothing. Raises ``PermissionDenied``, ``ValidationError`` keyed ``rows`` (too many).
    """
    payout.demand_payer(actor)
    asked = list(rows)
    if len(asked) > MOST:
        raise ValidationError({"rows": _("At most %(most)d rows at once.") % {"most": MOST}})
    entries = Entry.objects.visible_to(actor.user, PAY) if actor.user else Entry.objects.all()
    known = {
        str(row.pk): row
        for row in entries.money()
        .with_payout()
        .filter(pk__in=[row["entry"] for row in asked])
        .select_related("kol", "reversal")
    }
    found, seen = [], set()
    for row in asked:
        one = Confirmation(row, known.get(str(row["entry"])))
        _judge(one)
        if str(row["entry"]) in seen:
            one.wrong.setdefault("entry", []).append(_("The same entry stands twice."))
        seen.add(str(row["entry"]))
        found.append(one)
    return found


def _judge(one: Confirmation) -> None:
    row, entry = one.row, one.entry
    if entry is None:
        one.wrong["entry"] = [_("There is no such entry to be paid.")]
        return
    if row["currency"].upper() != entry.currency:
        one.wrong["currency"] = [_("It is in %(currency)s.") % {"currency": entry.currency}]
    elif row["amount"] != entry.amount:
        amount = money(entry.amount, entry.currency, babel_locale())
        one.wrong["amount"] = [_("It is %(amount)s.") % {"amount": amount}]
    state = payouts.of_row(entry)
    if state == row["state"] and _is_same(row, entry):
        one.does = REPEATED
        return
    one.does = NEW
    if row["state"] == Payout.State.FAILED and not row.get("reason", "").strip():
        one.wrong["reason"] = [_("Say why.")]
    if state not in (payouts.DUE, payouts.SENT):
        words = _("It stands at “%(state)s”.") % {"state": payouts.WORDS[state]}
        one.wrong.setdefault("state", []).append(words)


def _is_same(row: Row, entry: Entry) -> bool:
    if row["state"] == Payout.State.FAILED:
        return entry.payout_reason == row.get("reason", "").strip()
    has_day = row.get("on") in (None, entry.payout_on)  # without one it is paid on the day it came
    return has_day and entry.payout_reference == row.get("reference", "").strip()


def confirm(actor: Actor, rows: Sequence[Row]) -> list[Confirmation]:
    """All rows or none; the same table again changes nothing.

    Raises ``PermissionDenied``, ``ValidationError`` keyed ``rows`` (too many), ``rows.0.amount``.
    """
    with transaction.atomic():
        first = check(actor, rows)
        payout.lock_files([one.entry for one in first if one.entry])
        found = check(actor, rows)
        wrong = {
            f"rows.{place}.{name}": words
            for place, one in enumerate(found)
            for name, words in one.wrong.items()
        }
        for place, one in enumerate(found):
            if one.does == NEW and one.entry and not one.wrong:
                wrong |= _write(actor, place, one.entry, one.row)
        if wrong:
            raise ValidationError(wrong)
    return found


def _write(actor: Actor, place: int, entry: Entry, row: Row) -> dict[str, list[str]]:
    """What the verb of one payout refuses, at its row."""
    try:
        if row["state"] == Payout.State.FAILED:
            payout.fail(actor, entry, row["reason"])
        else:
            payout.pay(actor, entry, row.get("on"), row.get("reference", ""))
    except Refused as refused:
        return {f"rows.{place}.entry": [str(refused.message)]}
    except PermissionDenied as denied:
        return {f"rows.{place}.entry": [str(denied)]}
    except ValidationError as error:
        return {f"rows.{place}.{name}": words for name, words in error.message_dict.items()}
    return {}
