"""What lifecycle puts right when two files were made one (DOMAIN 3.12, 5.5, 5.8, 5.9)."""

from kol_crm.core.actor import Actor
from lifecycle.services import access_grant, handover, platform_role, privilege
from profiles.models import Kol, Stage


def settle(actor: Actor, survivor: Kol, merged: Kol) -> None:
    """What came along is held only where level and stage of the survivor carry it; a pending handover whose
    receiver has not the file is over.
    """
    del merged
    kol = Kol.objects.select_related("team").get(pk=survivor.pk)
    privilege.follow(actor, [kol.pk])
    access_grant.follow_levels(actor, [kol.pk])
    if kol.stage == Stage.DEPARTED:
        platform_role.end_all(actor, kol)
        access_grant.end_all(actor, kol)
    handover.end_astray(actor, kol)
