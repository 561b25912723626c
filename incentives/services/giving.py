"""Giving what an active plan says (DOMAIN 6.2, 6.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives import given_items, verdict_words
from incentives.models import Entry, IncentivePlan, Pay, PlanItem
from incentives.rules.paying import Quarter
from incentives.services import item_due, ledger, plan_items
from kol_crm.core import history, installation
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.wording import babel_locale, money
from profiles.models import Stage
from profiles.services import next_due

FACTS = ("form", "what", "amount", "currency", "given_on", "note")
Form = Entry.Form


def usual(item: PlanItem) -> dict[str, Any]:
    """What is given where nothing else is said: all of a buyout, else one payment, at most what is left."""
    form = Form.MONEY if plan_items.is_money(item) else Form.OTHER
    left = given_items.of([item])[item.pk].left
    once = item.amount if item.pay != Pay.BUYOUT else left
    amount = min((one for one in (once, left) if one is not None), default=None)
    return {"form": form, "what": item.what, "amount": amount, "currency": item.currency}


def give(actor: Actor, item: PlanItem, values: Mapping[str, Any] | None = None) -> Entry:
    """An item of an active plan is given, in whole or in part, never beyond its amount nor before the
    quarter in which it is due, for that quarter's ceiling was asked.

    ``values``: of ``FACTS``, the rest as ``usual``. Raises ``PermissionDenied``, ``Refused``
    (``kol_archived``, ``kol_departed``, ``plan_state``, ``already_given``, ``minor_without_consent``),
    ``ValidationError`` keyed by field, ``kol`` while a stop stands.
    """
    said = dict(values or {})
    history.only_facts(said, FACTS)
    with transaction.atomic():
        file = ledger.open_file(actor, item.plan.kol)
        if file.stage == Stage.DEPARTED:
            words = _("%(name)s has departed: what a plan says is not given any more.")
            raise Refused("kol_departed", words % {"name": file.name})
        plan = history.locked(item.plan, None)
        if plan.state != IncentivePlan.State.ACTIVE:
            raise Refused("plan_state", _("Only what a running plan says is given."), state=plan.state)
        current = PlanItem.objects.get(pk=item.pk)
        standing = given_items.of([current])[current.pk]
        if standing.is_whole:
            raise Refused("already_given", _("This was given already."))
        facts = usual(current) | {name: value for name, value in said.items() if value not in (None, "")}
        if facts["amount"] is None:
            facts["amount"] = Decimal(0)
        facts.setdefault("given_on", installation.day(actor.at))
        _demand_as_planned(current, facts)
        _demand_within(current, standing, facts)
        entry = ledger.write(actor, file, {"kind": current.kind, **facts}, current)
        item_due.refresh([current])
        next_due.refresh([file.pk])
    return entry


def _demand_as_planned(item: PlanItem, facts: Mapping[str, Any]) -> None:
    """Nobody asked the policy for a sum that the plan does not name (DOMAIN 6.1)."""
    wrong = {}
    if facts["form"] == Form.MONEY and not plan_items.is_money(item):
        wrong["form"] = _("The plan gives no money here.")
    if item.amount is None and item.pay != Pay.SHARE and facts["amount"] > 0:
        wrong["amount"] = _("The plan names no sum here.")
    if wrong:
        raise ValidationError(wrong)


def _demand_within(item: PlanItem, standing: given_items.Given, facts: Mapping[str, Any]) -> None:
    if item.currency and facts["currency"].upper() != item.currency:
        words = _("The plan says it in %(currency)s.") % {"currency": item.currency}
        raise ValidationError({"currency": words})
    left, amount = standing.left, facts["amount"]
    if left is None:
        return
    told = {"left": money(left, item.currency, babel_locale())}
    if amount > left:
        raise ValidationError({"amount": _("Of this item %(left)s is left to give.") % told})
    if standing.at_once and amount != left:
        raise ValidationError({"amount": _("A buyout is given in whole: %(left)s.") % told})
    due = given_items.due_in(item, facts["given_on"])
    if due is not None and amount > due - standing.amount:
        told = {
            "left": money(max(due - standing.amount, Decimal(0)), item.currency, babel_locale()),
            "quarter": verdict_words.quarter(Quarter.of(facts["given_on"])),
        }
        raise ValidationError({"amount": _("Until the end of %(quarter)s %(left)s of it is due.") % told})
    if amount == 0 and left:
        raise ValidationError({"amount": _("Say how much of it was given.")})
