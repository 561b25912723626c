"""Who saw contact data. Append-only: the database itself refuses update and delete."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class Disclosure(Row):
    """One answer with protected data in clear (DOMAIN 2.3): a reveal, a copy, an API answer, an export."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    door = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    subject = models.UUIDField(null=True)  # the file; empty for an answer over many
    rows = models.PositiveIntegerField(default=1)
    detail = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"], name="disclosure_of_subject"),
            models.Index(fields=["user", "at"], name="disclosure_by_user"),
        ]

    def __str__(self):
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
