"""IncentivePlans (DOMAIN 6.1, 6.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incentives.models.querysets import PlanQuerySet
from kol_crm.core.models import Row, VersionedRow
from profiles.models import Kol


class Kind(models.TextChoices):
    """Kinds of incentive (DOMAIN 6.1)."""

    SPIRITUAL = "spiritual", _("Spiritual")
    MATERIAL = "material", _("Material")
    RESOURCES = "resources", _("Resources")
    KNOWLEDGE = "knowledge", _("Knowledge")
    IP_BUILDING = "ip_building", _("IP building")
    FAN_OPERATION = "fan_operation", _("Fan operation")
    PRIVILEGE = "privilege", _("Privilege")
    PROFIT_SHARE = "profit_share", _("Profit share")


class IncentivePlan(VersionedRow):
    """What a KOL gets, when and why. draft → active → done or stopped."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="incentive_plans", verbose_name="KOL")
    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kol", "-created_at"], name="plans_of_kol"),
            models.Index(fields=["created_at", "id"], name="plan_by_created"),
            models.Index(fields=["title", "id"], name="plan_by_title"),
        ]

    def __str__(self):
        return self.title

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class PlanItem(Row):
    """One thing given under a plan."""

    plan = models.ForeignKey(IncentivePlan, models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    what = models.CharField(_("what"), max_length=160)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="plan_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | ~Q(currency=""),
                name="plan_amount_has_a_currency",
                violation_error_message=_("An amount needs its currency."),
            ),
        ]

    def __str__(self):
        return self.what
