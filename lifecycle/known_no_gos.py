"""Own users whom the no-go memory knows are not suggested (DOMAIN 4.6, 4.10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lifecycle.models import PlatformUser
from profiles.models import Platform
from profiles.rules.twin import AccountMark, Card
from profiles.services import no_go


def of_users(users: Sequence[PlatformUser], day: date) -> Mapping[UUID, str]:
    """Those against whom a no stands, each with whom to ask; who reads it may not see the row (2.2)."""
    cards = [
        Card(accounts=(AccountMark(Platform.OWN, user.external_id, user.handle_folded),)) for user in users
    ]
    found = {}
    for user, known in zip(users, no_go.find(cards), strict=True):
        row = next((one.no_go for one in known if one.blocks(day)), None)
        if row is not None:
            told = {"team": row.team, "who": row.author or _("its manager")}
            found[user.pk] = _("known to team %(team)s as a no-go, ask %(who)s") % told
    return found
