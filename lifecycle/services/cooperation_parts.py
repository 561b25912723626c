"""The parts of a cooperation plan as one set: what a door hands in, checked, and the difference written."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import history, money
from kol_crm.core.actor import Actor
from lifecycle.models import CooperationPart, CooperationPlan
from profiles.models import Kol, Need

FACTS = ("side", "what", "answers", "need", "pay_model", "amount", "currency", "exclusive", "due_on")
MOST = 40
Given = Sequence[Mapping[str, Any]]
Side = CooperationPart.Side


def drafts(
    plan: CooperationPlan, given: Given, standing: Mapping[UUID, CooperationPart]
) -> list[CooperationPart]:
    """Unsaved parts as they shall stand, in order; one given with an ``id`` keeps it. ``need``: its id.

    Raises ``ValidationError`` keyed ``parts.0.need``.
    """
    if len(given) > MOST:
        raise ValidationError({"parts": _("A plan has at most %(most)s parts.") % {"most": MOST}})
    needs = {str(need.pk): need for need in Need.objects.filter(kol=plan.kol_id)}
    result = []
    for position, values in enumerate(given):
        unknown = set(values) - {"id", *FACTS}
        if unknown:
            raise ValidationError(
                {f"parts.{position}.{name}": _("There is no such field.") for name in unknown}
            )
        facts = {name: values[name] for name in FACTS if name in values and name != "need"}
        draft = CooperationPart(plan=plan, position=position, **facts)
        draft.currency = (draft.currency or "").upper() if draft.amount is not None else ""
        if values.get("need"):
            need = needs.get(str(values["need"]))
            if need is None:
                raise ValidationError({f"parts.{position}.need": _("This file has no such need.")})
            draft.need, draft.answers = need, need.kind
        if values.get("id"):
            draft.pk = _standing_id(values["id"], standing, position)
        result.append(draft)
    if len({draft.pk for draft in result}) < len(result):
        raise ValidationError({"parts": _("The same part stands twice.")})
    return result


def _standing_id(given: Any, standing: Mapping[UUID, CooperationPart], position: int) -> UUID:
    for pk in standing:
        if str(pk) == str(given):
            return pk
    raise ValidationError({f"parts.{position}.id": _("This plan has no such part.")})


def problems(kol: Kol, parts: Sequence[CooperationPart]) -> dict[str, list]:
    """Everything wrong with the parts, keyed ``parts.0.amount``."""
    found: dict[str, list] = {}
    for position, part in enumerate(parts):
        wrong = errors_of(partial(part.clean_fields, exclude=["plan"])) or _own_problems(kol, part)
        found |= {f"parts.{position}.{name}": messages for name, messages in wrong.items()}
    return found


def errors_of(clean) -> dict[str, list]:
    """What a ``clean`` finds wrong, keyed by field."""
    try:
        clean()
    except ValidationError as error:
        return dict(error.error_dict)
    return {}


def _own_problems(kol: Kol, part: CooperationPart) -> dict[str, list]:
    if refused := forbidden(kol, part):
        return refused
    if part.side == Side.DOES and (part.amount is not None or part.pay_model):
        return {"amount": [_("Money goes with what they get.")]}
    if part.amount is None:
        return {}
    if not part.currency:
        return {"currency": [_("An amount needs its currency.")]}
    if problem := money.problem_of_currency(part.currency):
        return {"currency": [problem]}
    problem = money.problem_of_amount(part.amount, part.currency)
    return {"amount": [problem]} if problem else {}


def forbidden(kol: Kol, part: CooperationPart) -> dict[str, list]:
    """What a minor is not offered without a guardian's consent on file: exclusivity, cash (DOMAIN 3.1)."""
    if not kol.minor or kol.guardian_consent_on is not None:
        return {}
    if part.exclusive:
        return {"exclusive": [_("Under age: no exclusivity without the guardian’s consent on file.")]}
    if part.amount is not None or part.pay_model:
        name = "amount" if part.amount is not None else "pay_model"
        return {name: [_("Under age: no money without the guardian’s consent on file.")]}
    return {}


def replace(
    actor: Actor,
    plan: CooperationPlan,
    standing: Mapping[UUID, CooperationPart],
    parts: Sequence[CooperationPart],
) -> bool:
    """Write the difference between two sets into the file's history; whether there was one."""
    kept = {part.pk for part in parts}
    gone = [part for pk, part in standing.items() if pk not in kept]
    for part in gone:
        history.remove(actor, part, root=plan.root)
    changed = bool(gone)
    for part in parts:
        if part.pk not in standing:
            history.create(actor, part, root=plan.root)
            changed = True
            continue
        values = {name: getattr(part, name) for name in (*FACTS, "position")}
        if any(getattr(standing[part.pk], name) != value for name, value in values.items()):
            history.save_child(actor, standing[part.pk], values, root=plan.root)
            changed = True
    return changed
