"""What participants owe: put down, edited, done, opened again, dropped (DOMAIN 6.5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from incentives.models import Campaign, Deliverable, Participant
from incentives.services import campaign as campaigns
from incentives.services import participant as participants
from kol_crm.core import day_range, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.days import installation_day
from profiles.services import next_due

FACTS = ("what", "due_on", "link")
MOST = 50
THEIR_FILE = ("participant__kol", "participant__kol__merged_into")


def add(actor: Actor, participant: Participant, values: Mapping[str, Any]) -> Deliverable:
    """Raises ``PermissionDenied``, ``Refused`` (``campaign_ended``, ``has_left``), ``ValidationError``."""
    history.only_facts(values, FACTS)
    day_range.demand(due_on=values.get("due_on"))
    with transaction.atomic():
        current = _of_open_campaign(actor, participant)
        if current.left_on is not None:
            raise Refused("has_left", _("They take part no longer."))
        if current.deliverables.count() >= MOST:
            raise ValidationError({"what": _("At most %(most)d for one participant.") % {"most": MOST}})
        last = current.deliverables.aggregate(last=Max("position"))["last"]
        row = Deliverable(participant=current, position=0 if last is None else last + 1, **values)
        history.create(actor, row, root=current.pk)
        next_due.refresh([current.file_id])
    return row


def edit(
    actor: Actor, deliverable: Deliverable, changes: Mapping[str, Any], version: int | None = None
) -> Deliverable:
    """Raises as ``add``, and ``Conflict``."""
    history.only_facts(changes, FACTS)
    day_range.demand(due_on=changes.get("due_on"))
    return _save(actor, deliverable, changes, version)


def finish(
    actor: Actor,
    deliverable: Deliverable,
    on: date | None = None,
    link: str = "",
    version: int | None = None,
) -> Deliverable:
    """Done, on that day (today without one). Raises as ``edit``, at ``on`` for a day to come."""
    day = installation_day(actor.at)
    if on is not None and on > day:
        raise ValidationError({"on": _("This cannot lie in the future.")})
    changes = {"done_on": on or day, **({"link": link} if link else {})}
    return _save(actor, deliverable, changes, version)


def reopen(actor: Actor, deliverable: Deliverable, version: int | None = None) -> Deliverable:
    """Not done after all. Raises as ``edit``."""
    return _save(actor, deliverable, {"done_on": None}, version)


def drop(actor: Actor, deliverable: Deliverable, version: int | None = None) -> None:
    """Not owed after all; it stays in the history. Raises as ``edit``."""
    with transaction.atomic():
        participant = _of_open_campaign(actor, deliverable.participant)
        current = history.locked(deliverable, version)
        history.remove(actor, current, root=participant.pk)
        next_due.refresh([participant.file_id])


def _of_open_campaign(actor: Actor, participant: Participant) -> Participant:
    """As it stands, of a campaign of which something may still be owed; its file and then that are locked."""
    current = participants.after_its_file(participant)
    campaigns.demand_open(campaigns.locked(actor, current.campaign))
    return current


def _save(
    actor: Actor, deliverable: Deliverable, changes: Mapping[str, Any], version: int | None
) -> Deliverable:
    with transaction.atomic():
        participant = _of_open_campaign(actor, deliverable.participant)
        saved = history.save(actor, deliverable, changes, version)
        next_due.refresh([participant.file_id])
    return saved


def due_dates(files: QuerySet) -> QuerySet:
    """What it hands in for next due: what is owed in campaigns that are not over, by merged files too."""
    rows = Deliverable.objects.open().filter(due_on__isnull=False)
    rows = rows.exclude(participant__campaign__state=Campaign.State.ENDED).order_by()
    # not one OR over both: each has its index
    found = [rows.filter(**{f"{path}__in": files}).values_list(path, "due_on") for path in THEIR_FILE]
    return found[0].union(found[1], all=True)
