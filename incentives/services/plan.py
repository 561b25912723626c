"""The verbs of the IncentivePlan: create, edit, finish, stop (DOMAIN 6.2); its approval is beside it.

A draft is edited freely; who changes what was submitted or approved makes it a draft again. What is active
was promised, so it stays as it is until it is done or stopped.
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
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services import access, next_due

State = IncentivePlan.State
EDITED = (State.DRAFT, State.SUBMITTED, State.APPROVED)
DRAFT_AGAIN = {"state": State.DRAFT, "submitted_at": None, "submitted_by": None}
FACTS = ("title", "note")
NOT_FACTS = tuple(field.name for field in IncentivePlan._meta.fields if field.name not in FACTS)


def create(actor: Actor, kol: Kol, values: Mapping[str, Any], items: Given = ()) -> IncentivePlan:
    """A new draft. ``items`` are mappings of ``kind, what, amount, currency, due_on``, in their order.

    Raises ``Refused`` for an archived or departed KOL, ``ValidationError`` keyed by field, of an item by
    ``items.0.amount``.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        kol = open_file(actor, kol.pk)
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

    What was submitted or approved becomes a draft by it. Raises ``Conflict`` with nothing written,
    ``Refused`` once it runs or of a KOL who may have none, ``ValidationError`` as ``create``.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        kol = open_file(actor, plan.kol_id)
        current = history.locked(plan, version)
        expect(current, *EDITED)
        version_before = current.version
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
        if saved.version != version_before and saved.state != State.DRAFT:
            saved = history.save(actor, saved, DRAFT_AGAIN, None)
        next_due.refresh([kol.pk])
    return saved


def finish(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """active → done. Raises ``Refused``, ``Conflict``."""
    return _end(actor, plan, version, State.DONE)


def stop(actor: Actor, plan: IncentivePlan, version: int | None = None) -> IncentivePlan:
    """active → stopped. Raises ``Refused``, ``Conflict``."""
    return _end(actor, plan, version, State.STOPPED)


def _end(actor: Actor, plan: IncentivePlan, version: int | None, state: str) -> IncentivePlan:
    with transaction.atomic():
        file_of(actor, plan.kol_id)
        current = history.locked(plan, version)
        expect(current, State.ACTIVE)
        saved_plan = saved(actor, current, {"state": state, "ended_at": actor.at})
        next_due.refresh([plan.kol_id])
        return saved_plan


def saved(actor: Actor, locked: IncentivePlan, changes: Mapping[str, Any]) -> IncentivePlan:
    """Write a step of a plan that is locked."""
    return history.save(actor, locked, changes, None)


def expect(plan: IncentivePlan, *states: str) -> None:
    """Raise ``Refused`` (``plan_state``) unless the plan is in one of these states."""
    if plan.state not in states:
        message = _("The plan is “%(state)s”; this needs one that is “%(needed)s”.")
        words = {"state": plan.get_state_display(), "needed": State(states[0]).label}
        raise Refused("plan_state", message % words, state=plan.state)


def file_of(actor: Actor, kol_id: UUID) -> Kol:
    """The file, locked before the plan; state and right are asked under the lock."""
    kol = Kol.objects.select_for_update().get(pk=kol_id)
    if kol.is_archived:
        raise Refused("kol_archived", _("The file is archived; restore it first."))
    access.demand(actor.user, kol, EDIT, _("Only its owner or a manager plans incentives of a KOL."))
    return kol


def open_file(actor: Actor, kol_id: UUID) -> Kol:
    """As ``file_of``, of a KOL who has not departed: nobody does between the check and the write."""
    kol = file_of(actor, kol_id)
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
