"""Promises in both directions (DOMAIN 3.9)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.models.note import Note, NoteQuerySet


class PromiseQuerySet(NoteQuerySet):
    def open(self):
        return self.filter(state=Promise.State.OPEN)

    def ours_overdue_first(self, day):
        """What we owe and are late with before everything else, then by the day it is due."""
        late = When(by=Promise.By.US, due_on__lt=day, then=Value(0))
        return self.order_by(Case(late, default=Value(1)), "due_on", "id")


class Promise(Note):
    """Open until it is kept or broken; a broken one says how it is made good."""

    class By(models.TextChoices):
        US = "us", _("We promised")
        KOL = "kol", _("The KOL promised")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("note", "Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")

    by = models.CharField(_("who promised"), max_length=3, choices=By, default=By.US)
    what = models.CharField(_("what was promised"), max_length=300)
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN, editable=False)
    make_good = models.TextField(_("how it is made good"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_promises_have_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="broken") | ~Q(make_good=""), name="broken_promises_are_made_good"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="promises_by_due"),
            models.Index(fields=["created_at", "id"], name="promises_by_age"),
            models.Index(fields=["kol"], condition=Q(state="open"), name="open_promises_of_kol"),
        ]

    def __str__(self):
        return self.what

    def clean(self):
        if self.state == self.State.BROKEN and not self.make_good.strip():
            raise ValidationError({"make_good": _("Say how it is made good.")})

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue_of_ours(self, day) -> bool:
        return self.is_open and self.by == self.By.US and self.due_on < day
