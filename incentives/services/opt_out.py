"""The one-click opt-out of every mail to a KOL (DOMAIN 7.3): a signed link that needs no account."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kol_crm.core.actor import Actor
from profiles.models import Kol, QuietCause
from profiles.services import access, quiet

SALT = "opt-out"


def link(kol_id: UUID) -> str:
    """The address that stands in the mail."""
    token = signing.dumps(kol_id.hex, salt=SALT)
    return f"{settings.BASE_URL}{reverse('incentives:opt-out', args=[token])}"


def kol_of(token: str) -> Kol | None:
    """The file that the link is for, after a merge the one that stands for it; None for a forged link."""
    try:
        pk = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Kol.objects.filter(pk=access.survivor_of(pk) or pk).first()


def opt_out(actor: Actor, kol: Kol) -> Kol:
    """Set the quiet mark; a mark that stands already (in mourning, deceased) keeps its cause."""
    return kol if kol.quiet_cause else quiet.set_mark(actor, kol, QuietCause.OPTED_OUT)
