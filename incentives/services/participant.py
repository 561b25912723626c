"""Who takes part in a campaign: every door comes through ``add`` (DOMAIN 6.5, 6.6)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives import rhythm
from incentives.models import Campaign, Participant
from incentives.services import campaign as campaigns
from incentives.services import invitation_code
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from lifecycle import stops
from lifecycle.days import installation_day
from profiles.models import Kol, Stage
from profiles.models.querysets import VIEW
from profiles.services import access, next_due

LONGEST = 300
MOST = 200  # at once: each is judged


class GuardRefused(Refused):
    """Nothing was written: the rhythm guard does not pass. ``guard`` holds the figures of the day."""

    def __init__(self, guard: Any, *, may_pass: bool):
        self.guard = guard
        failed = [str(one.sentence) for one in guard.checks if one.passed is not True]
        words = _("The rhythm guard does not pass: %(why)s") % {"why": " ".join(failed)}
        checks = guard.as_json()["checks"]
        super().__init__("rhythm_guard", words, checks=checks, may_pass=may_pass)


def may_pass(user: User | None) -> bool:
    """A manager may pass the guard, with a reason."""
    return user is None or user.is_manager or user.is_admin


def add(actor: Actor, campaign: Campaign, kol: Kol, reason: str = "") -> Participant:
    """A KOL takes part from today; one who left takes part again, from their first day where they were there
    already, so that the rhythm guard forgets no day. In an invitation contest they get a code.

    Into a monetising campaign only past the rhythm guard, which a manager passes with ``reason``. Raises
    ``PermissionDenied``, ``Refused`` (``campaign_ended``), ``GuardRefused``, ``ValidationError`` keyed
    ``kol`` (archived, departed, a stop stands, takes part already) or ``reason``.
    """
    reason = reason.strip()
    if len(reason) > LONGEST:
        raise ValidationError({"reason": _("At most %(most)d characters.") % {"most": LONGEST}})
    day = installation_day(actor.at)
    with transaction.atomic():
        file = _file(actor, kol)
        current = campaigns.locked(actor, campaign)
        campaigns.demand_open(current)
        standing = current.participants.filter(kol=file).first()
        if standing is not None and standing.left_on is None:
            raise ValidationError({"kol": _("This KOL takes part already.")})
        judged = _judged(actor, current, file, reason)
        values = {"joined_on": _since(standing, current, day), "left_on": None, **judged}
        if standing is not None:
            row = history.save(actor, standing, values, None)
        else:
            made = Participant(campaign=current, kol=file, added_by=actor.user, created_at=actor.at, **values)
            row = history.create(actor, made)
        if current.is_contest:
            invitation_code.give(actor, row)
        next_due.refresh([file.pk])
    return row


def add_many(actor: Actor, campaign: Campaign, rows: Sequence[Mapping[str, Any]]) -> list[Participant]:
    """The set form: ``rows`` of ``kol`` and ``reason``, all or none, at once; more are background work
    (``campaign_bulk``).

    Raises ``PermissionDenied``, ``Refused`` (``campaign_ended``), ``ValidationError`` keyed ``rows`` (too
    many) or ``rows.0.kol``.
    """
    if len(rows) > MOST:
        words = _(
            "At most %(most)d at once. More of them are added from the list of KOLs: choose them there."
        )
        raise ValidationError({"rows": words % {"most": MOST}})
    problems: dict[str, Any] = {}
    made = []
    with transaction.atomic():
        Kol.objects.lock(*(row["kol"].pk for row in rows))
        for place, row in enumerate(rows):
            try:
                made.append(add(actor, campaign, row["kol"], row.get("reason") or ""))
            except ValidationError as error:
                problems |= {f"rows.{place}.{name}": told for name, told in error.message_dict.items()}
            except GuardRefused as refused:
                problems[f"rows.{place}.kol"] = str(refused.message)
        if problems:
            raise ValidationError(problems)
    return made


def leave(actor: Actor, participant: Participant, version: int | None = None) -> Participant:
    """They take part no longer; what they did and brought stays. Raises ``Refused`` (``has_left``)."""
    with transaction.atomic():
        campaigns.locked(actor, after_its_file(participant).campaign)
        current: Participant = history.locked(participant, version)
        if current.left_on is not None:
            raise Refused("has_left", _("They take part no longer."))
        day = max(installation_day(actor.at), current.joined_on)
        saved = history.save(actor, current, {"left_on": day}, None)
        next_due.refresh([current.file_id])
    return saved


def after_its_file(participant: Participant) -> Participant:
    """As it stands, its file locked; it may have gone to another file by a merge meanwhile."""
    while True:
        kol_id = Participant.objects.values_list("kol", flat=True).get(pk=participant.pk)
        file = Kol._base_manager.select_for_update().get(pk=kol_id)
        current = Participant.objects.select_related("campaign", "kol").get(pk=participant.pk)
        if current.kol_id == file.pk:
            return current


def _file(actor: Actor, kol: Kol) -> Kol:
    """The file, locked, of a KOL who may take part now."""
    file: Kol = history.locked(kol, None)
    if file.is_archived:
        raise ValidationError({"kol": _("The file is archived.")})
    access.demand(actor.user, file, VIEW, _("You may not see this file."))
    if file.stage == Stage.DEPARTED:
        raise ValidationError({"kol": _("They have departed.")})
    stops.demand_none_standing(file.pk, "kol")
    return file


def _since(standing: Participant | None, campaign: Campaign, day: date) -> date:
    """The day from which they take part: the first one kept, unless they left before the campaign began."""
    if standing is None or standing.left_on is None or standing.left_on < campaign.starts_on:
        return day
    return min(standing.joined_on, day)


def _judged(actor: Actor, campaign: Campaign, kol: Kol, reason: str) -> dict[str, Any]:
    """What the guard says, as it is kept. Raises ``GuardRefused``, ``PermissionDenied``."""
    nothing: dict[str, Any] = {"guard": {}, "passed_by": None, "pass_reason": ""}
    if not campaign.monetising:
        return nothing
    day = installation_day(actor.at)
    guard = rhythm.judge(kol, day, leaving_out=campaign)
    kept = {**nothing, "guard": {"day": day.isoformat(), **guard.as_json()}}
    if guard.passed:
        return kept
    if not reason:
        raise GuardRefused(guard, may_pass=may_pass(actor.user))
    if not may_pass(actor.user):
        raise PermissionDenied(_("Only a manager passes the rhythm guard."))
    return {**kept, "passed_by": actor.user, "pass_reason": reason}
