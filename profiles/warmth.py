"""Warmth of a file, from its standing touches (DOMAIN 3.10)."""

from datetime import timedelta

from django.utils import timezone

from kol_crm.core.kept import KeptRows
from profiles.models import Kol, Touch
from profiles.rules.warmth import Exchange, Warmth, warmth

RECENT = 20  # touches that the verdict and the usual delay look at

_LATEST = KeptRows(
    lambda kol: (
        Touch.objects.filter(kol=kol)
        .standing()
        .order_by("-at", "-id")
        .values_list("at", "began", "answered", "reply_minutes")[:RECENT]
    )
)


def warmth_of(kol: Kol, interval: int | None) -> Warmth:
    """As of the reader's day; one query. A touch of ours that they came back to later counts as answered."""
    rows = _LATEST.of(kol.pk)
    found = []
    for place, (at, began, answered, minutes) in enumerate(rows):
        ours = began == Touch.Began.US
        later = rows[place - 1] if place else None
        came_back = ours and answered is None and later is not None and later[1] == Touch.Began.KOL
        reply = timedelta(minutes=minutes) if minutes is not None else None
        if came_back and later is not None:
            reply = later[0] - at
        found.append(Exchange(timezone.localdate(at), ours, True if came_back else answered, reply))
    return warmth(found, interval, timezone.localdate())
