"""The ledger: what was given to a KOL, append-only and exact (DOMAIN 6.3)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incentives.models.plan import Kind, PlanItem
from incentives.models.querysets import EntryQuerySet
from kol_crm.core.models import Row
from profiles.models import Kol

AMOUNT: Any = {
    "max_digits": 15,
    "decimal_places": 3,
}  # what SQLite keeps exactly; no currency has more places


class Entry(Row):
    """Append-only, by the database itself: only whose file it stands on follows a merge. An entry is
    corrected by its reversal, of the whole amount and on the same day, so that its month is right again.

    ``converted`` is what it was worth in ``converted_to`` at the rate of that day, fixed when it was written;
    without a rate it stays empty.
    """

    class Form(models.TextChoices):
        MONEY = "money", _("Money")
        GOODS = "goods", _("Goods or gift, at cost")
        OTHER = "other", _("Something else")

    kol = models.ForeignKey(Kol, models.PROTECT, related_name="ledger", verbose_name="KOL")
    item = models.ForeignKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("plan item")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    form = models.CharField(_("form"), max_length=5, choices=Form)
    what = models.CharField(_("what"), max_length=160)
    amount = models.DecimalField(_("amount"), **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3)
    given_on = models.DateField(_("given on"))
    converted = models.DecimalField(_("converted"), null=True, editable=False, **AMOUNT)
    converted_to = models.CharField(max_length=3, editable=False)
    rate = models.DecimalField(_("rate"), max_digits=15, decimal_places=9, null=True, editable=False)
    rate_on = models.DateField(_("rate of"), null=True, editable=False)
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", editable=False
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    objects = EntryQuerySet.as_manager()

    # Of rows ``with_payout`` only.
    payout_state: str | None
    payout_batch: int | None
    payout_on: date | None
    payout_reference: str | None
    payout_reason: str | None
    is_held: bool

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reversal_of=None, amount__gte=0) | Q(reversal_of__isnull=False, amount__lte=0),
                name="only_reversals_take_away",
            ),
            models.CheckConstraint(
                condition=~Q(form="money") | ~Q(amount=0), name="money_given_is_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(converted=None, rate=None, rate_on=None)
                | Q(converted__isnull=False, rate__isnull=False, rate_on__isnull=False),
                name="converted_only_at_a_dated_rate",
            ),
            models.CheckConstraint(
                condition=Q(reversal_of=None) | ~Q(note=""), name="reversals_have_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["given_on", "id"], name="entries_by_day"),
            models.Index(fields=["created_at", "id"], name="entries_by_created"),
            models.Index(fields=["kol", "given_on"], name="entries_of_kol"),
        ]

    def __str__(self):
        return self.what

    @property
    def is_reversal(self) -> bool:
        return self.reversal_of_id is not None

    @property
    def is_money(self) -> bool:
        return self.form == self.Form.MONEY
