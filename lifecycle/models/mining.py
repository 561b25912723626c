"""The feed of the platform's own users, out of which candidates are mined (DOMAIN 4.6)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import User, VersionedRow
from lifecycle.models.programme import Candidate
from profiles.models import Field


class PlatformUserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of them to whoever works with files; finance none."""
        return self.none() if user.role == User.Role.FINANCE else self.all()

    def open(self):
        """Neither taken on nor rejected."""
        return self.filter(state=PlatformUser.State.OPEN)


class PlatformUser(VersionedRow):
    """One user of the own platform as the feed last told of them."""

    class State(models.TextChoices):
        OPEN = "open", _("Suggested")
        TAKEN = "taken", _("Taken on")
        REJECTED = "rejected", _("Rejected")

    external_id = models.CharField(_("id there"), max_length=120, unique=True)
    handle = models.CharField(_("handle"), max_length=120, blank=True)
    handle_folded = models.CharField(max_length=120, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    field = models.ForeignKey(Field, models.PROTECT, related_name="+", verbose_name=_("field"))
    output = models.PositiveIntegerField(_("items"))
    quality = models.DecimalField(
        _("quality per item"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    activity = models.PositiveIntegerField(_("activity"), default=0)
    influence = models.PositiveIntegerField(_("influence"), default=0)
    on = models.DateField(_("as of"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN, editable=False)
    why = models.TextField(_("why"), blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    look_again_on = models.DateField(_("look again on"), null=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.SET_NULL, null=True, related_name="mined", editable=False)

    objects = PlatformUserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quality=None) | Q(quality__range=(0, 100)), name="quality_0_to_100"
            )
        ]
        indexes = [models.Index(fields=["field", "state"], name="users_to_mine")]

    def __str__(self):
        return self.name or self.handle or self.external_id
