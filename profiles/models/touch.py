"""Touches: each time somebody and the KOL were in contact (DOMAIN 3.10)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row
from profiles.models.agency import Agency
from profiles.models.kol import Kol


class TouchChannel(models.TextChoices):
    WECHAT = "wechat", _("WeChat")
    PHONE = "phone", _("Phone")
    MAIL = "mail", pgettext_lazy("touch", "Mail")
    PLATFORM = "platform", _("Platform message")
    MEETING = "meeting", _("In person")
    COMMUNITY = "community", _("Community")
    FRIEND = "friend", _("Through a friend")
    AGENCY = "agency", _("Through the agency")
    OTHER = "other", _("Other")


class TouchReason(models.TextChoices):
    """Why one spoke: said with a touch, asked for in lists."""

    KEEPING = "keeping", _("Staying in touch")
    FOLLOW_UP = "follow_up", _("Follow-up")
    REQUEST = "request", _("Their request")
    PROMISE = "promise", _("A promise")
    COOPERATION = "cooperation", _("Cooperation")
    GREETING = "greeting", pgettext_lazy("touch", "Greeting")
    COMPLAINT = "complaint", _("Complaint")
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
    reason = models.CharField(_("why"), max_length=12, choices=TouchReason, blank=True)
    answered = models.BooleanField(_("answered"), null=True, blank=True)
    reply_minutes = models.PositiveIntegerField(_("answered after (minutes)"), null=True, blank=True)
    # the day agreed for the next one; empty: one interval later
    next_on = models.DateField(_("next touch on"), null=True, blank=True)
    written_at = models.DateTimeField()
    # whose they were that day: the agency hears of what we write to one of theirs (DOMAIN 4.9)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", editable=False)
    # one voice: whose touch this one comes within days of, and why all the same; each names the other
    beside = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by", editable=False)
    voice_reason = models.CharField(_("why a second voice"), max_length=300, blank=True)
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="taken_back_by", editable=False
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kol", "-at", "-id"], name="touches_of_kol"),
            models.Index(
                fields=["agency", "-at", "-id"],
                condition=models.Q(agency__isnull=False),
                name="touches_of_agency",
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d}"
