"""Needs: what a KOL wants of the platform (DOMAIN 3.9)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.models.note import Note, NoteQuerySet


class NeedQuerySet(NoteQuerySet):
    def open(self):
        return self.filter(state=Need.State.OPEN)


class Need(Note):
    """Open until it is met or declined; ``due_on`` is when to come back to an open one."""

    class Kind(models.TextChoices):
        MONEY = "money", _("Money")
        BRAND = "brand", _("Personal brand")
        SUPPORT = "support", _("Platform support")
        KNOWLEDGE = "knowledge", _("Knowledge")
        RECOGNITION = "recognition", _("Recognition")
        DATA = "data", _("Data")
        FEATURE = "feature", _("A feature")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("note", "Open")
        MET = "met", _("Met")
        DECLINED = "declined", _("Declined")

    kind = models.CharField(_("kind of need"), max_length=12, choices=Kind)
    what = models.CharField(_("what they need"), max_length=300)
    due_on = models.DateField(_("come back to it on"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN, editable=False)
    outcome = models.TextField(_("how it was met, or why not"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_needs_have_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(outcome=""), name="declined_needs_say_why"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="needs_by_due"),
            models.Index(fields=["created_at", "id"], name="needs_by_age"),
            models.Index(fields=["kol"], condition=Q(state="open"), name="open_needs_of_kol"),
        ]

    def __str__(self):
        return self.what

    def clean(self):
        if self.state == self.State.DECLINED and not self.outcome.strip():
            raise ValidationError({"outcome": _("Say why it is declined.")})

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
