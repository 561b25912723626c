"""Touches: each time somebody and the KOL were in contact (DOMAIN 3.10)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row
from profiles.models.kol import Kol


class TouchChannel(models.TextChoices):
    WECHAT = "wechat", _("WeChat")
    PHONE = "phone", _("Phone")
    MAIL = "mail", pgettext_lazy("touch", "Mail")
    PLATFORM = "platform", _("Platform message")
    MEETING = "meeting", _("In person")
    COMMUNITY = "community", _("Community")
    OTHER = "other", _("Other")


class TouchQuerySet(models.QuerySet):
    def standing(self):
        """Touches that were not taken back; the rows that take back are no touches themselves."""
        return self.filter(takes_back=None, taken_back_by=None)


class Touch(Row):
    """Append-only. Taken back by a later row that points at it (DOMAIN 3.12)."""

    class Began(models.TextChoices):
        US = "us", _("We began")
        KOL = "kol", _("The KOL began")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="touches")
    at = models.DateTimeField(_("when"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=TouchChannel, default=TouchChannel.WECHAT)
    began = models.CharField(_("who began"), max_length=3, choices=Began, default=Began.US)
    text = models.TextField(_("what was said"), blank=True)
    answered = models.BooleanField(_("answered"), null=True, blank=True)
    written_at = models.DateTimeField()
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="taken_back_by", editable=False
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kol", "-at", "-id"], name="touches_of_kol")]

    def __str__(self):
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d}"
