"""The stop of a KOL, and sightings of breach that set it (DOMAIN 5.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecycle.models.exclusivity import CHANNELS, Exclusivity
from lifecycle.models.proof import Proof, web_links
from lifecycle.models.violation import Violation
from profiles.models import Attachment, Kol, Note, Stage, StopMark
from profiles.models.note import NoteQuerySet


class StopQuerySet(NoteQuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def open(self):
        """What a manager has to decide: who departed is decided upon, though their stop stands."""
        return self.standing().filter(due_on__isnull=False).exclude(kol__stage=Stage.DEPARTED)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author", "ended_by", "violation")


class Stop(Note):
    """While it stands no incentive is granted, paid or exported, and no slot used."""

    class Ending(models.TextChoices):
        REINSTATED = "reinstated", _("Reinstated")
        TERM = "term", _("Term over")
        APPEAL = "appeal", _("Penalty overturned")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="stops", verbose_name="KOL")
    cause = models.CharField(_("cause"), max_length=10, choices=StopMark)
    violation = models.OneToOneField(
        Violation, models.PROTECT, null=True, blank=True, related_name="stop", editable=False
    )
    why = models.TextField(_("why"), max_length=2000)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)  # the last day; the night after ends it
    due_on = models.DateField(_("to decide by"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    ended_why = models.TextField(_("why it ended"), max_length=2000, blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="stops_end_in_some_way",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="stops_by_created"),
            models.Index(fields=["kol"], condition=Q(ended_at=None), name="stops_standing_of_kol"),
            models.Index(fields=["due_on", "id"], condition=Q(ended_at=None), name="stops_to_decide"),
            models.Index(fields=["until", "id"], condition=Q(ended_at=None), name="stops_with_a_term"),
        ]

    def __str__(self):
        return str(self.get_cause_display())

    @property
    def stands(self) -> bool:
        return self.ended_at is None


class SightingQuerySet(NoteQuerySet):
    def open(self):
        """What somebody has to decide."""
        return self.filter(due_on__isnull=False)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        people = ("author", "decided_by")
        return self.select_related("kol__owner", "exclusivity", "stop", *people).prefetch_related("files")


class Sighting(Note):
    """Somebody saw what an exclusivity forbids: open → dismissed or confirmed."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        DISMISSED = "dismissed", _("Dismissed")
        CONFIRMED = "confirmed", _("Confirmed")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="sightings", verbose_name="KOL")
    exclusivity = models.ForeignKey(
        Exclusivity, models.PROTECT, related_name="sightings", verbose_name=_("exclusivity")
    )
    seen_on = models.DateField(_("seen on"))
    channel = models.CharField(_("where"), max_length=12, choices=CHANNELS)
    what = models.CharField(_("what was seen"), max_length=300)
    evidence = models.TextField(_("evidence in words"), max_length=5000, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True, validators=[web_links])
    attachments = models.ManyToManyField(Attachment, through="SightingFile", related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    due_on = models.DateField(_("to decide by"), null=True, editable=False)
    why = models.TextField(_("why so"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    stop = models.ForeignKey(Stop, models.PROTECT, null=True, related_name="sightings", editable=False)

    objects = SightingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(stop__isnull=False), name="confirmed_breach_has_its_stop"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="sightings_by_created"),
            models.Index(fields=["seen_on", "id"], name="sightings_by_day"),
            models.Index(fields=["kol", "-created_at"], name="sightings_of_kol"),
            models.Index(fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="sightings_open"),
        ]

    def __str__(self):
        return self.what

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class SightingFile(Proof):
    """An attachment of the file that proves a sighting."""

    sighting = models.ForeignKey(Sighting, models.CASCADE, related_name="files")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sighting", "attachment"], name="one_attachment_once_of_sighting")
        ]
