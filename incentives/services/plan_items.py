"""The items of a plan as one set: reading what a door hands in, checking it, writing the difference."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, Kind, PlanItem
from kol_crm.core import history, money
from kol_crm.core.actor import Actor
from profiles.models import Kol

FACTS = ("kind", "what", "amount", "currency", "due_on")
MOST = 50
Given = Sequence[Mapping[str, Any]]


def drafts(plan: IncentivePlan, given: Given, standing: Mapping[UUID, PlanItem]) -> list[PlanItem]:
    """Unsaved items as they shall stand, in order; one given with an ``id`` keeps it.

    Raises ``ValidationError``.
    """
    if len(given) > MOST:
        raise ValidationError({"items": _("A plan has at most %(most)s items.") % {"most": MOST}})
    result = []
    for position, values in enumerate(given):
        unknown = set(values) - {"id", *FACTS}
        if unknown:
            raise ValidationError(
                {f"items.{position}.{name}": _("There is no such field.") for name in unknown}
            )
        draft = PlanItem(
            plan=plan, position=position, **{name: values[name] for name in FACTS if name in values}
        )
        draft.currency = (draft.currency or "").upper()
        if values.get("id"):
            draft.pk = _standing_id(values["id"], standing, position)
        result.append(draft)
    if len({draft.pk for draft in result}) < len(result):
        raise ValidationError({"items": _("The same item stands twice.")})
    return result


def _standing_id(given: Any, standing: Mapping[UUID, PlanItem], position: int) -> UUID:
    for pk in standing:
        if str(pk) == str(given):
            return pk
    raise ValidationError({f"items.{position}.id": _("This plan has no such item.")})


def problems(kol: Kol, items: Sequence[PlanItem]) -> dict[str, list]:
    """Everything wrong with the items, keyed ``items.0.amount``."""
    found: dict[str, list] = {}
    for position, item in enumerate(items):
        wrong = errors_of(partial(item.clean_fields, exclude=["plan"])) or _money_problems(kol, item)
        found |= {f"items.{position}.{name}": messages for name, messages in wrong.items()}
    return found


def errors_of(clean: Callable[[], None]) -> dict[str, list]:
    """What a ``clean`` finds wrong, keyed by field."""
    try:
        clean()
    except ValidationError as error:
        return dict(error.error_dict)
    return {}


def _money_problems(kol: Kol, item: PlanItem) -> dict[str, list]:
    if is_money(item) and not may_get_money(kol):
        return {"kind": [no_money()]}
    if item.amount is None:
        return {}
    if not item.currency:
        return {"currency": [_("An amount needs its currency.")]}
    if problem := money.problem_of_currency(item.currency):
        return {"currency": [problem]}
    problem = money.problem_of_amount(item.amount, item.currency)
    return {"amount": [problem]} if problem else {}


def is_money(item: PlanItem) -> bool:
    """Cash in any form: what a minor gets only with a guardian's consent (DOMAIN 3.1)."""
    return item.kind == Kind.PROFIT_SHARE or (item.kind == Kind.MATERIAL and item.amount is not None)


def may_get_money(kol: Kol) -> bool:
    return not kol.minor or kol.guardian_consent_on is not None


def no_money() -> str:
    return _("Under age: no money without the guardian’s consent on file.")


def replace(
    actor: Actor, plan: IncentivePlan, standing: Mapping[UUID, PlanItem], items: Sequence[PlanItem]
) -> bool:
    """Write the difference between two sets, item by item into the plan's history; whether there was one."""
    kept = {item.pk for item in items}
    gone = [item for pk, item in standing.items() if pk not in kept]
    for item in gone:
        history.remove(actor, item, root=plan.pk)
    changed = bool(gone)
    for item in items:
        if item.pk not in standing:
            history.create(actor, item, root=plan.pk)
            changed = True
            continue
        values = {name: getattr(item, name) for name in (*FACTS, "position")}
        if any(getattr(standing[item.pk], name) != value for name, value in values.items()):
            history.save_child(actor, standing[item.pk], values, root=plan.pk)
            changed = True
    return changed
