"""Who follows which file, and which entries of its story are pinned on top (UI, screen 3)."""

from django.conf import settings
from django.db import models

from kol_crm.core.models import Row
from profiles.models.kol import Kol


class Follow(Row):
    """A user is told what colleagues do on this file, as long as they may see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kol", "user"], name="one_follow_each")]

    def __str__(self):
        return f"{self.user_id} {self.kol_id}"


class Pin(Row):
    """An entry of the story that stays on top. ``entry`` and ``at`` are its place in the stream."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="pins")
    kind = models.CharField(max_length=40)
    entry = models.UUIDField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ["-pinned_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kol", "entry"], name="one_pin_per_entry")]

    def __str__(self):
        return f"{self.kind} {self.entry}"
