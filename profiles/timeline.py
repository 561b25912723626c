"""One stream of all that happened around a KOL, newest first: every app offers its own (UI, screen 3)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.extension import ExtensionPoint
from profiles import changes
from profiles.models import Kol, Pin, Touch, TouchChannel

PAGE = 25
LAST = UUID(int=2**128 - 1)  # no row has it
CHANNEL_ICONS = {
    TouchChannel.WECHAT: "message-circle",
    TouchChannel.PHONE: "phone",
    TouchChannel.MAIL: "mail",
    TouchChannel.PLATFORM: "at-sign",
    TouchChannel.MEETING: "handshake",
    TouchChannel.COMMUNITY: "messages-square",
    TouchChannel.FRIEND: "users",
    TouchChannel.AGENCY: "building-2",
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
    (at, id) descending; ``told(kol)``: the rows that it makes entries of, to be counted, one query each;
    an entry for each distinct ``key`` of them; ``as_seen(reader, entries)``: what this reader of the file
    may know of them, where the file alone does not decide it; ``instead_of``: models (labels in lower case)
    of whose rows it tells what was done, so that the story does not tell it again as changes.
    """

    label: Any
    load: Callable[[Kol, Place | None, int], list[Entry]]
    told: Callable[[Kol], Sequence[QuerySet]]
    key: str = "pk"
    as_seen: Callable[[Any, list[Entry]], list[Entry]] | None = None
    instead_of: frozenset[str] = frozenset()

    def seen_by(self, reader: Any, entries: list[Entry]) -> list[Entry]:
        return self.as_seen(reader, entries) if self.as_seen and entries else entries


class Stream(NamedTuple):
    """One page of the stream; ``next`` is None on the last one."""

    entries: list[Entry]
    next: Place | None


sources: ExtensionPoint[TimelineSource] = ExtensionPoint("timeline")


def read(
    kol: Kol,
    kind: str = "",
    before: Place | None = None,
    limit: int = PAGE,
    without: Collection[str] = (),
    reader: Any = None,
) -> Stream:
    """A page of the stream, of all kinds or of one, as ``reader`` may know it; ``without`` names kinds that
    are known to be empty.
    """
    found = [
        entry
        for name, source in sources.items()
        if kind in ("", name) and name not in without
        for entry in source.seen_by(reader, source.load(kol, before, limit + 1))
    ]
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    entries = found[:limit]
    return Stream(entries, entries[-1].place if len(found) > limit else None)


def counts(kol: Kol) -> dict[str, int]:
    """How many entries of each kind the file has: one query over all kinds."""
    first, *rest = (
        rows.order_by()
        .annotate(told_as=Value(name, CharField()))
        .values("told_as")
        .annotate(n=Count(source.key, distinct=True))
        .values_list("told_as", "n")
        for name, source in sources.items()
        for rows in source.told(kol)
    )
    found = dict.fromkeys((name for name, _source in sources.items()), 0)
    for name, n in first.union(*rest, all=True):
        found[name] += n
    return found


def standing_at(kol: Kol, kind: str, entry: UUID, at: datetime, reader: Any = None) -> Entry | None:
    """This entry, if the story still tells it: the newest up to its place."""
    source = sources.get(kind)
    just_after = Place(at, UUID(int=min(entry.int + 1, LAST.int)))
    found = source.seen_by(reader, source.load(kol, just_after, 1)) if source else []
    return next((one for one in found if one.id == entry), None)


def pinned(kol: Kol, reader: Any = None) -> list[Entry]:
    """The pinned entries that still stand, the latest pin first."""
    found = (standing_at(kol, pin.kind, pin.entry, pin.at, reader) for pin in Pin.objects.filter(kol=kol))
    return [entry for entry in found if entry]


def on_top(kol: Kol, kind: str, before: Place | None, reader: Any = None) -> list[Entry]:
    """The pinned entries, which stand above the first page of the whole stream."""
    return pinned(kol, reader) if before is None and not kind else []


def older(rows: QuerySet, before: Place | None, limit: int, *, key: str = "id") -> QuerySet:
    """The newest ``limit`` rows older than ``before``, for sources whose rows have a column ``at``."""
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, **{f"{key}__lt": before.id}))
    return rows.order_by("-at", f"-{key}")[:limit]


def _touches(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = Touch.objects.filter(kol=kol).standing().select_related("user", "beside__user")
    found = list(older(rows, before, limit))
    later = Touch.objects.standing().filter(beside__in=[touch.pk for touch in found])
    followed: dict[UUID, list[Touch]] = {}
    for touch in later.select_related("user").order_by("at", "pk") if found else ():
        followed.setdefault(touch.beside_id, []).append(touch)
    return [
        Entry(
            at=touch.at,
            id=touch.pk,
            kind="touch",
            icon=CHANNEL_ICONS[TouchChannel(touch.channel)],
            title=touch.get_channel_display(),
            note=" · ".join([*_circumstances(touch), *_voices(touch, followed.get(touch.pk, ()))]),
            body=touch.text,
            who=touch.user,
            extra={"touch": touch},
        )
        for touch in found
    ]


def _voices(touch: Touch, followed: Iterable[Touch]) -> list[str]:
    """Two of us within days: each touch names the other, with the reason (DOMAIN 4.9)."""
    words = []
    if touch.beside is not None:
        told = {"who": touch.beside.user, "day": _day(touch.beside.at), "why": touch.voice_reason}
        words.append(_("after %(who)s on %(day)s: %(why)s") % told)
    for later in followed:
        told = {"who": later.user, "day": _day(later.at), "why": later.voice_reason}
        words.append(_("%(who)s followed on %(day)s: %(why)s") % told)
    return words


def _day(at: datetime) -> str:
    day = localdate(at)
    return wording.day_words(day, "plain", day, wording.babel_locale())


def _circumstances(touch: Touch) -> list[str]:
    began = _("we began") if touch.began == Touch.Began.US else _("the KOL began")
    words = [touch.get_reason_display()] if touch.reason else []
    words.append(began)
    if touch.reply_minutes is not None:
        delay = wording.duration(touch.reply_minutes)
        words.append(_("answered in %(delay)s") % {"delay": delay})
    elif touch.answered is not None:
        words.append(_("answered") if touch.answered else _("not answered"))
    if touch.next_on is not None:
        day = wording.day_words(touch.next_on, "plain", localdate(touch.at), wording.babel_locale())
        words.append(_("next one %(day)s") % {"day": day})
    return words


def _told_touches(kol: Kol) -> list[QuerySet]:
    return [Touch.objects.filter(kol=kol).standing()]


def _told_otherwise() -> frozenset[str]:
    return frozenset().union(*(source.instead_of for source in sources))


def _changes(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    told = _told_otherwise()
    sets = older(changes.sets_of(kol, told), before, limit, key="change_set_id")
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
        for act in changes.acts(kol, [row["change_set_id"] for row in sets], told)
    ]


def _told_changes(kol: Kol) -> list[QuerySet]:
    return [changes.of_story(kol, _told_otherwise())]


TOUCHES = TimelineSource(gettext_lazy("Touches"), _touches, _told_touches)
CHANGES = TimelineSource(gettext_lazy("Changes"), _changes, _told_changes, key="change_set")
