"""Data sheets: what a KOL was handed of their own figures (DOMAIN 5.5)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles.models import Kol
from profiles.models.note import NoteQuerySet


class DataSheet(Row):
    """One that was taken out, with the figures as they stood then. Append-only: who took what, and when."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="data_sheets", verbose_name="KOL")
    content = models.JSONField()
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["kol", "-at", "-id"], name="data_sheets_of_kol")]
        verbose_name_plural = _("Data sheets")

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
