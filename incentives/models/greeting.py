"""Greetings: one row per KOL, occasion and (lunar) year, drafted before the day (DOMAIN 7.1, 7.3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incentives.models.querysets import GreetingQuerySet
from kol_crm.core.models import Send, VersionedRow
from profiles.models import Kol

ONCE = 0


class Greeting(VersionedRow):
    """``about`` is which of its kind: the id of a date or event, a festival's key, a count of followers.

    ``year`` is the natural year of the occasion, the lunar one for lunar days, and ``ONCE`` for what does not
    come round: each is greeted once. ``what`` says in words what it is about.
    """

    class Occasion(models.TextChoices):
        BIRTHDAY = "birthday", _("Birthday")
        DATE = "date", _("Important date")
        FESTIVAL = "festival", _("Festival")
        ANNIVERSARY = "anniversary", _("Anniversary with us")
        MILESTONE = "milestone", _("Follower milestone")
        EVENT = "event", _("Life event")
        OWN = "own", _("Own occasion")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        QUEUED = "queued", _("On its way")
        SENT = "sent", _("Sent")
        BY_HAND = "by_hand", _("Sent by hand")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="greetings")
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion, default=Occasion.BIRTHDAY)
    about = models.CharField(max_length=32, blank=True)
    what = models.CharField(_("what it is about"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    on = models.DateField(_("day"))
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT, editable=False)
    edited = models.BooleanField(
        default=False, editable=False
    )  # touched by the operator: never sent by itself
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("text"))
    personal_line = models.TextField(_("personal line"), blank=True)
    channel = models.CharField(max_length=10, blank=True, editable=False)
    outcome = models.CharField(max_length=200, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    send = models.OneToOneField(Send, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = GreetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol", "occasion", "about", "year"], name="one_occasion_greeted_once"
            )
        ]
        indexes = [
            models.Index(fields=["on", "id"], condition=models.Q(state="draft"), name="greetings_due"),
            models.Index(fields=["on", "id"], name="greetings_by_day"),
        ]

    def __str__(self):
        return f"{self.occasion} {self.on}"

    @property
    def key(self) -> tuple[str, str, int]:
        """Which occasion of its KOL it is for."""
        return (self.occasion, self.about, self.year)

    @property
    def outcome_words(self) -> str:
        """Why it ended so, in the reader's language; the words of people and servers as they stand."""
        return gettext(self.outcome) if self.outcome else ""
