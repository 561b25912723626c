"""Addresses that calendars and address books subscribe to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row


class Feed(Row):
    """One user's secret address of a kind. Only the hash of its token is kept: it is shown once.

    ``window`` and ``reads`` count how often it was read within the hour that began then.
    """

    class Kind(models.TextChoices):
        CALENDAR = "calendar", _("Calendar")
        CARDS = "cards", _("Address book")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64, unique=True)
    in_clear = models.BooleanField(default=False)  # with the contacts of one's own files
    created_at = models.DateTimeField()
    window = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_feed_per_kind")]

    def __str__(self):
        return f"{self.kind} {self.user_id}"
