"""Codes of an invitation contest: made, of letters and figures that nobody mixes up (DOMAIN 6.5)."""

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from incentives.models import InvitationCode, Participant
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
TRIES = 5


def give(actor: Actor, participant: Participant) -> InvitationCode:
    """The code of this participant, made unless there is one. Call in the transaction of who joins."""
    standing = participant.codes.order_by("created_at", "id").first()
    if standing is not None:
        return standing
    for _attempt in range(TRIES):
        row = InvitationCode(participant=participant, code=_made(), created_at=actor.at)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                history.record(actor, participant.pk, row, {"": (None, {"code": row.code})})
        except IntegrityError:
            continue
        return row
    raise Refused("no_code", _("No free code was found. Try again."))


def _made() -> str:
    return "".join(secrets.choice(LETTERS) for _place in range(LENGTH))


def folded(code: str) -> str:
    """As it is stored: capitals, without what people put between them."""
    return code.upper().replace(" ", "").replace("-", "")
