"""Payouts: what became of the money of an entry, as facts of which the last counts (DOMAIN 6.3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models.entry import Entry
from kol_crm.core.models import Row


class PayoutBatch(Row):
    """Append-only. What was handed out together to whoever pays: its rows are the payouts that name it."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return str(self.number)


class Payout(Row):
    """Append-only. ``due`` with a batch: it is with whoever pays. That a stop holds it is never stored."""

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("payout", "Due")
        PAID = "paid", pgettext_lazy("payout", "Paid")
        FAILED = "failed", pgettext_lazy("payout", "Failed")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="payouts")
    number = models.PositiveSmallIntegerField()  # 1 is the first of its entry; the highest is the present one
    state = models.CharField(_("state"), max_length=6, choices=State)
    on = models.DateField(_("day"))
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="payouts_of_an_entry_in_order"),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(reason=""), name="failed_payouts_say_why"
            ),
        ]

    def __str__(self):
        return str(self.get_state_display())
