"""Who has what open just now: no history, gone within a minute (RELIABILITY 3)."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class Presence(Row):
    """One user looking at one aggregate, kept fresh by the page's pings."""

    subject = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "user"], name="one_presence_each")]
        indexes = [models.Index(fields=["seen_at"], name="presence_by_age")]

    def __str__(self):
        return f"{self.user} {self.subject}"
