"""Who changed what, when and through which door (DOMAIN 3.12). Written only by ``core.history``."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class ChangeSet(Row):
    """One act of one actor: every change written by it shares this row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    insisted = models.BooleanField(default=False)  # saved with If-Match: *, over whatever stood there

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="change_sets_of_user")]

    def __str__(self):
        return f"{self.door} {self.at:%Y-%m-%d %H:%M}"


class Change(Row):
    """One field of one row, before and after. ``field`` is empty where the row itself came or went.

    Contact data stands here only in its protected form: ``{"masked": …, "sealed": …}``.
    """

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="changes")
    root = models.UUIDField()  # the aggregate (file, plan) whose history shows it
    model = models.CharField(max_length=60)
    row = models.UUIDField()
    field = models.CharField(max_length=60, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["root", "-at", "-id"], name="change_timeline"),
            models.Index(fields=["row", "field", "-at"], name="change_of_field"),
        ]

    def __str__(self):
        return f"{self.model}.{self.field}"
