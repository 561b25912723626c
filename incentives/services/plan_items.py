"""The items of a plan as one set: reading what a door hands in, checking it, writing the difference."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, Kind, Pay, PlanItem
from incentives.services import plan_terms
from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol, Need

FACTS = (
    *("kind", "what", "pay", "amount", "currency", "rate", "base", "floor", "cap"),
    *("expected", "period", "due_on", "ends_on", "need"),
)
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
        draft = PlanItem(plan=plan, position=position, **_facts(plan, values, position))
        draft.currency = (draft.currency or "").upper()
        if values.get("id"):
            draft.pk = _standing_id(values["id"], standing, position)
        result.append(draft)
    if len({draft.pk for draft in result}) < len(result):
        raise ValidationError({"items": _("The same item stands twice.")})
    return result


def _facts(plan: IncentivePlan, values: Mapping[str, Any], position: int) -> dict[str, Any]:
    """What was given; a profit share that names no pay model is a share, a need is one of the file's."""
    found = {name: values[name] for name in FACTS if name in values}
    if "pay" not in found and found.get("kind") == Kind.PROFIT_SHARE:
        found["pay"] = Pay.SHARE
    if "need" in found:
        found["need"] = _need(plan, found["need"], position)
    return found


def _need(plan: IncentivePlan, given: Any, position: int) -> Need | None:
    if given in (None, ""):
        return None
    pk = given.pk if isinstance(given, Need) else given
    row = Need.objects.filter(kol=plan.kol_id, pk=pk).first()
    if row is None:
        raise ValidationError({f"items.{position}.need": _("This file has no such need.")})
    return row


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
    return plan_terms.problems(item)


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
