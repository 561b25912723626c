"""Needs, promises, requests and life events in the story of a file: when they were noted and settled."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles import note_words
from profiles.models import Kol, LifeEvent, Need, Promise, Request
from profiles.timeline import Entry, Place, TimelineSource, older


def _told(
    model,
    kind: str,
    icon: str,
    label: Any,
    noted: Callable[[Any], tuple[Any, str, str]],
    settled: Callable[[Any], tuple[Any, str, str]],
    settled_at: str,
) -> TimelineSource:
    """Each note twice: noted, and settled where it is. ``noted`` and ``settled`` say title, note, body."""

    def entries(rows, column: str, words, before: Place | None, limit: int) -> list[Entry]:
        found = []
        for row in older(rows.annotate(at=F(column)).select_related("author"), before, limit):
            title, note, body = words(row)
            who = row.author if column == "created_at" else None
            found.append(Entry(row.at, row.pk, kind, icon, title, note=note, body=body, who=who))
        return found

    def load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
        rows = model.objects.filter(kol=kol)
        done = rows.filter(**{f"{settled_at}__isnull": False})
        found = entries(rows, "created_at", noted, before, limit)
        found += entries(done, settled_at, settled, before, limit)
        found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
        return found[:limit]

    def told(kol: Kol) -> list[QuerySet]:
        rows = model.objects.filter(kol=kol)
        return [rows, rows.filter(**{f"{settled_at}__isnull": False})]

    return TimelineSource(label, load, told, instead_of=frozenset({model._meta.label_lower}))


def _promised(promise: Promise) -> tuple[Any, str, str]:
    return promise.get_by_display(), "", promise.what


def _request_answered(request: Request) -> tuple[Any, str, str]:
    satisfied = {True: _("satisfied"), False: _("not satisfied"), None: ""}[request.satisfied]
    return _("Request answered"), satisfied, request.answer


NEEDS = _told(
    Need,
    "need",
    "hand-helping",
    gettext_lazy("Needs"),
    lambda need: (_("Need"), need.get_kind_display(), need.what),
    lambda need: (_("Need: %(what)s") % {"what": need.what}, need.get_state_display(), need.outcome),
    "settled_at",
)
PROMISES = _told(
    Promise,
    "promise",
    "handshake",
    gettext_lazy("Promises"),
    _promised,
    lambda promise: (
        _("Promise: %(what)s") % {"what": promise.what},
        promise.get_state_display(),
        promise.make_good,
    ),
    "settled_at",
)
REQUESTS = _told(
    Request,
    "request",
    "message-circle-question-mark",
    gettext_lazy("Requests"),
    lambda request: (_("Request"), "", request.what),
    _request_answered,
    "answered_at",
)
EVENTS = _told(
    LifeEvent,
    "event",
    "baby",
    gettext_lazy("Life events"),
    lambda event: (event.what, note_words.when(event), event.note),
    lambda event: (_("Attended to: %(what)s") % {"what": event.what}, "", event.gift_idea),
    "closed_at",
)
STORIES = {"need": NEEDS, "promise": PROMISES, "request": REQUESTS, "event": EVENTS}
