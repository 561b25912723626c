"""One voice: who last contacted a person or their agency, before somebody else does (DOMAIN 4.9).

Within the days of the policy a second person of ours needs a reason. Every door asks here, as each of them
logs its touch with ``touch.log``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import User
from kol_crm.core.shapes import Number
from profiles.models import Agency, Kol, Touch, TouchChannel

WITHIN = policy.declare(
    "one_voice_days",
    7,
    gettext_lazy("One voice: a second person needs a reason within"),
    gettext_lazy("days"),
    section=policy.RHYTHM,
    shape=Number(1, 90),
    help=gettext_lazy("Counts from the last time one of us contacted the person or their agency."),
)


@dataclass(frozen=True)
class Voice:
    """The last contact begun by us. ``other``: somebody else made it, so close that it asks for a reason."""

    touch: Touch
    days: int
    of_agency: bool  # another of their agency was written to, or the agency about another
    other: bool

    @property
    def words(self) -> str:
        """Who, how and when: of a file that its reader may not see nothing else is told (DOMAIN 2.2)."""
        told = {
            "who": self.touch.user,
            "team": self.touch.kol.team,
            "channel": self.touch.get_channel_display(),
            "days": _("today") if not self.days else _("%(n)d d ago") % {"n": self.days},
        }
        if self.of_agency and self.touch.channel == TouchChannel.AGENCY:
            return _("%(who)s (%(team)s) spoke to the agency %(days)s") % told
        if self.of_agency:
            return _("%(who)s (%(team)s) wrote to another of their agency %(days)s: %(channel)s") % told
        return _("%(who)s (%(team)s) made contact %(days)s: %(channel)s") % told

    def as_json(self) -> dict[str, Any]:
        """What a client is told of it: no id, as the file may be another's."""
        return {
            "user": self.touch.user.username if self.touch.user else None,
            "team": str(self.touch.kol.team),
            "channel": self.touch.channel,
            "at": self.touch.at.isoformat(),
            "of_agency": self.of_agency,
            "days": self.days,
            "needs_reason": self.other,
        }


class SecondVoice(Refused):
    """Nothing was written: somebody else of us was in contact a few days ago, and no reason is given."""

    def __init__(self, voice: Voice):
        super().__init__(
            "second_voice",
            _("%(last)s. Say why a second one of us writes.") % {"last": voice.words},
            last=voice.as_json(),
        )
        self.voice = voice


def last(user: User | None, kol: Kol, at: datetime) -> Voice | None:
    """The last contact begun by us before ``at`` (or the first after it), as ``user`` would follow it."""
    within = timedelta(days=policy.current().get(WITHIN))
    before, after = _nearest(kol, at)
    found: Touch | None = before
    if after is not None and _is_other(user, after, at, within) and not _is_other(user, before, at, within):
        found = after  # written down late: the other touch came second, and yet they stand side by side
    if found is None:
        return None
    days = abs((localdate(at) - localdate(found.at)).days)
    return Voice(found, days, found.kol_id != kol.pk, _is_other(user, found, at, within))


def demand(user: User | None, kol: Kol, at: datetime, reason: str) -> Touch | None:
    """The touch that the new one must name, or None. Raises ``SecondVoice`` where the reason is missing."""
    voice = last(user, kol, at)
    if voice is None or not voice.other:
        return None
    if not reason.strip():
        raise SecondVoice(voice)
    return voice.touch


def look(actor: Actor, kol: Kol) -> Voice | None:
    """What a page shows before one writes."""
    return last(actor.user, kol, actor.at)


def agency_of(kol: Kol) -> Agency | None:
    """The agency that hears of a touch with one of theirs, by whatever channel; locked: two voices reach it
    one after the other."""
    if kol.agency_id is None:
        return None
    return Agency.objects.select_for_update(no_key=True).get(pk=kol.agency_id)


def _is_other(user: User | None, touch: Touch | None, at: datetime, within: timedelta) -> bool:
    return (
        touch is not None and user is not None and touch.user_id != user.pk and abs(at - touch.at) <= within
    )


def _nearest(kol: Kol, at: datetime) -> tuple[Touch | None, Touch | None]:
    """The contacts begun by us around a moment, to the person or to their agency."""
    ours = Touch.objects.standing().filter(began=Touch.Began.US, user__isnull=False)
    ours = ours.select_related("user", "kol__team").only(
        *("at", "channel", "user", "agency", "kol__id", "kol__team"),
        *(f"user__{name}" for name in ("username", "display_name", "first_name", "last_name")),
    )
    spoken = [ours.filter(kol=kol)]
    if kol.agency_id is not None:
        spoken.append(ours.filter(agency=kol.agency_id))
    before = [touch for rows in spoken if (touch := _first(rows.filter(at__lte=at), "-"))]
    after = [touch for rows in spoken if (touch := _first(rows.filter(at__gt=at), ""))]
    return (
        max(before, key=lambda touch: (touch.at, touch.pk), default=None),
        min(after, key=lambda touch: (touch.at, touch.pk), default=None),
    )


def _first(rows: QuerySet[Touch], sign: str) -> Touch | None:
    return rows.order_by(f"{sign}at", f"{sign}id").first()
