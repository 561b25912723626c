"""Personas: how a KOL is packaged, version by version, and adjustments tried later (DOMAIN 5.5, 5.6)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import User
from lifecycle.models.measured import Measured
from profiles.models import Kol, Note
from profiles.models.note import NoteQuerySet
from profiles.models.querysets import EDIT

MOST_LINES, LONGEST_LINE = 20, 200


def short_lines(value) -> None:
    """A list of lines that say something: at most twenty, each on its own."""
    if not isinstance(value, list) or any(not isinstance(one, str) or not one.strip() for one in value):
        raise ValidationError(_now("Give one line each."))
    if len(value) > MOST_LINES:
        raise ValidationError(_now("At most %(most)d lines.") % {"most": MOST_LINES})
    if any(len(one) > LONGEST_LINE for one in value):
        raise ValidationError(_now("A line has at most %(most)d characters.") % {"most": LONGEST_LINE})


class PersonaQuerySet(NoteQuerySet):
    def in_force(self):
        """What each KOL stands for now."""
        return self.filter(state=Persona.State.APPROVED)

    def to_approve(self, user):
        """What waits for this user's word: versions of files that they manage, written by somebody else."""
        if user is None or not (user.is_manager or user.role == User.Role.ADMIN):
            return self.none()
        waiting = self.filter(state=Persona.State.SUBMITTED).exclude(author=user).exclude(submitted_by=user)
        return waiting.filter(kol__in=Kol.objects.visible_to(user, EDIT))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "author", "submitted_by", "approved_by")


class Persona(Note):
    """One version. It is edited as a draft only; what is in force gives way to the next one approved."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("To be approved")
        TRIAL = "trial", _("On trial")
        APPROVED = "approved", _("In force")
        REPLACED = "replaced", _("Replaced")
        REVERTED = "reverted", pgettext_lazy("persona", "Reverted")

    OPEN = (State.DRAFT, State.SUBMITTED, State.TRIAL)

    number = models.PositiveIntegerField(_("version"), editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    highlights = models.JSONField(_("highlights"), default=list, blank=True, validators=[short_lines])
    story = models.TextField(_("story"), max_length=5000, blank=True)
    image = models.CharField(_("image"), max_length=500, blank=True)
    tone = models.CharField(_("tone"), max_length=500, blank=True)
    points = models.JSONField(
        pgettext_lazy("persona", "points"), default=list, blank=True, validators=[short_lines]
    )
    topics_in = models.JSONField(_("topics in"), default=list, blank=True, validators=[short_lines])
    topics_out = models.JSONField(_("topics out"), default=list, blank=True, validators=[short_lines])
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_back = models.CharField(_("why it was sent back"), max_length=500, blank=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["kol", "number"], name="one_persona_per_number"),
            models.UniqueConstraint(
                fields=["kol"], condition=Q(state="approved"), name="one_persona_in_force"
            ),
            models.UniqueConstraint(
                fields=["kol"],
                condition=Q(state__in=["draft", "submitted", "trial"]),
                name="one_open_persona",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False),
                name="personas_in_force_were_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="personas_by_created"),
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state="submitted"), name="personas_to_approve"
            ),
        ]

    def __str__(self):
        return _now("Persona, version %(number)d") % {"number": self.number}


class Adjustment(Measured, Note):
    """A change tried on a hypothesis: kept it becomes the next version, reverted the former stands.

    The figure is the fans' reaction: ``before`` fixed when the trial begins, ``after`` when it is decided.
    """

    class State(models.TextChoices):
        TRIAL = "trial", _("On trial")
        KEPT = "kept", pgettext_lazy("adjustment", "Kept")
        REVERTED = "reverted", pgettext_lazy("persona", "Reverted")

    former = models.ForeignKey(Persona, models.CASCADE, related_name="+", editable=False)
    trial = models.OneToOneField(Persona, models.CASCADE, related_name="adjustment", editable=False)
    hypothesis = models.CharField(_("hypothesis"), max_length=500)
    change = models.TextField(_("what changes"), max_length=2000)
    reaction_before = models.TextField(_("fans’ reaction before"), max_length=2000, blank=True)
    reaction_after = models.TextField(_("fans’ reaction after"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.TRIAL)
    look_on = models.DateField(_("look at it on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol"], condition=Q(state="trial"), name="one_adjustment_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="trial", decided_at=None)
                | (~Q(state="trial") & Q(decided_at__isnull=False) & ~Q(reaction_after="")),
                name="adjustments_end_with_the_reaction",
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "-created_at"], name="adjustments_of_kol"),
            models.Index(fields=["look_on", "id"], condition=Q(state="trial"), name="adjustments_by_look"),
        ]

    objects = NoteQuerySet.as_manager()

    def __str__(self):
        return self.hypothesis

    @property
    def is_open(self) -> bool:
        return self.state == self.State.TRIAL
