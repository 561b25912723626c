"""What a currency was worth, day by day, in the currency the installation reckons in (DOMAIN 6.3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row


class ExchangeRate(Row):
    """Append-only. One unit of ``currency`` was worth ``rate`` units of ``base`` from ``day`` on; of two
    rows of one day the later counts.
    """

    currency = models.CharField(_("currency"), max_length=3)
    base = models.CharField(_("into"), max_length=3, editable=False)
    day = models.DateField(_("from day"))
    rate = models.DecimalField(_("rate"), max_digits=15, decimal_places=9)
    note = models.CharField(_("source"), max_length=200)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero")]
        indexes = [
            models.Index(fields=["base", "currency", "-day", "-id"], name="rates_by_currency"),
            models.Index(fields=["day", "id"], name="rates_by_day"),
        ]

    def __str__(self):
        return f"{self.currency} {self.day}"
