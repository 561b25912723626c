"""A figure of an account fixed at the start and again at the end (DOMAIN 5.5, 5.6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifecycle.rules import measure
from profiles.models import Account


class Measured(models.Model):
    """Which figure, what it was and is: taken from the snapshots of their day, and never again.

    ``account`` is None once it left the file; ``account_name`` is what it was called at the start.
    """

    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    account_name = models.CharField(max_length=300, editable=False)
    metric = models.CharField(_("figure"), max_length=24, choices=measure.choices)
    before = models.DecimalField(max_digits=20, decimal_places=4, editable=False)
    before_on = models.DateField(editable=False)
    after = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    after_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        return str(measure.LABELS[self.metric])

    @property
    def grown(self) -> float | None:
        """By what share it rose or fell; None without an end, or from nothing."""
        if self.after is None or not self.before:
            return None
        return float((self.after - self.before) / self.before)
