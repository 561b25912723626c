"""Exclusivity: what was promised for how long, and sightings of its breach (DOMAIN 5.6)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row
from lifecycle.models.proof import Proof, web_links
from profiles.models import Attachment, Kol, Note, Platform
from profiles.models.note import NoteQuerySet

CHANNELS = [(value, label) for value, label in Platform.choices if value != Platform.OWN]


class ContentKind(models.TextChoices):
    """What an exclusivity covers."""

    VIDEO = "video", _("Video")
    LIVE = "live", _("Live stream")
    PICTURES = "pictures", pgettext_lazy("content", "Pictures")
    TEXT = "text", _("Text")
    AUDIO = "audio", _("Audio")
    SELLING = "selling", _("Selling goods")
    ENDORSEMENT = "endorsement", _("Endorsement")


def _some_of(value: Any, choices: list[tuple[str, Any]]) -> None:
    known = [one for one, _label in choices]
    if not isinstance(value, list) or len(set(map(str, value))) != len(value):
        raise ValidationError(_("Each of them once."))
    if unknown := [one for one in value if one not in known]:
        raise ValidationError(_("“%(value)s” is none of the choices."), params={"value": unknown[0]})


def known_channels(value: Any) -> None:
    """Platforms other than our own."""
    _some_of(value, CHANNELS)


def known_kinds(value: Any) -> None:
    _some_of(value, list(ContentKind.choices))


class ExclusivityQuerySet(NoteQuerySet):
    def open(self):
        """Those of whose end somebody is reminded."""
        return self.filter(due_on__isnull=False)

    def running(self, day: date):
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_on=None)

    def in_state(self, state: str, day: date):
        """As ``Exclusivity.state_on`` tells of one row."""
        state_of = Exclusivity.State
        match state:
            case state_of.ENDED_EARLY:
                return self.filter(ended_on__isnull=False)
            case state_of.UPCOMING:
                return self.filter(ended_on=None, starts_on__gt=day)
            case state_of.OVER:
                return self.filter(ended_on=None, ends_on__lt=day)
        return self.running(day)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        people = ("author", "ended_by")
        return self.select_related("kol__owner", "renews", *people).prefetch_related("files", "renewed_by")


class Exclusivity(Note):
    """From–to a KOL publishes what it covers on no channel of others that it names; none named: all."""

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("To begin")
        RUNNING = "running", _("In force")
        OVER = "over", _("Over")
        ENDED_EARLY = "ended_early", _("Ended in advance")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="exclusivities", verbose_name="KOL")
    scope = models.CharField(_("scope"), max_length=300)
    channels = models.JSONField(_("channels"), default=list, blank=True, validators=[known_channels])
    kinds = models.JSONField(_("content kinds"), default=list, blank=True, validators=[known_kinds])
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    evidence = models.TextField(_("evidence in words"), max_length=5000, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True, validators=[web_links])
    attachments = models.ManyToManyField(Attachment, through="ExclusivityFile", related_name="+")
    renews = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="renewed_by",
        editable=False,
        verbose_name=_("renewal of"),
    )
    # the reminder that stands: its day, until somebody has seen it
    due_on = models.DateField(_("reminder"), null=True, editable=False)
    ended_on = models.DateField(_("ended in advance on"), null=True, blank=True)
    ended_why = models.TextField(_("why in advance"), max_length=2000, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExclusivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="exclusivity_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ended_why=""), name="ended_in_advance_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on", "id"], name="exclusivities_by_end"),
            models.Index(fields=["starts_on", "id"], name="exclusivities_by_start"),
            models.Index(fields=["created_at", "id"], name="exclusivities_by_created"),
            models.Index(fields=["kol", "ends_on"], name="exclusivities_of_kol"),
            models.Index(
                fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="exclusivities_due"
            ),
        ]

    def __str__(self):
        return self.scope

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end lies before the start.")})

    @property
    def last_day(self) -> date:
        """The last day on which it bound them."""
        return min(self.ended_on, self.ends_on) if self.ended_on else self.ends_on

    @property
    def renewal(self) -> "Exclusivity | None":
        """The one that goes on from it."""
        return getattr(self, "renewed_by", None)

    def state_on(self, day: date) -> str:
        if self.ended_on:
            return self.State.ENDED_EARLY
        if self.starts_on > day:
            return self.State.UPCOMING
        return self.State.RUNNING if self.ends_on >= day else self.State.OVER

    def next_reminder(self, day: date, days_before: list[int]) -> date | None:
        """The first reminder on ``day`` or later; None: the last one lies behind."""
        days = sorted(self.ends_on - timedelta(days=n) for n in days_before)
        return next((one for one in days if one >= day), None)

    @property
    def channel_names(self) -> list:
        return [Platform(one).label for one in self.channels]

    @property
    def kind_names(self) -> list:
        return [ContentKind(one).label for one in self.kinds]


class ExclusivityFile(Proof):
    """An attachment of the file that proves an exclusivity: the signed paper."""

    exclusivity = models.ForeignKey(Exclusivity, models.CASCADE, related_name="files")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exclusivity", "attachment"], name="one_attachment_once_of_exclusivity"
            )
        ]


class ExclusivityNoticeQuerySet(models.QuerySet["ExclusivityNotice"]):
    def to_gather(self, reader, day: date, of) -> list["ExclusivityNotice"]:
        """What the reader's mail of that morning carries of the users ``of``: unsent, and still true."""
        rows = (
            self.filter(user__in=of, on__lte=day, send=None)
            .filter(exclusivity__kol__in=Kol.objects.active().visible_to(reader))
            .select_related("exclusivity__kol")
            .prefetch_related("exclusivity__renewed_by")
            .order_by("on", "pk")
        )
        return [notice for notice in rows if notice.stands]


class ExclusivityNotice(Row):
    """A reminder for the morning mail: its key names the end and the days before it (RELIABILITY 1)."""

    key = models.CharField(max_length=160, unique=True)
    exclusivity = models.ForeignKey(Exclusivity, models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on = models.DateField()  # the day whose morning mail carries it
    send = models.ForeignKey("core.Send", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = ExclusivityNoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "on"], condition=Q(send=None), name="exclusivities_to_gather")
        ]

    def __str__(self):
        return self.key

    @property
    def stands(self) -> bool:
        """Whether it still ends on the day it was planned for, and nothing goes on from it."""
        row = self.exclusivity
        due = row.ended_on is None and row.renewal is None
        return due and self.key.split(":")[2] == row.ends_on.isoformat() and row.kol.owner_id == self.user_id
