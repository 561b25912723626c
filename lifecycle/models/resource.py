"""Resources as dated inventory: slots, who is booked on them, the budget of a month (DOMAIN 5.5)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Team, User, VersionedRow
from profiles.models import Field, Kol, Note, Stage
from profiles.models.note import NoteQuerySet
from profiles.models.querysets import VIEW

ZERO = Decimal(0)


class ResourceKind(models.TextChoices):
    TRAFFIC = "traffic", _("Traffic slot")
    TOPIC = "topic", _("Topic")
    RECOMMENDATION = "recommendation", _("Recommendation")
    EXPOSURE = "exposure", _("Exposure")


class SlotQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Slots on which ``user`` may do ``action``: whoever works with files sees those of all teams and of
        the teams whose files they see; managers change them; finance sees none (DOMAIN 2.1).
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        match user.role:
            case User.Role.ADMIN:
                return self.all()
            case User.Role.MANAGER if user.team_id:
                return self.filter(Q(team=None) | Q(team__in=Team.objects.tree_of(user.team)))
            case User.Role.OPERATOR if user.team_id and action == VIEW:
                return self.filter(Q(team=None) | Q(team=user.team_id))
        return self.none()

    def living(self):
        return self.filter(withdrawn_at=None)

    def free(self, day: date):
        """Those that can still be booked on that day."""
        return self.living().filter(~Exists(self._standing()), ends_on__gte=day)

    def lapsed(self, day: date):
        """Over, and nobody was on it."""
        return self.living().filter(~Exists(self._standing()), ends_on__lt=day)

    def booked(self):
        return self.filter(Exists(self._standing().filter(state=Booking.State.BOOKED)))

    def used(self):
        return self.filter(Exists(self._standing().filter(state=Booking.State.USED)))

    @staticmethod
    def _standing():
        return Booking.objects.standing().filter(slot=OuterRef("pk"))

    def for_list(self):
        """What a row of a list needs, in two queries."""
        taken = Booking.objects.standing().select_related("kol__owner", "author")
        return self.select_related("team").prefetch_related(Prefetch("bookings", taken, to_attr="taken"))


class Slot(VersionedRow):
    """A piece of inventory with its days and list value; booked once. It counts in the month it begins in."""

    kind = models.CharField(_("kind"), max_length=14, choices=ResourceKind)
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    value = models.DecimalField(
        _("list value"), max_digits=14, decimal_places=2, validators=[MinValueValidator(ZERO)]
    )
    currency = models.CharField(_("currency"), max_length=3)
    # whose it is; empty: of all teams
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name=_("team")
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    series = models.UUIDField(null=True, blank=True, editable=False)  # made together
    created_at = models.DateTimeField(editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="slot_ends_after_start"),
            models.CheckConstraint(condition=Q(value__gte=0), name="slot_value_not_negative"),
        ]
        indexes = [
            models.Index(fields=["starts_on", "id"], name="slots_by_day"),
            models.Index(fields=["value", "id"], name="slots_by_value"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("It ends before it begins.")})

    @property
    def month(self) -> date:
        return self.starts_on.replace(day=1)


class BudgetQuerySet(models.QuerySet):
    def general(self):
        """Those of a whole month."""
        return self.filter(team=None, field=None)

    def with_names(self):
        return self.select_related("team", "field")


class Budget(VersionedRow):
    """What a month's bookings may cost: of all KOLs, or of those of a team, of a main field, or of both.

    ``committed`` is the sum of what is booked on it, kept by the verbs: the database itself refuses that more
    is committed than there is.
    """

    month = models.DateField(_("month"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    field = models.ForeignKey(
        Field, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("field")
    )
    amount = models.DecimalField(
        _("budget"), max_digits=14, decimal_places=2, validators=[MinValueValidator(ZERO)]
    )
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("note"), max_length=300, blank=True)
    committed = models.DecimalField(max_digits=14, decimal_places=2, default=ZERO, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["month"], condition=Q(team=None, field=None), name="one_budget_a_month"
            ),
            models.UniqueConstraint(
                fields=["month", "team"],
                condition=Q(team__isnull=False, field=None),
                name="one_budget_a_month_and_team",
            ),
            models.UniqueConstraint(
                fields=["month", "field"],
                condition=Q(team=None, field__isnull=False),
                name="one_budget_a_month_and_field",
            ),
            models.UniqueConstraint(
                fields=["month", "team", "field"],
                condition=Q(team__isnull=False, field__isnull=False),
                name="one_budget_a_month_team_and_field",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="budget_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(committed__gte=0, committed__lte=F("amount")), name="budget_never_overspent"
            ),
        ]

    def __str__(self):
        return " · ".join([f"{self.month:%Y-%m}", *self.of_whom])

    @property
    def of_whom(self) -> list[str]:
        """The team and the field that it is of; nothing where it is of all."""
        return [str(one) for one in (self.team, self.field) if one is not None]

    @property
    def left(self) -> Decimal:
        return self.amount - self.committed

    @property
    def percent(self) -> int:
        """How much of it is committed, whole per cent; all of nothing is all."""
        return int(self.committed * 100 / self.amount) if self.amount else 100

    @property
    def tone(self) -> str:
        """How far it is committed: over nine tenths is nearly all."""
        if self.percent < 70:
            return "accent"
        return "bad" if self.percent > 90 else "warn"


class BookingQuerySet(NoteQuerySet):
    def standing(self):
        """Those that hold their slot: booked or used."""
        return self.exclude(state=Booking.State.CANCELLED)

    def open(self):
        return self.filter(state=Booking.State.BOOKED)

    def used(self):
        """What was given: at its list value, on ``used_on`` (DOMAIN 6.7)."""
        return self.filter(state=Booking.State.USED)

    def sums_by_month(self, months: Iterable[date]):
        """(month, stage in which the KOLs were booked, list value)."""
        rows = self.filter(month__in=list(months)).order_by("month", "stage")
        return rows.values_list("month", "stage").annotate(total=Sum("value"))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "author", "slot__team", "used_by")


class Booking(Note):
    """A KOL on a slot, at the slot's list value and in the KOL's stage of that moment."""

    class State(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("slot", "Booked")
        USED = "used", pgettext_lazy("slot", "Used")
        CANCELLED = "cancelled", pgettext_lazy("slot", "Cancelled")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="bookings", verbose_name="KOL")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings", verbose_name=_("slot"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    what_for = models.CharField(pgettext_lazy("resource", "what for"), max_length=300, blank=True)
    month = models.DateField(_("month"))
    budget = models.ForeignKey(
        Budget, models.PROTECT, null=True, editable=False, related_name="bookings", verbose_name=_("budget")
    )
    value = models.DecimalField(_("list value"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    # the share of initial, in per cent, over whose warning it was booked
    low_share = models.DecimalField(
        _("booked though initial had only (%)"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    due_on = models.DateField(_("to be used on"), null=True, blank=True, editable=False)
    used_on = models.DateField(_("used on"), null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(_("why it was cancelled"), max_length=300, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=~Q(state="cancelled"), name="a_slot_is_booked_once"
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_on__isnull=False) | (~Q(state="used") & Q(used_on=None)),
                name="a_used_slot_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "-created_at"], name="bookings_of_kol"),
            models.Index(fields=["month", "stage"], name="bookings_of_month"),
            models.Index(fields=["created_at", "id"], name="bookings_by_created"),
            models.Index(fields=["due_on", "id"], name="bookings_by_due"),
        ]

    def __str__(self):
        return str(self.slot)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.BOOKED
