"""Stays and moves (DOMAIN 1.5, 5.1, 5.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles.models import Kol, Stage
from profiles.models.querysets import VIEW


class Cause(models.TextChoices):
    """Why a KOL departed (DOMAIN 5.1)."""

    COMPETITOR = "competitor", _("Left for a competitor")
    INACTIVE = "inactive", _("Inactive")
    REMOVED = "removed", _("Removed")
    BREACH = "breach", _("Terminated for breach")
    REFUSED = "refused", _("Refused")
    UNREACHABLE = "unreachable", _("Unreachable")
    OTHER = "other", _("Other")


LOST_FROM = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)


class MoveQuerySet(models.QuerySet):
    def standing(self):
        """Moves that were not undone; an undoing row is no move itself."""
        return self.filter(takes_back=None, taken_back_by=None)

    def losses(self):
        """Standing departures; who left from introduction was not won and is no loss (DOMAIN 5.1)."""
        return self.standing().filter(to_stage=Stage.DEPARTED, from_stage__in=LOST_FROM)


class Move(Row):
    """Who moved a KOL, when, why, the gate's result and the figures of the day. Append-only (DOMAIN 5.2)."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="moves")
    from_stage = models.CharField(max_length=12, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=12, choices=Stage)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.TextField(_("why"), blank=True)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause, blank=True)
    goodbye = models.TextField(_("goodbye"), blank=True)
    look_again_on = models.DateField(_("look again on"), null=True, blank=True)
    gate = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="taken_back_by", editable=False
    )

    objects = MoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_stage=Stage.DEPARTED) | ~Q(cause=""), name="departures_have_a_cause"
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "-at", "-id"], name="moves_of_kol"),
            models.Index(fields=["to_stage", "at"], name="moves_into_stage"),
        ]

    def __str__(self):
        return f"{self.from_stage} → {self.to_stage}"

    @property
    def not_won(self) -> bool:
        """Whether it left before it ever was one of ours (DOMAIN 5.1)."""
        return self.to_stage == Stage.DEPARTED and self.from_stage == Stage.INTRODUCTION


class StayQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Stays of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "kol__main_field", "entered_by__user")


class Stay(Row):
    """A KOL's time in one stage; the open one has no end. ``look_again_on`` stands with the departed only."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="stays")
    stage = models.CharField(max_length=12, choices=Stage)
    since = models.DateField()
    until = models.DateField(null=True)
    entered_by = models.ForeignKey(Move, models.PROTECT, null=True, related_name="+")
    look_again_on = models.DateField(_("look again on"), null=True, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kol"], condition=Q(until=None), name="one_open_stay_per_kol")
        ]
        indexes = [
            models.Index(fields=["kol", "since"], name="stays_of_kol"),
            models.Index(fields=["since", "id"], name="stays_by_begin"),
            models.Index(fields=["until", "id"], name="stays_by_end"),
            models.Index(
                fields=["look_again_on", "id"],
                condition=Q(until=None, look_again_on__isnull=False),
                name="stays_to_look_at_again",
            ),
        ]

    def __str__(self):
        return f"{self.stage} {self.since}"
