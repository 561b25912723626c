"""One's own feeds, as page and API show them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from kol_crm.core import feeds
from kol_crm.core.feeds import FeedKind
from kol_crm.core.models import Feed, User


@dataclass(frozen=True)
class OwnFeed:
    """A kind of feed; ``since`` None: the user has no address of it."""

    key: str
    kind: FeedKind
    since: datetime | None
    in_clear: bool


def own(user: User) -> list[OwnFeed]:
    """All kinds, with what the user has."""
    standing = {row.kind: row for row in Feed.objects.filter(user=user)}
    found = []
    for key, kind in feeds.kinds.items():
        row = standing.get(key)
        since, in_clear = (row.created_at, row.in_clear) if row else (None, False)
        found.append(OwnFeed(key, kind, since, in_clear))
    return found


def address_of(token: str, kind: str) -> str:
    """What a program subscribes to."""
    known = feeds.kinds.get(kind)
    return settings.BASE_URL + reverse("core:feed", args=[token, known.name if known else ""])
