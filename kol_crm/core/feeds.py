"""Secret addresses that calendars and address books subscribe to: what is read there (issue 7).

The address is the key: only its hash is kept, no log names it, and its reader is its owner as they are at
that moment, with their rights; who has left has none. Apps offer what can be subscribed to.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Feed

PER_HOUR = 60
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class FeedKind:
    """``write(feed, now)``: the text, under the rights of its user. ``name`` ends the address."""

    label: Any
    help: Any
    icon: str
    name: str
    content_type: str
    write: Callable[[Feed, datetime], str]
    may_be_in_clear: bool = False


kinds: ExtensionPoint[FeedKind] = ExtensionPoint("feeds")


class TooOften(Exception):
    """Read more than ``PER_HOUR`` times within the hour."""


def digest(token: str) -> str:
    """Under which a token is found. It is random and long, so that a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def opened(token: str, name: str, now: datetime) -> Feed | None:
    """Whose feed this is; None for nobody's. Counts the reading. Raises ``TooOften``."""
    feed = (
        Feed.objects.select_related("user__team").filter(digest=digest(token), user__is_active=True).first()
    )
    kind = None if feed is None else kinds.get(feed.kind)
    if feed is None or kind is None or kind.name != name:
        return None
    if not Feed.objects.filter(pk=feed.pk, window__lte=now - HOUR).update(window=now, reads=1):
        within = Feed.objects.filter(pk=feed.pk, reads__lt=PER_HOUR)
        if not within.update(reads=F("reads") + 1):
            raise TooOften
    return feed
