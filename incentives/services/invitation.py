"""Who came by whose code: taken in many at once, each user once by a code (DOMAIN 6.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import Campaign, Invitation, InvitationCode, Participant
from incentives.rules import invitation as rules
from incentives.services import campaign as campaigns
from incentives.services.invitation_code import folded
from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.days import installation_day
from profiles.models import Account, Platform

MOST = 5_000
LONGEST = 120
NEW, KNOWN, WRONG = "new", "known", "wrong"


@dataclass(frozen=True)
class Taken:
    """What became of one row: new (with ``left_out`` where it does not count), known already, or wrong."""

    state: str
    left_out: str = ""
    field: str = ""
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}


def take_in(actor: Actor, campaign: Campaign, rows: Sequence[Mapping[str, Any]]) -> list[Taken]:
    """``rows`` of ``code``, ``user_ref``, ``registered_at``; the same user by the same code again changes
    nothing. Wrong rows are told and left, the others are written, of equal ones the earliest registered
    counts. One row per given row, in their order.

    Raises ``PermissionDenied``, ``Refused`` (``no_contest``), ``ValidationError`` keyed ``rows``.
    """
    if len(rows) > MOST:
        raise ValidationError({"rows": _("At most %(most)d invitations at once.") % {"most": MOST}})
    with transaction.atomic():
        current = campaigns.locked(actor, campaign)
        if not current.is_contest:
            raise Refused("no_contest", _("Only an invitation contest counts by codes."))
        intake = _Intake(actor, current, rows)
        order = sorted(range(len(rows)), key=lambda place: _moment(actor, rows[place]))
        taken = {place: intake.one(rows[place]) for place in order}
        copying.insert(intake.made)
        if intake.made:
            told = {"invitations": (None, len(intake.made))}
            history.record(actor, current.pk, current, told)
    return [taken[place] for place in range(len(rows))]


def _moment(actor: Actor, row: Mapping[str, Any]) -> datetime:
    found = row.get("registered_at")
    return found if isinstance(found, datetime) else actor.at


class _Intake:
    """What is known of the campaign while rows come in."""

    def __init__(self, actor: Actor, campaign: Campaign, rows: Sequence[Mapping[str, Any]]):
        self.actor, self.campaign = actor, campaign
        asked = {folded(str(row.get("code") or "")) for row in rows}
        codes = InvitationCode.objects.filter(participant__campaign=campaign, code__in=asked)
        self.codes = {row.code: row for row in codes.select_related("participant")}
        refs = {str(row.get("user_ref") or "").strip() for row in rows}
        standing = Invitation.objects.filter(campaign=campaign, user_ref__in=refs)
        told = list(standing.values_list("code", "user_ref", "left_out"))
        self.known = {(code, ref) for code, ref, _out in told}
        self.counted = {ref for _code, ref, out in told if not out}
        self.own = _own_refs([row.participant.kol_id for row in self.codes.values()])
        self.today = installation_day(actor.at)
        self.made: list[Invitation] = []

    def one(self, row: Mapping[str, Any]) -> Taken:
        code = self.codes.get(folded(str(row.get("code") or "")))
        ref = str(row.get("user_ref") or "").strip()
        moment = row.get("registered_at")
        if code is None:
            return Taken(WRONG, field="code", problem=_("Nobody in this campaign has this code."))
        if not ref or len(ref) > LONGEST:
            return Taken(WRONG, field="user_ref", problem=_("Give the user, in at most 120 characters."))
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            return Taken(WRONG, field="registered_at", problem=_("Give the moment with its zone."))
        if problem := self._wrong_moment(moment, code.participant):
            return Taken(WRONG, field="registered_at", problem=problem)
        if (code.pk, ref) in self.known:
            return Taken(KNOWN)
        out = rules.left_out(ref, self.own.get(code.participant.kol_id, ()), self.counted)
        self.known.add((code.pk, ref))
        if not out:
            self.counted.add(ref)
        self.made.append(
            Invitation(
                campaign=self.campaign,
                code=code,
                user_ref=ref,
                registered_at=moment,
                left_out=out,
                at=self.actor.at,
                by=self.actor.user,
            )
        )
        return Taken(NEW, left_out=out)

    def _wrong_moment(self, moment: datetime, participant: Participant) -> str:
        day = installation_day(moment)
        if moment > self.actor.at or day > self.today:
            return _("This cannot lie in the future.")
        if not self.campaign.starts_on <= day <= self.campaign.ends_on:
            return _("They registered outside the days of the campaign.")
        if participant.left_on is not None and day > participant.left_on:
            return _("Whose code it is took part no longer.")
        return ""


def _own_refs(kol_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """By which the platform knows these KOLs themselves."""
    found: dict[UUID, set[str]] = {}
    accounts = Account.objects.filter(kol__in=kol_ids, platform=Platform.OWN)
    for kol, *refs in accounts.values_list("kol", "external_id", "handle"):
        found.setdefault(kol, set()).update(ref for ref in refs if ref)
    return found
