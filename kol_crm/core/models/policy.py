"""Versions of the installation's policy: the numbers, lists and texts that managers edit."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class PolicyVersion(Row):
    """One complete set of changed values; the rest have their declared default. The newest is in force."""

    number = models.PositiveIntegerField(unique=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    def __str__(self):
        return f"policy {self.number}"
