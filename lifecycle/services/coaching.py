"""The verbs of the CoachingPlan: begun with figures fixed, closed on the figures after (DOMAIN 5.5)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from lifecycle import measuring
from lifecycle.models import CoachingFigure, CoachingPlan
from lifecycle.services import rule as rules
from profiles.models import Kol
from profiles.services import note

FACTS = frozenset({"title", "aim"})
MOST_FIGURES = 6


def begin(
    actor: Actor, kol: Kol, values: Mapping[str, Any], figures: Collection[measuring.Pair]
) -> CoachingPlan:
    """A plan with the figures by which it is judged, fixed as they are on this day.

    Raises ``PermissionDenied``, ``Refused`` (``archived``), ``ValidationError`` by field, ``figures``
    where none is given or nothing fresh is known of one.
    """
    history.only_facts(values, FACTS)
    with transaction.atomic():
        current = rules.locked(actor, kol)
        if not 1 <= len(figures) <= MOST_FIGURES:
            words = _("Choose one to %(most)d figures by which it is judged.") % {"most": MOST_FIGURES}
            raise ValidationError({"figures": words})
        fixed = measuring.before(current, figures, note.installation_day(actor), "figures")
        if len({(one["account"].pk, one["metric"]) for one in fixed}) < len(fixed):
            raise ValidationError({"figures": _("The same figure stands twice.")})
        plan = note.add(actor, CoachingPlan(kol=current, **values))
        for one in fixed:
            history.create(actor, CoachingFigure(plan=plan, **one), root=plan.root)
        return plan


def edit(
    actor: Actor, plan: CoachingPlan, changes: Mapping[str, Any], version: int | None = None
) -> CoachingPlan:
    """Title and aim; the figures stay. Raises ``Conflict``, ``Refused`` (``already_settled``)."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        return note.save(actor, running(actor, plan, version), changes, None)


def close(actor: Actor, plan: CoachingPlan, result: str, version: int | None = None) -> CoachingPlan:
    """It is over; the figures after are fixed as they are on this day.

    Raises ``Refused`` (``after_missing``, ``already_settled``), ``Conflict``, ``ValidationError`` keyed
    ``result``.
    """
    if not result.strip():
        raise ValidationError({"result": _("Say what came of it.")})
    with transaction.atomic():
        current = running(actor, plan, version)
        day, figures = note.installation_day(actor), list(current.figures.all())
        measuring.demand_after(current.kol, figures, day)
        known = measuring.after(current.kol, figures, day)
        for figure in figures:
            history.save_child(actor, figure, known.get(figure.pk, {}), root=current.root)
        return note.save(actor, current, {"result": result.strip(), "closed_at": actor.at}, None)


def running(actor: Actor, plan: CoachingPlan, version: int | None = None) -> CoachingPlan:
    """The file, then the plan, locked in this order everywhere; right, version and state are checked."""
    rules.locked(actor, plan.kol)
    current: CoachingPlan = history.locked(plan, version)
    note.demand_open(current)
    return current
