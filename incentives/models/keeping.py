"""The record of loss risk; what nights add up: shares departed by band, survival (DOMAIN 7.7, 7.8)."""

from django.db import models
from django.db.models import Q

from kol_crm.core.models import Row, Team
from profiles.models import Kol, ScopeCount, Stage


class RiskMonth(Row):
    """The loss risk of a KOL in initial–late as it stood on the first night of a month. Append-only.

    From it the share of a band that departed is counted: what risk a KOL had then cannot be worked out later.
    """

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="+")
    on = models.DateField()
    stage = models.CharField(max_length=12, choices=Stage)
    risk = models.PositiveSmallIntegerField(null=True)  # unknown then
    bond = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["on", "kol"], name="one_risk_a_month"),
            models.CheckConstraint(condition=Q(risk=None) | Q(risk__lte=100), name="recorded_risk_to_100"),
        ]

    def __str__(self):
        return f"{self.on} {self.risk}"


class BandRate(models.Model):
    """How many of those in a band (empty: of all) departed within 90 days in the last year, as of a night.

    ``departures`` and ``reaches`` stand with all: of how many KOLs whose band was on record, from which day.
    """

    ALL = ""

    on = models.DateField()
    band = models.CharField(max_length=2, blank=True, unique=True)
    kols = models.PositiveIntegerField()
    departed = models.PositiveIntegerField()
    departures = models.PositiveIntegerField(default=0)
    reaches = models.DateField(null=True)

    def __str__(self):
        return f"{self.band}: {self.departed}/{self.kols}"


class CohortStep(models.Model):
    """Of a cohort how many came into initial–late less how many went in a month; rewritten each night.

    Under no field and each of theirs, any level and their own, as ``ScopeCount``. ``entered``: first entries.
    """

    ANY_LEVEL = ScopeCount.ANY_LEVEL

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=32, blank=True)
    level = models.CharField(max_length=5, blank=True)
    cohort = models.DateField()
    month = models.DateField()
    entered = models.IntegerField(default=0)
    net = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["field", "level", "cohort"], name="cohort_steps_of_scope")]

    def __str__(self):
        return f"{self.cohort} {self.month}"
