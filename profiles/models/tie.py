"""Ties: who stands how to a KOL (DOMAIN 1.6, 3.11)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models.kol import Kol
from profiles.models.note import Note, NoteQuerySet


class TieQuerySet(NoteQuerySet):
    def for_list(self):
        return super().for_list().select_related("other")


class Tie(Note):
    """A relation between the KOL and another file, or a person who has none.

    A merge of two files may leave a tie of a file to itself: no constraint forbids it, the verb does.
    """

    class Kind(models.TextChoices):
        INTRODUCER = "introducer", _("Introduced by")
        AGENT = "agent", _("Agent")
        PARTNER = "partner", _("Partner")
        RIVAL = "rival", _("Rival")
        FRIEND = "friend", _("Friend inside")
        FAMILY = "family", _("Family")
        OTHER = "other", _("Other")

    kind = models.CharField(_("what they are"), max_length=10, choices=Kind)
    other = models.ForeignKey(
        Kol,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="ties_to",
        verbose_name=_("their file"),
        editable=False,
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = TieQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, name="") | (Q(other=None) & ~Q(name="")),
                name="tie_to_a_file_or_a_name",
            )
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="ties_by_age")]

    def __str__(self):
        return f"{self.kind} {self.name or self.other_id}"
