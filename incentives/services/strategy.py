"""The verbs of the strategy adjustment: decide, edit, settle (DOMAIN 6.8)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incentives.models import Strategy
from kol_crm.core import history
from kol_crm.core.actor import Actor
from lifecycle.services import rule as rules
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import access, next_due, note

GROUP = ("team", "cohort", "stage", "level")
FACTS = ("what", "why", "expected", "decided_on", "look_on")
USUAL_DAYS = 90


def decide(actor: Actor, kol: Kol | None, values: Mapping[str, Any]) -> Strategy:
    """Adjust the strategy for ``kol``, or for the group that ``team cohort stage level`` name.

    From today where no day is given, looked at after ninety days. Raises ``PermissionDenied``, ``Refused``
    (``archived``), ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS if kol else (*GROUP, *FACTS))
    began = values.get("decided_on") or note.installation_day(actor)
    days = {"decided_on": began, "look_on": values.get("look_on") or began + timedelta(days=USUAL_DAYS)}
    _check_days(**days)
    with transaction.atomic():
        current = rules.locked(actor, kol) if kol else None
        row = Strategy(kol=current, author=actor.user, created_at=actor.at, **{**values, **days})
        if kol is None:
            _check_group(actor, row)
        history.create(actor, row, root=row.root)
        _redate(row)
    return row


def edit(
    actor: Actor, strategy: Strategy, changes: Mapping[str, Any], version: int | None = None
) -> Strategy:
    """Change what is still running. Raises as ``decide``, ``Conflict``, ``Refused`` (``already_settled``)."""
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = _open(actor, strategy, version)
        _check_days(
            changes.get("decided_on", current.decided_on),  # of a page that leaves it empty: refused below
            changes.get("look_on", current.look_on),
        )
        saved = history.save(actor, current, changes, None)
        _redate(saved)
    return saved


def settle(actor: Actor, strategy: Strategy, happened: str, version: int | None = None) -> Strategy:
    """What happened, held against what was expected. Raises as ``edit``, keyed ``happened``."""
    if not happened.strip():
        raise ValidationError({"happened": _("Say what happened.")})
    with transaction.atomic():
        current = _open(actor, strategy, version)
        changes = {"happened": happened.strip(), "settled_at": actor.at}
        saved = history.save(actor, current, changes, None)
        _redate(saved)
    return saved


def reopen(actor: Actor, strategy: Strategy, version: int | None = None) -> Strategy:
    """It was looked at too early, or by mistake. Raises ``Conflict``, ``Refused`` (``not_settled``)."""
    with transaction.atomic():
        current = _open(actor, strategy, version, is_open=False)
        saved = history.save(actor, current, {"happened": "", "settled_at": None}, None)
        _redate(saved)
    return saved


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Strategy.objects.open(), "look_on", files)


def _open(actor: Actor, strategy: Strategy, version: int | None, *, is_open: bool = True) -> Any:
    """The file, then the row, locked in this order everywhere; right, version and state are checked."""
    if strategy.kol is not None:
        rules.locked(actor, strategy.kol)
    elif actor.user is not None:
        rows = Strategy.objects.visible_to(actor.user, EDIT)
        if not rows.filter(pk=strategy.pk).exists():
            raise PermissionDenied(_("Only its author or a manager changes it."))
    current = history.locked(strategy, version)
    note.demand_open(current, is_open=is_open)
    return current


def _check_days(decided_on: date | None, look_on: date | None) -> None:
    if decided_on is None:
        raise ValidationError({"decided_on": _("Say from when.")})
    if look_on is None or look_on <= decided_on:
        raise ValidationError({"look_on": _("Choose a day after it begins.")})


def _check_group(actor: Actor, row: Strategy) -> None:
    """A group of a team that the actor works in; a cohort is the first day of its month."""
    if row.team is None or (
        actor.user is not None and not access.teams_for(actor.user).filter(pk=row.team.pk).exists()
    ):
        raise ValidationError({"team": _("Choose a team that you work in.")})
    if row.cohort is not None:
        row.cohort = row.cohort.replace(day=1)
    if not (row.cohort or row.stage or row.level):
        raise ValidationError({"cohort": _("Name a KOL, or a cohort, a stage or a level.")})


def _redate(row: Strategy) -> None:
    if row.kol_id:
        next_due.refresh([row.kol_id])
