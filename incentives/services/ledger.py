"""Writing the ledger: entering what was given, and its reversal (DOMAIN 6.3).

An entry is never edited. It locks the file first, as every verb that gives, pays or stops does.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incentives import judging, payouts, rates
from incentives.models import Entry, Payout, PlanItem
from incentives.services import item_due, plan_items
from kol_crm.core import history, installation, money
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import stops
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services import access, next_due

FACTS = ("kind", "form", "what", "amount", "currency", "given_on", "note")
Form = Entry.Form


def enter(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Entry:
    """What was given outside a plan, put down by a manager and inside policy (DOMAIN 6.1, 6.2); the last
    settlement of a departed KOL, for whom no policy is set, by finance or an admin.

    ``values``: of ``FACTS``, what is left out as the ledger usually has it (today, the installation's
    currency, no cost). Without a user the system puts down what was decided elsewhere. Raises
    ``PermissionDenied``, ``Refused`` (``kol_archived``, ``outside_policy``, ``minor_without_consent``),
    ``ValidationError`` keyed by field, ``kol`` while a stop stands.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        file = _open_to_enter(actor, kol)
        row = _checked(actor, file, values)
        if actor.user is not None and file.stage != Stage.DEPARTED:
            _demand_inside(actor, file, row)
        return _insert(actor, row)


