"""What a user finished today by a fact of its own: touches, plan items, rules told, mentions read (8.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incentives.models import Entry
from kol_crm.core.models import Notice, User
from lifecycle.models import RuleFact
from profiles.models import Kol, Touch
from profiles.services import mention

MOST = 500
UNDO_FOR = timedelta(minutes=10)  # of what can be taken back in so long only
KINDS = frozenset({"touch", "plan_item", "rules", mention.NOTICE})
UNDONE = frozenset({"touch", "rules"})  # of them those that the list takes back


@dataclass(frozen=True)
class Done:
    """One thing that was finished."""

    kind: str
    label: Any
    icon: str
    subject: Any
    words: str
    at: datetime
    undo_url: str = ""


def of(user: User, since: datetime) -> Iterator[Done]:
    """Of files that the user still sees, and of facts that still stand: a query for each kind."""
    seen = Kol.objects.visible_to(user)
    young = timezone.now() - UNDO_FOR
    yield from _touches(user, since, seen, young)
    yield from _given(user, since, seen)
    yield from _told(user, since, seen, young)
    yield from _read(user, since, seen)


def _touches(user: User, since: datetime, seen, young: datetime) -> Iterator[Done]:
    rows = Touch.objects.standing().filter(user=user, written_at__gte=since, kol__in=seen)
    for row in rows.select_related("kol").order_by("-written_at")[:MOST]:
        undo = reverse("profiles:touch-take-back", args=[row.kol_id, row.pk])
        yield Done(
            "touch",
            _("Touch"),
            "message-circle",
            row.kol,
            row.text or row.get_channel_display(),
            row.written_at,
            undo if row.written_at > young else "",
        )


def _given(user: User, since: datetime, seen) -> Iterator[Done]:
    rows = Entry.objects.filter(author=user, created_at__gte=since, item__isnull=False, kol__in=seen)
    rows = rows.filter(reversal_of=None, reversal=None).select_related("kol")
    for row in rows.order_by("-created_at")[:MOST]:
        yield Done("plan_item", _("Plan item"), "hand-heart", row.kol, row.what, row.created_at)


def _told(user: User, since: datetime, seen, young: datetime) -> Iterator[Done]:
    rows = RuleFact.objects.standing().filter(user=user, written_at__gte=since, kol__in=seen)
    for row in rows.select_related("kol", "rule_version").order_by("-written_at")[:MOST]:
        words = f"{row.rule_version.title} · {row.get_kind_display()}"
        undo = reverse("lifecycle:rule-fact-take-back", args=[row.pk])
        yield Done(
            "rules",
            _("Rules"),
            "scroll-text",
            row.kol,
            words,
            row.written_at,
            undo if row.written_at > young else "",
        )


def _read(user: User, since: datetime, seen) -> Iterator[Done]:
    rows = Notice.objects.filter(user=user, kind=mention.NOTICE, read_at__gte=since, subject__in=seen)
    rows = list(rows.select_related("by").order_by("-read_at")[:MOST])
    files = Kol.objects.in_bulk({row.subject for row in rows})
    for row in rows:
        words = _("read: %(who)s mentioned you") % {"who": row.by or _("System")}
        yield Done(mention.NOTICE, _("Mention"), "at-sign", files[row.subject], words, row.read_at or row.at)
