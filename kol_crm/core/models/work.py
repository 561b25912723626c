"""Long work that a person started: an import, a bulk edit, an export. The database says how far it is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row, uuid7


class Work(Row):
    """One piece of work in the background, taken by one worker at a time.

    ``change_set`` is shared by every run of it, so that what a crashed run wrote and what its successor wrote
    is one act in the history.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    door = models.CharField(max_length=20)
    subject = models.UUIDField(null=True)  # the row of the domain that it works on
    params = models.JSONField(default=dict)  # ids and choices, never contact data
    change_set = models.UUIDField(default=uuid7)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.UUIDField(null=True)  # whoever holds it may go on
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="work_open",
            ),
            models.Index(fields=["user", "-created_at"], name="work_of_user"),
        ]

    def __str__(self):
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far it is; None while nobody knows how much there is."""
        return min(100, round(100 * self.done / self.total)) if self.total else None
