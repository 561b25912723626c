"""A row of Today put off by one user."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class Snooze(Row):
    """``key`` names the due row; it comes back on ``until``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_snooze_per_row")]

    def __str__(self):
        return self.key
