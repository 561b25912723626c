"""Conflicts between a KOL and users, followed until they are closed (DOMAIN 5.10)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row
from lifecycle.models.proof import web_links
from profiles.models import Kol, Note
from profiles.models.note import NoteQuerySet


class ConflictQuerySet(NoteQuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author").prefetch_related("steps__user")


class Conflict(Note):
    """``due_on``: when to look at it next; none once it is closed."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("note", "Open")
        CLOSED = "closed", _("Closed")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="conflicts", verbose_name="KOL")
    what = models.CharField(_("what it is about"), max_length=300)
    users = models.CharField(_("which users"), max_length=200)
    detail = models.TextField(_("what happened"), max_length=5000, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True, validators=[web_links])
    due_on = models.DateField(_("look at it next on"), null=True, blank=True)
    outcome = models.TextField(_("how it ended"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, due_on__isnull=False)
                | (Q(closed_at__isnull=False, due_on=None) & ~Q(outcome="")),
                name="conflicts_are_followed_until_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="conflicts_by_due"),
            models.Index(fields=["created_at", "id"], name="conflicts_by_created"),
            models.Index(fields=["kol", "-created_at"], name="conflicts_of_kol"),
        ]

    def __str__(self):
        return self.what

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state(self) -> str:
        return self.State.OPEN if self.is_open else self.State.CLOSED

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)


class ConflictStep(Row):
    """What was done or heard of it, and when it is looked at next. Append-only."""

    conflict = models.ForeignKey(Conflict, models.CASCADE, related_name="steps")
    text = models.TextField(_("what was done"), max_length=2000)
    next_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["conflict", "at", "id"], name="steps_of_conflict")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
