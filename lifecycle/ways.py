"""How a person can be reached: the channels known of them, and warm paths (DOMAIN 4.8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import User
from profiles.models import Account, ContactPoint, Kol, Tie, TouchChannel
from profiles.services.creating import elsewhere

BY_CONTACT = (TouchChannel.MAIL, TouchChannel.WECHAT, TouchChannel.PHONE)


@dataclass(frozen=True)
class WarmPath:
    """Somebody or something that we and the person have in common; ``channel``: the rung it opens."""

    kind: str
    icon: str
    words: str
    channel: str
    url: str = ""


# who shares a community with a KOL: (kol, reader) -> the paths
communities: ExtensionPoint[Callable[[Kol, User | None], Sequence[WarmPath]]] = ExtensionPoint("communities")


def known(kol: Kol, day: date) -> set[str]:
    """The channels on which this person can be tried."""
    contacts = ContactPoint.objects.filter(kol=kol, dead_since=None, channel__in=BY_CONTACT, guardian=False)
    found: set[str] = set(contacts.values_list("channel", flat=True))
    if Account.objects.filter(kol=kol).exists():
        found.add(TouchChannel.PLATFORM.value)
    if _ties(kol, day).exists():
        found.add(TouchChannel.FRIEND.value)
    if kol.agency_id is not None:
        found.add(TouchChannel.AGENCY.value)
    if any(source(kol, None) for source in communities):
        found.add(TouchChannel.COMMUNITY.value)
    return found


def warm(kol: Kol, reader: User, day: date) -> list[WarmPath]:
    """Shared communities, ties to KOLs on file, the agency; of a file one may not see only whom to ask."""
    found = [path for source in communities for path in source(kol, reader)]
    ties = list(_ties(kol, day).select_related("kol__team", "kol__owner", "other__team", "other__owner"))
    others = {tie.pk: tie.other if tie.kol_id == kol.pk else tie.kol for tie in ties}
    ids = [other.pk for other in others.values() if other is not None]
    seen: set[UUID] = set(Kol.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    found += [_tie(tie, others[tie.pk], seen) for tie in ties]
    if kol.agency is not None:
        person = kol.agency.contact_person
        words = (
            _("%(agency)s, %(person)s") % {"agency": kol.agency, "person": person}
            if person
            else str(kol.agency)
        )
        url = reverse("profiles:agency-detail", args=[kol.agency_id])
        found.append(WarmPath("agency", "building-2", words, TouchChannel.AGENCY, url))
    return found


def _ties(kol: Kol, day: date):
    """Ties to KOLs on file that have not ended; not to rivals."""
    rows = Tie.objects.filter(Q(kol=kol, other__isnull=False) | Q(other=kol)).exclude(kind=Tie.Kind.RIVAL)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=day))
    return rows.filter(kol__archived_at=None).exclude(other__archived_at__isnull=False)


def _tie(tie: Tie, other: Any, seen: set[UUID]) -> WarmPath:
    kind = tie.get_kind_display()
    if other.pk not in seen:
        words = _("%(kind)s: %(who)s") % {"kind": kind, "who": elsewhere(other)}
        return WarmPath("tie", "users", words, TouchChannel.FRIEND)
    words = _("%(kind)s: %(who)s") % {"kind": kind, "who": other.name}
    return WarmPath(
        "tie", "users", words, TouchChannel.FRIEND, reverse("profiles:kol-detail", args=[other.pk])
    )
