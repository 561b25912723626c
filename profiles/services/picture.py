"""The picture of a KOL: cropped square, in two sizes, one fact of the file (UI, "Avatars")."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, pictures, policy, stored
from kol_crm.core.actor import Actor
from profiles.models import Kol, Picture
from profiles.services.attachment import MOST_MEGAPIXELS, demand_size


def put(actor: Actor, kol: Kol, content: bytes, version: int | None) -> Kol:
    """Make this the picture. Raises ``Conflict``, ``ValidationError`` keyed ``file``."""
    rules = policy.current()
    demand_size(len(content), rules)
    image = pictures.opened(content, rules.get(MOST_MEGAPIXELS))
    with transaction.atomic():
        current = history.locked(kol, version)
        row = Picture(kol=kol, user=actor.user, at=actor.at)
        for size, side in (("small", Picture.SMALL), ("large", Picture.LARGE)):
            face = pictures.square(image, side)
            kept = stored.put(actor, f"{side}.webp", face.media_type, [face.content], subject=kol.pk)
            setattr(row, size, kept)
        row.save(force_insert=True)
        return history.save(actor, current, {"picture": row}, None)


def remove(actor: Actor, kol: Kol, version: int | None) -> Kol:
    """Show initials again. Raises ``Conflict``."""
    return history.save(actor, kol, {"picture": None}, version)


def put_back(actor: Actor, kol: Kol, picture: UUID | None, version: int | None) -> Kol:
    """Show one of the file's earlier pictures, or none, again. Raises ``Conflict``, ``ValidationError``."""
    row = kol.pictures.filter(pk=picture).first() if picture else None
    if picture and row is None:
        raise ValidationError(_("This picture is no longer there."))
    return history.save(actor, kol, {"picture": row}, version)
