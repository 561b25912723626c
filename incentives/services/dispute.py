"""Disputes over invitations: said, and settled by a manager with a reason (DOMAIN 6.5)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incentives.models import Dispute, Invitation, Participant, Ruling
from incentives.services import campaign as campaigns
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from profiles.models.querysets import VIEW

LeftOut = Invitation.LeftOut


def say(actor: Actor, invitation: Invitation, says: str, participant: Participant | None = None) -> Dispute:
    """Somebody of the contest (None: we ourselves) disputes whether this invitation counts.

    Raises ``PermissionDenied``, ``Refused`` (``disputed``) while one is open, ``ValidationError`` by field.
    """
    with transaction.atomic():
        campaign = history.locked(invitation.campaign, None)
        campaigns.demand(actor, campaign, VIEW)
        if participant is not None and participant.campaign_id != campaign.pk:
            raise ValidationError({"participant": _("They take no part in this campaign.")})
        if Dispute.objects.filter(invitation=invitation, ruling=None).exists():
            raise Refused("disputed", _("It is disputed already: settle that first."))
        row = Dispute(
            invitation=invitation, participant=participant, says=says.strip(), at=actor.at, user=actor.user
        )
        history.create(actor, row, root=campaign.pk)
    return row


def settle(actor: Actor, dispute: Dispute, *, counts: bool, reason: str) -> Ruling:
    """Whether it counts from now on. Where the same user counts by another code, that one gives way.

    Raises ``PermissionDenied`` (managers alone), ``Refused`` (``settled``), ``ValidationError`` at
    ``reason``.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if actor.user is not None and not (actor.user.is_manager or actor.user.is_admin):
        raise PermissionDenied(_("A manager settles disputes."))
    with transaction.atomic():
        campaign = campaigns.locked(actor, dispute.invitation.campaign)
        if Ruling.objects.filter(dispute=dispute).exists():
            raise Refused("settled", _("It is settled already."))
        row = Invitation.objects.select_for_update().get(pk=dispute.invitation_id)
        instead = _standing_twin(row) if counts and row.left_out else None
        after = _after(row, counts=counts)
        ruling = Ruling(
            dispute=dispute,
            counts=counts,
            reason=reason.strip(),
            before=row.left_out,
            after=after,
            instead_of=instead,
            at=actor.at,
            user=actor.user,
        )
        history.create(actor, ruling, root=campaign.pk)
        if instead is not None:
            _write(actor, instead, LeftOut.DOUBLE)
        _write(actor, row, after)
    return ruling


def _after(row: Invitation, *, counts: bool) -> str:
    if counts:
        return ""
    return row.left_out or LeftOut.RULED


def _standing_twin(row: Invitation) -> Invitation | None:
    """The invitation of the same user that counts."""
    same = Invitation.objects.filter(campaign=row.campaign_id, user_ref=row.user_ref, left_out="")
    return same.exclude(pk=row.pk).first()


def _write(actor: Actor, row: Invitation, left_out: str) -> None:
    if row.left_out == left_out:
        return
    before = row.left_out
    Invitation.objects.filter(pk=row.pk).update(left_out=left_out)
    history.record(actor, row.campaign_id, row, {"left_out": (before, left_out)})
