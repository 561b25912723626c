"""Pace: demand, band and cap of a field, dated (DOMAIN 4.1). Append-only: the newest row of a date holds."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles.models import Field


class PaceQuerySet(models.QuerySet):
    def newest_first(self):
        """The row that holds for a date comes before those that it replaced."""
        return self.order_by("field", "-since", "-at", "-id")


class PaceFact(Row):
    """What holds for a field from a day on (of demand: for the month that begins then)."""

    field = models.ForeignKey(Field, models.PROTECT, related_name="+", verbose_name=_("field"))
    since = models.DateField(_("since"))
    at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = PaceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["field", "-since", "-at", "-id"]


class Demand(PaceFact):
    """Active users interested in a field in the month that begins on ``since``."""

    users = models.PositiveIntegerField(_("active users interested"))
    source = models.CharField(_("source"), max_length=40, blank=True)

    class Meta(PaceFact.Meta):
        indexes = [models.Index(fields=["field", "-since", "-at"], name="demand_of_field")]

    def __str__(self):
        return f"{self.field_id} {self.since:%Y-%m} {self.users}"


class Band(PaceFact):
    """How many users one active KOL of a field should serve, from a day on."""

    low = models.PositiveIntegerField(_("lower end"), validators=[MinValueValidator(1)])
    high = models.PositiveIntegerField(_("upper end"), validators=[MinValueValidator(1)])

    class Meta(PaceFact.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(low__gte=1, high__gte=F("low")), name="band_has_two_ends")
        ]
        indexes = [models.Index(fields=["field", "-since", "-at"], name="band_of_field")]

    def __str__(self):
        return f"{self.field_id} {self.since} {self.low}–{self.high}"


class Cap(PaceFact):
    """How many KOLs at most a field takes in a month, from a day on; empty lifts the cap."""

    kols = models.PositiveIntegerField(_("KOLs a month"), null=True, blank=True)

    class Meta(PaceFact.Meta):
        indexes = [models.Index(fields=["field", "-since", "-at"], name="cap_of_field")]

    def __str__(self):
        return f"{self.field_id} {self.since} {self.kols}"
