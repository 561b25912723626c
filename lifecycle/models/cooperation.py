"""CooperationPlans: what a KOL does and gets, and what keeps them (DOMAIN 4.7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, User
from lifecycle.models.programme import Candidate
from profiles.models import Kol, Need, Note
from profiles.models.note import NoteQuerySet
from profiles.models.querysets import VIEW


class PayModel(models.TextChoices):
    """How money flows (DOMAIN 6.2); a burst is a buyout in one short stroke."""

    BUYOUT = "buyout", _("Buyout")
    BURST = "burst", _("One burst")
    SHARE = "share", _("Profit share")
    RESULT = "result", _("Per result")
    CONTINUOUS = "continuous", _("Continuous")


class CooperationQuerySet(NoteQuerySet):
    def visible_to(self, user, action: str = VIEW):
        """As the file; finance views every plan but of the file that is about themselves (DOMAIN 2.1)."""
        if user is not None and user.is_active and user.role == User.Role.FINANCE and action == VIEW:
            return self.filter(kol__archived_at=None).exclude(kol__staff_user=user)
        return super().visible_to(user, action)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author", "candidate__programme").prefetch_related("parts")


class CooperationPlan(Note):
    """draft → sent → negotiating → agreed or refused; every version is kept."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        NEGOTIATING = "negotiating", _("Negotiating")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")

    class Keeps(models.TextChoices):
        """What keeps them from the start."""

        SHARE = "share", _("Profit share")
        CONTINUOUS = "continuous", _("Continuous")
        NEITHER = "neither", _("Neither, for a reason")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="cooperation_plans", verbose_name="KOL")
    candidate = models.ForeignKey(
        Candidate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cooperation_plans",
        verbose_name=_("for the programme"),
    )
    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), max_length=5000, blank=True)
    keeps = models.CharField(_("what keeps them from the start"), max_length=10, choices=Keeps, blank=True)
    keeps_how = models.CharField(_("how it keeps them"), max_length=300, blank=True)
    why_not = models.CharField(_("why neither share nor continuous"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.DRAFT, editable=False)
    number = models.PositiveIntegerField(default=0, editable=False)  # of the version last kept
    sent_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = CooperationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="cooperation_ends_after_start",
                violation_error_message=_("The period ends before it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="cooperation_by_created"),
            models.Index(fields=["kol", "-created_at"], name="cooperation_of_kol"),
        ]

    def __str__(self):
        return self.title


class CooperationPart(Row):
    """One thing that they do or get; what they get says which need it answers."""

    class Side(models.TextChoices):
        DOES = "does", _("They do")
        GETS = "gets", _("They get")

    plan = models.ForeignKey(CooperationPlan, models.CASCADE, related_name="parts")
    side = models.CharField(_("side"), max_length=4, choices=Side)
    what = models.CharField(_("what"), max_length=300)
    answers = models.CharField(_("which need it answers"), max_length=12, choices=Need.Kind, blank=True)
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("need on file")
    )
    pay_model = models.CharField(_("pay model"), max_length=10, choices=PayModel, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    exclusive = models.BooleanField(_("exclusive"), default=False)
    due_on = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["side", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | (Q(amount__gte=0) & ~Q(currency="")),
                name="cooperation_amount_has_a_currency",
                violation_error_message=_("An amount needs its currency."),
            ),
        ]

    def __str__(self):
        return self.what


class CooperationVersion(Row):
    """The plan as it stood at a moment. Append-only; ``content`` is what a reader compares."""

    plan = models.ForeignKey(CooperationPlan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    state = models.CharField(_("state"), max_length=11, choices=CooperationPlan.State)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_version_per_number")]

    def __str__(self):
        return f"v{self.number}"
