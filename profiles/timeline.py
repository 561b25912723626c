"""One stream of all that happened around a KOL, newest first: every app offers its own (UI, screen 3)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.extension import ExtensionPoint
from profiles import changes
from profiles.models import Kol, Touch, TouchChannel

PAGE = 25
CHANNEL_ICONS = {
    TouchChannel.WECHAT: "message-circle",
    TouchChannel.PHONE: "phone",
    TouchChannel.MAIL: "mail",
    TouchChannel.PLATFORM: "at-sign",
    TouchChannel.MEETING: "handshake",
    TouchChannel.COMMUNITY: "messages-square",
    TouchChannel.OTHER: "message-square",
}


class Place(NamedTuple):
    """A place in the stream: everything read on is older, or as old with a smaller id."""

    at: datetime
    id: UUID

    def __str__(self):
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def read(cls, token: str) -> "Place":
        """The place in ``token``. Raises ``ValueError``."""
        at, _tilde, row = token.partition("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(token)
        return cls(moment, UUID(row))


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``title`` is bold, ``note`` grey beside it, ``body`` what was said."""

    at: datetime
    id: UUID
    kind: str
    icon: str
    title: Any
    note: Any = ""
    body: str = ""
    who: Any = None
    url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)


@dataclass(frozen=True)
class TimelineSource:
    """One kind of entry, registered under its kind.

    ``load(kol, before, limit)``: the newest ``limit`` entries older than ``before`` (None: than now), by
    (at, id) descending; ``count(kol)``: how many there are.
    """

    label: Any
    load: Callable[[Kol, Place | None, int], list[Entry]]
    count: Callable[[Kol], int]


class Stream(NamedTuple):
    """One page of the stream; ``next`` is None on the last one."""

    entries: list[Entry]
    next: Place | None


sources: ExtensionPoint[TimelineSource] = ExtensionPoint("timeline")


def read(kol: Kol, kind: str = "", before: Place | None = None, limit: int = PAGE) -> Stream:
    """A page of the stream, of all kinds or of one."""
    found = [
        entry
        for name, source in sources.items()
        if kind in ("", name)
        for entry in source.load(kol, before, limit + 1)
    ]
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    entries = found[:limit]
    return Stream(entries, entries[-1].place if len(found) > limit else None)


def older(rows: QuerySet, before: Place | None, limit: int, *, key: str = "id") -> QuerySet:
    """The newest ``limit`` rows older than ``before``, for sources whose rows have a column ``at``."""
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, **{f"{key}__lt": before.id}))
    return rows.order_by("-at", f"-{key}")[:limit]


def _touches(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = Touch.objects.filter(kol=kol).standing().select_related("user")
    return [
        Entry(
            at=touch.at,
            id=touch.pk,
            kind="touch",
            icon=CHANNEL_ICONS[TouchChannel(touch.channel)],
            title=touch.get_channel_display(),
            note=" · ".join(_circumstances(touch)),
            body=touch.text,
            who=touch.user,
            extra={"touch": touch},
        )
        for touch in older(rows, before, limit)
    ]


def _circumstances(touch: Touch) -> list[str]:
    began = _("we began") if touch.began == Touch.Began.US else _("the KOL began")
    if touch.answered is None:
        return [began]
    return [began, _("answered") if touch.answered else _("not answered")]


def _count_touches(kol: Kol) -> int:
    return Touch.objects.filter(kol=kol).standing().count()


def _changes(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    sets = older(changes.sets_of(kol), before, limit, key="change_set_id")
    return [
        Entry(
            at=act.at,
            id=act.change_set.pk,
            kind="change",
            icon="file-plus" if act.is_birth else "pencil",
            title=act.title,
            note=act.note,
            who=act.change_set.user,
            extra={"lines": act.lines, "door": act.door},
        )
        for act in changes.acts(kol, [row["change_set_id"] for row in sets])
    ]


def _count_changes(kol: Kol) -> int:
    return changes.sets_of(kol).count()


TOUCHES = TimelineSource(gettext_lazy("Touches"), _touches, _count_touches)
CHANGES = TimelineSource(gettext_lazy("Changes"), _changes, _count_changes)
