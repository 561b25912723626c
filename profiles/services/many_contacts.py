"""Contact points of files at once: each channel has one that is preferred (DOMAIN 2.3; HOUSE, 5)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError

from kol_crm.core import copying
from profiles.models import ContactPoint
from profiles.services import contact as contact_verbs
from profiles.services import sharing


def join(contact: ContactPoint, others: list[ContactPoint]) -> None:
    """One more of the contact points that a new file comes with. Raises ``ValidationError`` keyed by field.

    As ``contact.insert`` row by row: of a channel the last that is said to be preferred is.
    """
    if any(one.digest == contact.digest and one.channel == contact.channel for one in others):
        raise ValidationError({"value": contact_verbs.ON_FILE})
    contact.clean_fields(exclude=["kol", "agency", *contact_verbs.SEALED])
    for one in others if contact.preferred else ():
        one.preferred = one.preferred and one.channel != contact.channel
    others.append(contact)


def insert(
    contacts: Sequence[ContactPoint],
    *,
    raised: Collection[UUID],
    taken: Collection[tuple[UUID, str]] = (),
) -> sharing.Entries:
    """Save built contact points; what the history keeps of it, for the caller to record.

    The first of a channel is the preferred one unless another is, or the channel is ``taken`` on its file.
    ``raised``: the files whose versions the caller raises, or that are new.
    """
    preferred = {(one.holder, one.channel) for one in contacts if one.preferred} | set(taken)
    for one in contacts:
        if (one.holder, one.channel) not in preferred:
            one.preferred = True
            preferred.add((one.holder, one.channel))
    copying.insert(contacts)
    made: sharing.Entries = [(one.holder, one, {"": (None, contact_verbs.born(one))}) for one in contacts]
    return made + sharing.mark_many(contacts, raised)
