"""Which rows of Today stand with whom: given away, and taken (DOMAIN 8.1)."""

from kol_crm.core import deputies
from kol_crm.core.models import HandedRow, User


def files_in_hand(user: User):
    """Ids of the files that rows in the user's hand are about, as a query to be used inside another."""
    return HandedRow.objects.on(deputies.day()).filter(receiver=user).values("subject")


def away(holder: User):
    """What stands with others today, of the rows of ``holder``."""
    if not holder.shares:
        return HandedRow.objects.none()
    rows = HandedRow.objects.on(deputies.day()).filter(holder=holder, receiver__is_active=True)
    return rows.select_related("receiver__team")


def taken(receiver: User):
    """What ``receiver`` has in hand today."""
    if not receiver.shares:
        return HandedRow.objects.none()
    rows = HandedRow.objects.on(deputies.day()).filter(receiver=receiver, holder__is_active=True)
    return rows.select_related("holder__team", "giver").order_by("holder", "key")


def mark(*user_ids: int) -> None:
    """``shares`` of these users: whether any row is given away or taken by them."""
    rows = HandedRow.objects.filter(holder__in=user_ids) | HandedRow.objects.filter(receiver__in=user_ids)
    concerned = {pk for pair in rows.values_list("holder_id", "receiver_id") for pk in pair}
    User.objects.filter(pk__in=set(user_ids) & concerned).update(shares=True)
    User.objects.filter(pk__in=set(user_ids) - concerned).update(shares=False)
