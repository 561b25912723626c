"""Outreach: one person written to along a ladder of channels, attempt by attempt (DOMAIN 4.8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Send
from lifecycle.models.programme import Candidate
from profiles.models import Kol, Note, Touch, TouchChannel
from profiles.models.note import NoteQuerySet

LADDER = (
    TouchChannel.PLATFORM,
    TouchChannel.MAIL,
    TouchChannel.WECHAT,
    TouchChannel.PHONE,
    TouchChannel.COMMUNITY,
    TouchChannel.FRIEND,
    TouchChannel.AGENCY,
)
LADDER_CHOICES = [(channel.value, channel.label) for channel in LADDER]


class Result(models.TextChoices):
    """What came of an attempt, as far as it is known."""

    NO_ANSWER = "no_answer", _("No answer")
    READ = "read", _("Read")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    WRONG = "wrong_address", _("Wrong address")


class OutreachQuerySet(NoteQuerySet):
    def live(self):
        return self.filter(state=Outreach.State.LIVE)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "kol__main_field", "author", "candidate__programme")


class Outreach(Note):
    """Live until somebody answers, refuses, cannot be reached, or it is stopped.

    ``next_channel`` and ``next_on``: the attempt that is due; without a channel the ladder is at its end.
    """

    class State(models.TextChoices):
        LIVE = "live", _("Under way")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")
        UNREACHABLE = "unreachable", _("Unreachable")
        STOPPED = "stopped", _("Stopped")

    # named anew: the plural of the abstract class would be "outreachs"
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="outreaches", verbose_name="KOL")
    candidate = models.ForeignKey(
        Candidate,
        models.CASCADE,
        related_name="outreaches",
        verbose_name=_("candidate"),
        editable=False,
    )
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.LIVE, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    why = models.TextField(_("why it ended"), max_length=2000, blank=True)
    voice_reason = models.CharField(_("why a second voice"), max_length=300, blank=True)
    next_channel = models.CharField(
        _("next channel"), max_length=10, choices=LADDER_CHOICES, blank=True, editable=False
    )
    next_on = models.DateField(_("next attempt"), null=True, editable=False)

    objects = OutreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol"],
                condition=Q(state="live"),
                name="one_live_outreach_per_person",
                violation_error_message=_("Somebody is writing to this person already."),
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_at=None) | (~Q(state="live") & Q(ended_at__isnull=False)),
                name="ended_outreach_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="live") | Q(next_on=None), name="ended_outreach_has_no_next"
            ),
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], condition=Q(state="live"), name="outreach_due"),
            models.Index(fields=["created_at", "id"], name="outreach_by_begun"),
            models.Index(fields=["kol", "-created_at"], name="outreach_of_kol"),
        ]

    def __str__(self):
        return str(self.kol)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE


class AttemptQuerySet(models.QuerySet):
    def made(self):
        """Attempts themselves, without what was heard of them later; those taken back are none."""
        return self.filter(of=None, touch__taken_back_by=None)


class Attempt(Row):
    """One attempt, which is a touch; or with ``of`` what was heard of an earlier one. Append-only.

    The answer that came later is a touch of its own, which the KOL began.
    """

    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="attempts")
    channel = models.CharField(_("channel"), max_length=10, choices=LADDER_CHOICES)
    result = models.CharField(_("result"), max_length=13, choices=Result)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    touch = models.OneToOneField(Touch, models.PROTECT, null=True, related_name="attempt")
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="heard")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(touch__isnull=False) | Q(of__isnull=False), name="attempts_are_touches"
            )
        ]
        indexes = [models.Index(fields=["outreach", "at", "id"], name="attempts_of_outreach")]

    def __str__(self):
        return f"{self.channel} {self.result}"


class OutreachMail(Row):
    """A mail of an outreach on its way through the outbox; sent, it is an attempt."""

    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="mails")
    send = models.OneToOneField(Send, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("text"), max_length=4000)
    voice_reason = models.CharField(_("why a second voice"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self):
        return self.subject
