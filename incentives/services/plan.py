"""The verbs of the IncentivePlan: create, edit, activate, finish, stop (DOMAIN 6.2).

A draft is edited freely. What is active was promised, so it stays as it is until it is done or stopped.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import IncentivePlan, PlanItem
from incentives.services import plan_items
from incentives.services.plan_items import Given
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import stops
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services import access

State = IncentivePlan.State
STEPS = {
    "activate": (State.DRAFT, State.ACTIVE),
    "finish": (State.ACTIVE, State.DONE),
    "stop": (State.ACTIVE, State.STOPPED),
}
FACTS = ("title", "note")
NOT_FACTS = tuple(field.name for field in IncentivePlan._meta.fields if field.name not in FACTS)


def create(actor: Actor, kol: Kol, values: Mapping[str, Any], items: Given = ()) -> IncentivePlan:
    """A new draft. ``items`` are mappings of ``kind, what, amount, currency, due_on``, in their order.

    Raises ``Refused`` for an archived or departed KOL, ``ValidationError`` keyed by field, of an item by
    ``items.0.amount``.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        kol = _open_file(actor, kol.pk)
        plan = IncentivePlan(kol=kol, author=actor.user, created_at=actor.at, **values)
        drafts = plan_items.drafts(plan, items, {})
        _check(plan, kol, drafts)
        history.create(actor, plan)
        for item in drafts:
            history.create(actor, item, root=plan.pk)
    return plan


def edit(
    actor: Actor,
    plan: IncentivePlan,
    changes: Mapping[str, Any],
    items: Given | None = None,
    version: int | None = None,
) -> IncentivePlan:
    """Save changed facts of a draft and, where given, its whole set of items; one with an ``id`` is kept.

    Raises ``Conflict`` with nothing written, ``Refused`` unless it is a draft of a KOL who may have one,
    ``ValidationError`` as ``create``.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        kol = _open_file(actor, plan.kol_id)
        current = history.locked(plan, version)
        _expect(current, State.DRAFT)
        standing = {item.pk: item for item in current.items.all()}
        drafts = list(standing.values()) if items is None else plan_items.drafts(current, items, standing)
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        _check(draft, kol, drafts)
        saved = history.save(actor, current, changes, None)
        items_differ = plan_items.replace(actor, current, standing, drafts)
        if items_differ and saved.version == current.version:
            saved = history.touch_version(saved, None)
    return saved


def activate(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """draft → active; needs an item and a KOL who may have a plan, and is not stopped (DOMAIN 5.6).

    Raises ``Refused``, ``Conflict``, ``ValidationError`` keyed ``kol`` while a stop stands.
    """
    with transaction.atomic():
        kol = _open_file(actor, plan.kol_id)
        stops.demand_none_standing(kol.pk, "kol")
        current = history.locked(plan, version)
        items = list(current.items.all())
        if not items:
            raise Refused("plan_is_empty", _("A plan needs at least one item before it starts."))
        if any(plan_items.is_money(item) for item in items) and not plan_items.may_get_money(kol):
            raise Refused("minor_without_consent", plan_items.no_money())
        return _step(actor, current, "activate")


def finish(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """active → done. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        _file(actor, plan.kol_id)
        return _step(actor, history.locked(plan, version), "finish")


def stop(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """active → stopped. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        _file(actor, plan.kol_id)
        return _step(actor, history.locked(plan, version), "stop")


VERBS = {"activate": activate, "finish": finish, "stop": stop}


def verbs_of(plan: IncentivePlan) -> list[str]:
    """Names of the verbs that the plan's state allows."""
    return [name for name, (before, _after) in STEPS.items() if before == plan.state]


def _step(actor: Actor, locked: IncentivePlan, name: str) -> IncentivePlan:
    before, after = STEPS[name]
    _expect(locked, before)
    return history.save(actor, locked, {"state": after}, None)


def _expect(plan: IncentivePlan, state: str) -> None:
    if plan.state != state:
        message = _("The plan is “%(state)s”; this needs one that is “%(needed)s”.")
        words = {"state": plan.get_state_display(), "needed": State(state).label}
        raise Refused("plan_state", message % words, state=plan.state)


def _file(actor: Actor, kol_id: UUID) -> Kol:
    """The file, locked before the plan; state and right are asked under the lock."""
    kol = Kol.objects.select_for_update().get(pk=kol_id)
    if kol.is_archived:
        raise Refused("kol_archived", _("The file is archived; restore it first."))
    access.demand(actor.user, kol, EDIT, _("Only its owner or a manager plans incentives of a KOL."))
    return kol


def _open_file(actor: Actor, kol_id: UUID) -> Kol:
    """As ``_file``, of a KOL who has not departed: nobody does between the check and the write."""
    kol = _file(actor, kol_id)
    if kol.stage == Stage.DEPARTED:
        raise Refused("kol_departed", _("%(name)s has departed: no plan can be made.") % {"name": kol.name})
    return kol


def _check(plan: IncentivePlan, kol: Kol, items: Sequence[PlanItem]) -> None:
    """Everything wrong with the plan and its items at once. Raises ``ValidationError``."""
    wrong = plan_items.errors_of(lambda: plan.clean_fields(exclude=NOT_FACTS)) | plan_items.problems(
        kol, items
    )
    if wrong:
        raise ValidationError(wrong)
