"""Somebody is away: from when to when, and who looks after their queue (DOMAIN 2.4)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import VersionedRow


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Those that hold on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(VersionedRow):
    """Both days are days away; come back earlier, one ends it on the day before."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputises_for")
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="absence_has_another_deputy"),
        ]
        indexes = [models.Index(fields=["deputy", "ends_on"], name="absence_of_deputy")]

    def __str__(self):
        return f"{self.user} {self.starts_on}"

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        if self.deputy_id and self.deputy_id == self.user_id:
            raise ValidationError({"deputy": _("Choose somebody else.")})
