"""Review my due ones: from one to the next, with how many are left (UI, screen 7)."""

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from kol_crm.core import deputies
from lifecycle.models import Review
from profiles.models import Kol

PLACE = ("due_on", "pk")
CAP = 1000


def mine(user) -> QuerySet[Review]:
    """The open reviews of one's own files, and of those whose queue one has."""
    files = Kol.objects.active().visible_to(user).filter(owner__in=deputies.queue_of(user))
    return Review.objects.awaiting().filter(kol__in=files)


def due(user, day: date) -> QuerySet[Review]:
    """Those whose day has come, the longest overdue first."""
    return mine(user).filter(due_on__lte=day).order_by(*PLACE)


def left(user, day: date) -> int:
    """How many, counted to ``CAP``."""
    return due(user, day)[:CAP].count()


def following(user, day: date, after: Review | None = None) -> Review | None:
    """The next due one after this in the order of the flow, from the first again at the end."""
    rows = due(user, day)
    if after is None:
        return rows.first()
    rows = rows.exclude(pk=after.pk)
    later = rows.filter(Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, pk__gt=after.pk))
    return later.first() or rows.first()


def upcoming(user) -> Review | None:
    """What comes first once nothing is due."""
    return mine(user).select_related("kol").order_by(*PLACE).first()


def is_on(request) -> bool:
    """Whether one goes through reviews on their own pages, not beside Today's queue."""
    if not request.htmx:
        return True
    return (request.htmx.current_url_abs_path or "").startswith(reverse("lifecycle:review-list"))
