"""Roles that KOLs have on the own platform: moderator, council, mentor, from–to (DOMAIN 5.8)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import VersionedRow
from lifecycle.models.rule import OfFileQuerySet
from profiles.models import Kol


class PlatformRoleQuerySet(OfFileQuerySet):
    def running(self):
        """Those of which nobody said that they are over."""
        return self.filter(ended_at=None)

    @staticmethod
    def on(day: date) -> Q:
        return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))

    def due_for(self, user):
        """Those whose end the owner of the file is asked about."""
        return self.running().filter(until__isnull=False, kol__in=Kol.objects.active().filter(owner=user))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "granted_by")


class PlatformRole(VersionedRow):
    """``until``: the last day; none while no end is set. ``ended_at``: when somebody said that it is over."""

    class Role(models.TextChoices):
        MODERATOR = "moderator", _("Moderator")
        COUNCIL = "council", _("Council member")
        MENTOR = "mentor", _("Mentor")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="platform_roles", verbose_name="KOL")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    since = models.DateField(_("from"))
    until = models.DateField(_("last day"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(_("said to be over"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = PlatformRoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol", "role"], condition=Q(until=None), name="one_open_role_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="role_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(until__isnull=False), name="ended_roles_have_a_last_day"
            ),
        ]
        indexes = [
            models.Index(fields=["until", "id"], name="roles_by_end"),
            models.Index(fields=["granted_at", "id"], name="roles_by_granted"),
        ]

    def __str__(self):
        return str(self.get_role_display())

    @property
    def root(self):
        return self.kol_id
