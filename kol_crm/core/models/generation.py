"""Which life of the database this is: a restore and a copy begin another one (RELIABILITY 1, 2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row


class Generation(Row):
    """The latest row is the one in force; its id is what cursors are signed with.

    While it is not released nothing is sent. ``due_before``: what was due earlier may have gone out in the
    life that this one took the place of, so it goes only when a person says so.
    """

    class Cause(models.TextChoices):
        MADE = "made", _("made empty")
        RESTORED = "restored", _("restored from a backup")
        FOUND = "found", _("another database than the one that was here")
        COPIED = "copied", _("a copy from another installation")

    cause = models.CharField(max_length=10, choices=Cause)
    instance = models.CharField(max_length=100)  # INSTANCE_NAME, when it began or was released
    began_at = models.DateTimeField()
    due_before = models.DateTimeField(null=True)
    kept_outside = models.BooleanField(default=False)  # a file beside the database has named it
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="made") | Q(due_before__isnull=False), name="generation_says_from_when"
            )
        ]

    def __str__(self):
        return f"{self.cause} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def is_held(self) -> bool:
        return self.released_at is None
