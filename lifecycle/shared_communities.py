"""Communities that a person and we have in common: a warm path of outreach (DOMAIN 4.8, 5.7)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from kol_crm.core.models import User
from lifecycle.models import Community, Member
from lifecycle.ways import WarmPath
from profiles.models import Kol, TouchChannel

KIND = "community"


def of(kol: Kol, reader: User | None) -> Sequence[WarmPath]:
    """The living communities they are in, with the host; of one not seen only whom to ask (2.2)."""
    rows = Member.objects.inside().filter(kol=kol).select_related("community__host", "community__team")
    rows = rows.order_by("joined_on", "pk")
    seen = (
        set(Community.objects.visible_to(reader).values_list("pk", flat=True)) if reader and rows else set()
    )
    found = []
    for row in rows:
        community = row.community
        told = {"name": community.name, "host": community.host, "team": community.team}
        if reader is None or community.pk in seen:
            words = _("Community %(name)s, host %(host)s") % told
            url = reverse("lifecycle:community-detail", args=[community.pk])
        else:
            words, url = _("A community of team %(team)s, ask %(host)s") % told, ""
        found.append(WarmPath(KIND, "messages-square", words, TouchChannel.COMMUNITY, url))
    return found
