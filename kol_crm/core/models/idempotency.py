"""What was done under a client's key, so that asking again does nothing twice (RELIABILITY 2)."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class IdempotencyKey(Row):
    """A request that was answered. Its row is inserted in the transaction of its effect, so that either both
    stand or neither: while the request runs nobody sees it, and what was refused leaves none.

    ``answer`` holds ids, versions and what became of each, never what was sent: that is personal data.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of method, address, headers that count, and body; keyed
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_effect_per_key")]

    def __str__(self):
        return self.key
