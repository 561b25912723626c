"""IncentivePlans (DOMAIN 6.1, 6.2)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models.policy import IncentivePolicy
from incentives.models.querysets import JudgementQuerySet, PlanQuerySet
from incentives.models.words import Kind, Pay, Period
from kol_crm.core.models import Row, VersionedRow
from profiles.models import Kol, Need


class IncentivePlan(VersionedRow):
    """What a KOL gets, when and why. Inside policy: draft → active; outside: draft → submitted → approved
    → active; then done or stopped."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", pgettext_lazy("plan", "Submitted")
        APPROVED = "approved", _("Approved")
        ACTIVE = "active", _("Active")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="incentive_plans", verbose_name="KOL")
    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    reason = models.CharField(_("why outside policy"), max_length=500, blank=True, editable=False)
    sent_back = models.CharField(_("why it was sent back"), max_length=500, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)
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
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state="submitted"), name="plans_to_approve"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class PlanItem(Row):
    """One thing given under a plan. ``amount`` is the whole of a buyout, one result's or one period's.

    ``rate`` is in percent of ``base``; ``floor`` and ``cap`` bound the whole share; ``due_on`` of continuous
    pay is its first day. ``next_on``, of a plan that was started: from when something of it is to be given,
    by terms and ledger; none without a day, or once all is given.
    """

    plan = models.ForeignKey(IncentivePlan, models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    what = models.CharField(_("what"), max_length=160)
    pay = models.CharField(_("pay model"), max_length=12, choices=Pay, default=Pay.BUYOUT)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    rate = models.DecimalField(
        _("rate in %"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    base = models.CharField(_("share of what"), max_length=80, blank=True)
    floor = models.DecimalField(
        pgettext_lazy("share terms", "at least"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    cap = models.DecimalField(
        pgettext_lazy("share terms", "at most"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    expected = models.PositiveIntegerField(_("results expected"), null=True, blank=True)
    period = models.CharField(_("paid each"), max_length=7, choices=Period, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answers the need")
    )
    position = models.PositiveSmallIntegerField(default=0)
    next_on = models.DateField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gte=0, rate__lte=100), name="plan_rate_is_a_percentage"
            ),
        ]

    def __str__(self):
        return self.what


class PlanJudgement(Row):
    """What the policy said of a plan when somebody decided on it: never edited (DOMAIN 6.2)."""

    class Act(models.TextChoices):
        STARTED = "started", pgettext_lazy("plan", "Started")
        SUBMITTED = "submitted", pgettext_lazy("plan", "Submitted")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    plan = models.ForeignKey(IncentivePlan, models.CASCADE, related_name="judgements")
    act = models.CharField(max_length=9, choices=Act)
    policy = models.ForeignKey(IncentivePolicy, models.PROTECT, null=True, blank=True, related_name="+")
    inside = models.BooleanField()
    stage = models.CharField(max_length=12)
    level = models.CharField(max_length=5, blank=True)
    figures = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["plan", "-at"], name="judgements_of_plan")]

    def __str__(self):
        return f"{self.act} {self.policy}"
