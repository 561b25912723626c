"""Plans to begin from: what managers write, and what it is for a KOL on a day (DOMAIN 6.2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, Kind, Pay, PlanItem, PlanTemplate
from incentives.services import plan_terms
from incentives.services.plan_items import MOST, errors_of
from kol_crm.core import history
from kol_crm.core.actor import Actor

FACTS = ("title", "note", "stage", "kol_type", "items")
ITEM = (
    *("kind", "what", "pay", "amount", "currency", "rate", "base", "floor", "cap"),
    *("expected", "period", "after_days", "lasts_days"),
)
NUMBERS = ("amount", "rate", "floor", "cap")
FARTHEST = 3 * 365
SOME_DAY = date(2026, 1, 1)
Items = Sequence[Mapping[str, Any]]


def create(actor: Actor, values: Mapping[str, Any]) -> PlanTemplate:
    """A new template. ``items``: mappings of ``ITEM``, days counted from the day the plan is made.

    Raises ``PermissionDenied`` for who is no manager, ``ValidationError`` keyed as a plan's.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        _demand(actor)
        facts = {**values, "items": read(values.get("items", ()))}
        return history.create(actor, PlanTemplate(author=actor.user, created_at=actor.at, **facts))


def edit(
    actor: Actor, template: PlanTemplate, changes: Mapping[str, Any], version: int | None = None
) -> PlanTemplate:
    """Save changed facts. Raises as ``create``, and ``Conflict``."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        _demand(actor)
        facts = dict(changes)
        if "items" in facts:
            facts["items"] = read(facts["items"])
        return history.save(actor, history.locked(template, version), facts, None)


def remove(actor: Actor, template: PlanTemplate, version: int | None = None) -> None:
    """Throw it away; plans that began from it stay. Raises as ``edit``."""
    with transaction.atomic():
        _demand(actor)
        current = history.locked(template, version)
        history.remove(actor, current, root=current.pk)


def begin(template: PlanTemplate, day: date) -> list[dict[str, Any]]:
    """The items of a plan that begins from it on ``day``."""
    return [_on(kept, day) for kept in template.items]


def read(items: Items) -> list[dict[str, Any]]:
    """Items as they are kept. Raises ``ValidationError`` keyed ``items.0.amount``."""
    if len(items) > MOST:
        raise ValidationError({"items": _("A plan has at most %(most)s items.") % {"most": MOST}})
    wrong: dict[str, list] = {}
    kept = []
    for place, given in enumerate(items):
        found = _problems(given)
        wrong |= {f"items.{place}.{name}": words for name, words in found.items()}
        if not found:
            kept.append(_kept(given))
    if wrong:
        raise ValidationError(wrong)
    return kept


def _problems(given: Mapping[str, Any]) -> dict[str, list]:
    if unknown := set(given) - set(ITEM):
        return {name: [_("There is no such field.")] for name in unknown}
    for name in ("after_days", "lasts_days"):
        days = given.get(name)
        if days is not None and (type(days) is not int or not 0 <= days <= FARTHEST):
            return {name: [_("Give whole days, at most %(n)d.") % {"n": FARTHEST}]}
    item = PlanItem(plan=IncentivePlan(), **_on(given, SOME_DAY))
    found = errors_of(partial(item.clean_fields, exclude=["plan", "need"])) or plan_terms.problems(item)
    names = {"due_on": "after_days", "ends_on": "lasts_days"}
    return {names.get(name, name): words for name, words in found.items()}


def _on(given: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The facts of an item, its days counted from ``day``."""
    values = {name: given[name] for name in ITEM[:-2] if given.get(name) not in (None, "")}
    values.setdefault("pay", Pay.SHARE if values.get("kind") == Kind.PROFIT_SHARE else Pay.BUYOUT)
    if "currency" in values:
        values["currency"] = str(values["currency"]).upper()
    after, lasts = given.get("after_days"), given.get("lasts_days")
    if after is not None:
        values["due_on"] = day + timedelta(days=after)
        if lasts is not None:
            values["ends_on"] = values["due_on"] + timedelta(days=lasts)
    return values


def _kept(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: given[name] for name in ITEM if given.get(name) not in (None, "")}
    values.setdefault("pay", str(Pay.SHARE if values["kind"] == Kind.PROFIT_SHARE else Pay.BUYOUT))
    if "currency" in values:
        values["currency"] = str(values["currency"]).upper()
    return {name: str(Decimal(value)) if name in NUMBERS else value for name, value in values.items()}


def may_write(user) -> bool:
    """Managers write templates, for everybody."""
    return user is not None and (user.is_manager or user.is_admin)


def _demand(actor: Actor) -> None:
    if not may_write(actor.user):
        raise PermissionDenied(_("Managers write the templates of plans."))
