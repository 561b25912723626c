"""Everything that is sent (RELIABILITY 1): one row per occurrence, with a unique natural key."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row
from kol_crm.core.models.generation import Generation


class Send(Row):
    """One mail that must go out once. The database owns the work; Celery only says "look now"."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        CLAIMED = "claimed", _("being prepared")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        SKIPPED = "skipped", _("skipped")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)  # the row of the domain it is about
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    not_before = models.DateTimeField()
    give_up_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.UUIDField(null=True)  # whoever holds it may write the outcome
    message_id = models.CharField(max_length=120, unique=True)
    outcome = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # the restore since which it is uncertain whether it went out before
    held_by = models.ForeignKey(Generation, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["not_before", "id"], condition=models.Q(state="pending"), name="send_due"),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["claimed", "sending"]),
                name="send_leased",
            ),
            models.Index(fields=["subject"], name="send_subject"),
            models.Index(
                fields=["state", "-created_at"],
                condition=models.Q(state__in=["pending", "claimed", "sending", "failed", "uncertain"]),
                name="send_open",
            ),
            models.Index(fields=["kind"], condition=models.Q(held_by__isnull=False), name="send_held"),
        ]

    def __str__(self):
        return self.key
