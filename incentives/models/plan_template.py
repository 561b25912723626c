"""Plans to begin from: "first month of an expert" (DOMAIN 6.2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import VersionedRow
from profiles.models import KolType, Stage


class PlanTemplate(VersionedRow):
    """Items with days instead of dates: ``[{"kind", "what", "after_days", …facts of an item}]``."""

    title = models.CharField(_("title"), max_length=120, unique=True)
    note = models.TextField(_("note"), blank=True)
    stage = models.CharField(_("for stage"), max_length=12, choices=Stage, blank=True)
    kol_type = models.ForeignKey(
        KolType, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for type")
    )
    items = models.JSONField(_("items"), default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self):
        return self.title
