"""The policy matrix: what may be given at a stage and level, in versions (DOMAIN 6.1)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row


class PolicyQuerySet(models.QuerySet):
    def in_force(self, day: date):
        """The version that counts on ``day``: the highest of those in force from then or before."""
        return self.filter(from_day__lte=day).order_by("-number").first()


class IncentivePolicy(Row):
    """One version of the matrix; never edited.

    ``cells`` is ``{"mid_term.mid": {"kinds": [...], "usual": "10000", "ceiling": "20000"}}``: amounts in the
    ``currency`` for a KOL and calendar quarter. What has no cell is given nothing. Without a currency, as the
    first version that nobody wrote, they are in the installation's, whichever that is.
    """

    number = models.PositiveIntegerField(unique=True)
    from_day = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cells = models.JSONField()
    currency = models.CharField(max_length=3, blank=True, default="", editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    at = models.DateTimeField(editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return f"v{self.number}"

    def cell(self, stage: str, level: str) -> dict[str, Any] | None:
        """The cell of a KOL; no level counts as nano (DOMAIN 3.6)."""
        return self.cells.get(f"{stage}.{level or 'nano'}")
