"""What each user wants to be told, where, and when."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import VersionedRow

HOUR = [MaxValueValidator(23)]


class NoticeSettings(VersionedRow):
    """One user's; without a row, or for a kind that ``channels`` does not name, what is usual holds.

    Hours are of the user's own day. From ``quiet_from`` up to ``quiet_until`` no mail goes at once; equal:
    there are no quiet hours.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channels = models.JSONField(_("channels"), default=dict, blank=True)  # kind: channels chosen
    morning_hour = models.PositiveSmallIntegerField(_("hour of the morning mail"), default=8, validators=HOUR)
    working_days = models.BooleanField(_("on working days only"), default=True)
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), default=21, validators=HOUR)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), default=8, validators=HOUR)

    def __str__(self):
        return str(self.user)
