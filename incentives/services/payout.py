"""What becomes of the money of an entry: paid, failed, due again; handed out in batches (DOMAIN 6.3, 5.6).

Only finance and admins pay, and nobody themselves. What is owed to a departed KOL is still paid, unless a
stop holds it. Each fact is a further row under the lock of the file; the last one counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from incentives import payouts
from incentives.models import Entry, Payout, PayoutBatch
from incentives.models.querysets import PAY, EntryQuerySet
from incentives.services import ledger, plan_items
from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import stops
from profiles.models import Kol

State = Payout.State
PAYERS = (User.Role.FINANCE, User.Role.ADMIN)


@dataclass(frozen=True)
class HandedOut:
    """A new batch (None: nothing could go out), and what was left out of it, each with why."""

    batch: PayoutBatch | None
    left_out: Mapping[UUID, str]


def pay(actor: Actor, entry: Entry, on: date | None = None, reference: str = "") -> Payout:
    """Its money was paid on that day (today, where none is given).

    Raises ``PermissionDenied``, ``Refused`` (``not_payable``, ``wrong_state``, ``minor_without_consent``),
    ``ValidationError`` keyed ``on``, ``reference``, or ``kol`` while a stop stands.
    """
    with transaction.atomic():
        standing = _payable(actor, entry, payouts.DUE, payouts.SENT, payouts.FAILED)
        day = installation.day(actor.at)
        if (on or day) > day:
            raise ValidationError({"on": _("This cannot lie in the future.")})
        if (on or day) < standing.last.entry.given_on:
            raise ValidationError({"on": _("This is before it was given.")})
        return _add(actor, standing, State.PAID, on or day, reference=reference)


def fail(actor: Actor, entry: Entry, reason: str) -> Payout:
    """It did not arrive; also while a stop stands. Raises as ``pay``, ``ValidationError`` at ``reason``."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        states = (payouts.DUE, payouts.SENT, payouts.PAID)
        standing = _standing(actor, entry, *states)
        return _add(actor, standing, State.FAILED, installation.day(actor.at), reason=reason)


def retry(actor: Actor, entry: Entry) -> Payout:
    """What failed is due again, and goes out with the next batch. Raises as ``pay``."""
    with transaction.atomic():
        standing = _payable(actor, entry, payouts.FAILED)
        return _add(actor, standing, State.DUE, installation.day(actor.at))


def hand_out(actor: Actor, chosen: EntryQuerySet) -> HandedOut:
    """What is due among ``chosen`` goes to whoever pays, as a batch whose rows are fixed. Left out, and
    told: what a stop holds, and minors without consent; nothing goes out twice.

    Raises ``PermissionDenied``.
    """
    demand_payer(actor)
    with transaction.atomic():
        asked = chosen.visible_to(actor.user, PAY) if actor.user else chosen
        files = set(asked.money().values_list("kol", flat=True).order_by())
        held = stops.standing_of(files)
        kols = Kol._base_manager.in_bulk(files)
        rows = asked.money().with_payout().filter(payouts.CONDITIONS[payouts.DUE], kol__in=files)
        left_out, due = {}, []
        for row in rows.order_by("given_on", "pk"):
            if row.kol_id in held:
                left_out[row.pk] = str(_("held by a stop"))
            elif not plan_items.may_get_money(kols[row.kol_id]):
                left_out[row.pk] = plan_items.no_money()
            else:
                due.append(row)
        return HandedOut(_batch(actor, due) if due else None, left_out)


def _next_batch(actor: Actor) -> PayoutBatch:
    """Two at once count one by one: under the lock of the first batch, or, before there is one, by counting
    again once the other has it.
    """
    PayoutBatch.objects.select_for_update().order_by("number").first()
    batch = PayoutBatch(number=_highest() + 1, author=actor.user, created_at=actor.at)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        if batch.number > 1:
            raise
        return _next_batch(actor)
    return batch


def _highest() -> int:
    return PayoutBatch.objects.aggregate(Max("number"))["number__max"] or 0


def _batch(actor: Actor, rows: list[Entry]) -> PayoutBatch:
    batch = _next_batch(actor)
    numbers = dict(
        Payout.objects.filter(entry__in=rows).values_list("entry").annotate(Max("number")).order_by("entry")
    )
    day = installation.day(actor.at)
    facts = {"state": State.DUE, "on": day, "batch": batch, "author": actor.user, "created_at": actor.at}
    Payout.objects.bulk_create([Payout(entry=row, number=numbers[row.pk] + 1, **facts) for row in rows])
    return batch


def demand_payer(actor: Actor) -> None:
    if not may_pay(actor.user):
        raise PermissionDenied(_("Only finance and admins pay."))


def may_pay(user: User | None) -> bool:
    return user is None or (user.is_active and user.role in PAYERS)


def lock_files(entries: Iterable[Entry]) -> None:
    """The files of many entries, in the one order, before each is paid."""
    stops.standing_of({entry.kol_id for entry in entries})


def _payable(actor: Actor, entry: Entry, *states: str) -> payouts.Standing:
    """As ``_standing``, of a KOL to whom money may go now."""
    stops.demand_none_standing(ledger.locked(entry).kol_id, "kol")
    standing = _standing(actor, entry, *states)
    if not plan_items.may_get_money(standing.last.entry.kol):
        raise Refused("minor_without_consent", plan_items.no_money())
    return standing


def _standing(actor: Actor, entry: Entry, *states: str) -> payouts.Standing:
    """Where its money stands, the file locked, if that is one of ``states`` and ``actor`` may pay it."""
    demand_payer(actor)
    current = ledger.locked(entry)
    ledger.demand_another(actor, current.kol)
    standing = payouts.of(current)
    if standing is None:
        raise Refused("not_payable", _("This is no money to be paid."))
    if standing.state not in states:
        raise Refused("wrong_state", _("It stands at “%(state)s”.") % {"state": standing.words})
    standing.last.entry = current
    return standing


def _add(actor: Actor, standing: payouts.Standing, state: str, on: date, **said: str) -> Payout:
    last = standing.last
    row = Payout(entry=last.entry, number=last.number + 1, state=state, on=on, created_at=actor.at)
    row.reference, row.reason = said.get("reference", "").strip(), said.get("reason", "").strip()
    row.author, row.batch = actor.user, last.batch if state != State.DUE else None
    row.clean_fields(exclude=["entry", "batch", "author"])
    row.save(force_insert=True)
    return row