def write_inside(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Entry:
    """As ``write``, of what is given outside a plan and must be inside policy: a gift within its budget.

    Raises as ``write``, and ``Refused`` (``outside_policy``).
    """
    row = _checked(actor, kol, values)
    _demand_inside(actor, kol, row)
    return _insert(actor, row)


def demand_inside(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> None:
    """What ``write_inside`` would refuse, asked before it is bought: writes nothing. Raises as it does."""
    _demand_inside(actor, kol, _checked(actor, kol, values))


def files_to_enter(user: User):
    """The files on which ``user`` may put down what was given outside a plan."""
    settled = Q(stage=Stage.DEPARTED)
    if user.role == User.Role.FINANCE:
        return Kol.objects.filter(settled, archived_at=None).exclude(staff_user=user)
    files = Kol.objects.visible_to(user, EDIT)
    if user.is_admin:
        return files
    return files.exclude(settled) if user.is_manager else files.none()


def _open_to_enter(actor: Actor, kol: Kol) -> Kol:
    """As ``open_file``, of a KOL to whom ``actor`` may give something outside a plan."""
    user = actor.user
    settles = user is not None and user.role == User.Role.FINANCE
    file = open_file(actor, kol, may_edit=not settles)
    if user is None or files_to_enter(user).filter(pk=file.pk).exists():
        return file
    if file.stage == Stage.DEPARTED:
        raise PermissionDenied(_("What a departed KOL still gets is entered by finance or an admin."))
    raise PermissionDenied(_("Without a plan only a manager gives something."))


def _demand_inside(actor: Actor, kol: Kol, row: Entry) -> None:
    """Nobody gives beyond the policy alone: that is a plan's, and another approves it."""
    verdict = judging.judge_entry(kol, row, installation.day(actor.at))
    if not verdict.inside:
        words = _("This is outside policy: make a plan and have it approved.")
        raise Refused("outside_policy", words, judgement=verdict.as_json())


def open_file(actor: Actor, kol: Kol, *, may_edit: bool = True) -> Kol:
    """The file, locked, of a KOL to whom ``actor`` may give something now: no stop stands. ``may_edit``:
    whether who gives must be somebody who edits the file."""
    stops.demand_none_standing(kol.pk, "kol")
    file: Kol = history.locked(kol, None)
    if file.is_archived:
        raise Refused("kol_archived", _("The file is archived; restore it first."))
    if may_edit:
        access.demand(actor.user, file, EDIT, _("Only its owner or a manager gives something to a KOL."))
    demand_another(actor, file)
    return file


def demand_another(actor: Actor, kol: Kol) -> None:
    """Nobody gives to, pays or takes back from themselves (DOMAIN 2.1). Raises ``PermissionDenied``."""
    if actor.user is not None and kol.staff_user_id == actor.user.pk:
        raise PermissionDenied(_("This is about yourself: somebody else does it."))


def write(actor: Actor, kol: Kol, values: Mapping[str, Any], item: PlanItem | None = None) -> Entry:
    """Insert a checked entry of a locked file, converted at the rate of its day; money is due to be paid.

    For verbs that have asked right and stop. Raises ``Refused`` (``minor_without_consent``),
    ``ValidationError`` keyed by field.
    """
    return _insert(actor, _checked(actor, kol, values, item))


def _checked(actor: Actor, kol: Kol, values: Mapping[str, Any], item: PlanItem | None = None) -> Entry:
    """The entry as it is to be written."""
    day = installation.day(actor.at)
    row = Entry(
        kol=kol,
        item=item,
        **{"given_on": day, "amount": Decimal(0), **values},
        author=actor.user,
        created_at=actor.at,
        converted_to=installation.currency(),
    )
    row.currency = (row.currency or installation.currency()).upper()
    row.what, row.note = row.what.strip(), row.note.strip()
    _check(row, day)
    if row.is_money and not plan_items.may_get_money(kol):
        raise Refused("minor_without_consent", plan_items.no_money())
    rate = rates.load([row.currency]).at(row.currency, row.given_on)
    if rate is not None:
        row.rate, row.rate_on = rate.rate, rate.day
        row.converted = rates.rounded(rates.EXACT.multiply(row.amount, rate.rate), row.converted_to)
    return row


def _insert(actor: Actor, row: Entry) -> Entry:
    row.save(force_insert=True)
    if row.is_money:
        first = Payout(entry=row, number=1, state=Payout.State.DUE, on=row.given_on)
        first.author, first.created_at = actor.user, actor.at
        first.save(force_insert=True)
    return row


def _check(row: Entry, day: date) -> None:
    """Everything wrong with its facts at once."""
    wrong: dict[str, Any] = {}
    try:
        row.clean_fields(exclude=["kol", "item"])
    except ValidationError as error:
        wrong = dict(error.error_dict)
    if "currency" not in wrong and (problem := money.problem_of_currency(row.currency)):
        wrong["currency"] = [problem]
    if not {"amount", "currency"} & set(wrong):
        problem = money.problem_of_amount(row.amount, row.currency)
        if not problem and row.is_money and row.amount == 0:
            problem = _("Say how much money was given.")
        if problem:
            wrong["amount"] = [problem]
    if "given_on" not in wrong and row.given_on > day:
        wrong["given_on"] = [_("This cannot lie in the future.")]
    if wrong:
        raise ValidationError(wrong)


def reverse(actor: Actor, entry: Entry, reason: str) -> Entry:
    """Takes the whole entry back, once, on the day and at the rate of what it takes back; also while a stop
    stands, of an archived or departed KOL too. Money that is with the payer is first paid or failed.

    Raises ``PermissionDenied``, ``Refused`` (``is_reversal``, ``already_reversed``, ``with_the_payer``),
    ``ValidationError`` keyed ``reason``.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        current = locked(entry)
        if not may_reverse(actor.user, current):
            raise PermissionDenied(_("Only a manager or finance takes this back."))
        if current.is_reversal:
            raise Refused("is_reversal", _("This is a reversal itself. Enter anew what was given."))
        if Entry.objects.filter(reversal_of=current).exists():
            raise Refused("already_reversed", _("This was reversed already."))
        standing = payouts.of(current)
        if standing is not None and standing.state == payouts.SENT:
            words = _("Its money is with the payer (batch %(number)s): say first what became of it.")
            raise Refused("with_the_payer", words % {"number": standing.last.batch})
        told = ("kol", "item", "kind", "form", "what", "currency", "given_on", "converted_to", "rate")
        row = Entry(**{name: getattr(current, name) for name in (*told, "rate_on")})
        row.amount, row.converted = -current.amount, current.converted and -current.converted
        row.reversal_of, row.note = current, reason.strip()
        row.author, row.created_at = actor.user, actor.at
        row.clean_fields(exclude=["kol", "item", "reversal_of"])
        row.save(force_insert=True)
        if current.item is not None:
            item_due.refresh([current.item])
        next_due.refresh([current.kol_id])  # an item of a plan may be to give again
    return row


def may_reverse(user: User | None, entry: Entry) -> bool:
    """Finance, admins and managers of the file; its author, while its money is not paid."""
    if user is None:
        return True
    if entry.kol.staff_user_id == user.pk:
        return False
    if user.role in (User.Role.FINANCE, User.Role.ADMIN):
        return True
    if not Kol.objects.known_to(user, EDIT).filter(pk=entry.kol_id).exists():
        return False
    if user.is_manager:
        return True
    standing = payouts.of(entry)
    return entry.author_id == user.pk and (standing is None or standing.state != payouts.PAID)


def locked(entry: Entry) -> Entry:
    """The entry with its file, the file locked; it may have gone to another by a merge meanwhile."""
    while True:
        kol_id = Entry.objects.values_list("kol", flat=True).get(pk=entry.pk)
        kol = Kol._base_manager.select_for_update().get(pk=kol_id)
        current = Entry.objects.get(pk=entry.pk)
        if current.kol_id == kol.pk:
            current.kol = kol
            return current
