"""The verbs of the campaign: create, edit, start, end (DOMAIN 6.5)."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import Campaign, Deliverable
from incentives.services import campaign_days
from kol_crm.core import day_range, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, next_due

State, Type = Campaign.State, Campaign.Type
FACTS = (
    "name",
    "type",
    "monetising",
    "starts_on",
    "ends_on",
    "owner",
    "field",
    "topic",
    "purpose",
    "note",
)


def may(user: User | None, campaign: Campaign, action: str = VIEW) -> bool:
    """Whether ``user`` (None: the system) may do it."""
    return user is None or Campaign.objects.visible_to(user, action).filter(pk=campaign.pk).exists()


def demand(actor: Actor, campaign: Campaign, action: str = EDIT) -> None:
    """Raise ``PermissionDenied`` unless the actor may do it."""
    if not may(actor.user, campaign, action):
        raise PermissionDenied(_("You may see this campaign but not do this."))


def locked(actor: Actor, campaign: Campaign, version: int | None = None) -> Campaign:
    """The campaign as it stands, locked, of an actor who may edit it. Raises ``Conflict``."""
    current: Campaign = history.locked(campaign, version)
    demand(actor, current)
    return current


def demand_open(campaign: Campaign) -> None:
    """Raise ``Refused`` (``campaign_ended``) for one that is over."""
    if campaign.is_ended:
        raise Refused("campaign_ended", _("The campaign has ended."))


def create(actor: Actor, values: Mapping[str, Any]) -> Campaign:
    """A planned campaign; its owner is the actor where none is given, its team the owner's. An endorsement
    is monetising unless it is said not to be. Raises ``ValidationError`` keyed by field.
    """
    history.only_facts(values, FACTS)
    monetising = values.get("type") == Type.ENDORSEMENT
    campaign = Campaign(**{"owner": actor.user, "monetising": monetising, **values}, created_at=actor.at)
    _check(actor, campaign, owner=True)
    return history.create(actor, campaign)


def edit(
    actor: Actor, campaign: Campaign, changes: Mapping[str, Any], version: int | None = None
) -> Campaign:
    """Whether it is monetising, and whether it is a contest, is settled once somebody takes part, so that no
    guard and no code is missing and no count changes its meaning; days move as ``campaign_days`` says.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``campaign_ended``), ``ValidationError`` by field.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        if campaign.monetising and {"starts_on", "ends_on"} & set(changes):
            campaign_days.lock_who_takes_part(campaign)
        current = locked(actor, campaign, version)
        demand_open(current)
        draft = copy(current)
        for name, value in changes.items():
            setattr(draft, name, value)
        _check(actor, draft, owner=draft.owner_id != current.owner_id)
        _demand_settled(current, draft)
        campaign_days.demand(actor, current, draft)
        if draft.team_id != current.team_id:
            changes = {**changes, "team": draft.team}
        return history.save(actor, current, changes, None)


def start(actor: Actor, campaign: Campaign, version: int | None = None) -> Campaign:
    """planned → running; one that was ended by mistake runs again. Raises ``Refused`` (``wrong_state``)."""
    with transaction.atomic():
        _lock_who_owes(campaign)
        current = locked(actor, campaign, version)
        if current.state == State.RUNNING:
            raise Refused("wrong_state", _("It is running already."))
        saved = history.save(
            actor,
            current,
            {"state": State.RUNNING},
            None,
            derive=lambda row: {"started_at": row.started_at or actor.at, "ended_at": None},
        )
        next_due.refresh(_owing(current))
        return saved


def end(actor: Actor, campaign: Campaign, version: int | None = None) -> Campaign:
    """→ ended: nobody joins any more, nothing is owed any more; results may still come in.

    Raises ``Refused`` (``campaign_ended``).
    """
    with transaction.atomic():
        _lock_who_owes(campaign)
        current = locked(actor, campaign, version)
        demand_open(current)
        saved = history.save(
            actor, current, {"state": State.ENDED}, None, derive=lambda _row: {"ended_at": actor.at}
        )
        next_due.refresh(_owing(current))
        return saved


def _owing(campaign: Campaign) -> list[UUID]:
    """The files whose next due may change. Asked again once the campaign is locked: then none comes to it."""
    owed = Deliverable.objects.filter(participant__campaign=campaign, done_on=None)
    return list(owed.order_by().values_list("participant__kol", flat=True).distinct())


def _lock_who_owes(campaign: Campaign) -> None:
    """Their files, before the campaign is."""
    Kol.objects.lock(*_owing(campaign))


def _check(actor: Actor, campaign: Campaign, *, owner: bool) -> None:
    day_range.demand(starts_on=campaign.starts_on, ends_on=campaign.ends_on)
    if not owner:
        return
    found = campaign.owner if campaign.owner_id else None
    if found is None or found.team is None:
        raise ValidationError({"owner": _("Choose somebody who is in a team.")})
    access.demand_owner(actor.user, found)
    campaign.team = found.team


def _demand_settled(current: Campaign, draft: Campaign) -> None:
    changed = {
        "monetising": current.monetising != draft.monetising,
        "type": current.is_contest != draft.is_contest,
    }
    if any(changed.values()) and current.participants.exists():
        words = _("Somebody takes part: this is settled.")
        raise ValidationError({name: words for name, is_other in changed.items() if is_other})
