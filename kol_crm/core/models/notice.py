"""What a user is told inside the product."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class Notice(Row):
    """One thing told to one user. It holds ids, not words: what it says is made when it is read.

    ``key`` keeps a job that runs twice from telling the same twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, null=True)  # noqa: DJ001 - without a key every notice is its own
    subject = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    shown = models.BooleanField(default=True)  # under the bell and in the list
    in_morning = models.BooleanField(default=False)  # unless read by then, the next morning mail tells it
    send = models.ForeignKey("core.Send", models.SET_NULL, null=True, related_name="+")  # that told it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_key")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notices_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="unread_notices"),
            models.Index(
                fields=["user"],
                condition=models.Q(in_morning=True, send=None, read_at=None),
                name="notices_for_morning",
            ),
            models.Index(fields=["at"], name="notices_by_time"),
        ]

    def __str__(self):
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
