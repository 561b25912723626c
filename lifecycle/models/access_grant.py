"""Access grants: a feature or a data set opened to a KOL for a time (DOMAIN 5.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.models import Kol, Level, Note
from profiles.models.note import NoteQuerySet


class AccessGrantQuerySet(NoteQuerySet):
    def standing(self):
        """Not withdrawn; whether its time is over is asked with a day."""
        return self.filter(withdrawn_at=None)

    def ending(self):
        return self.standing().filter(until__isnull=False)


class AccessGrant(Note):
    """``author`` granted it. It lasts ``until`` its last day, or for as long as ``level`` holds."""

    class Kind(models.TextChoices):
        FEATURE = "feature", _("Feature")
        DATA = "data", _("Data set")

    class State(models.TextChoices):
        STANDING = "standing", pgettext_lazy("access", "Granted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="access_grants", verbose_name="KOL")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    what = models.CharField(_("which one"), max_length=200)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    level = models.CharField(_("as long as the level is at least"), max_length=5, choices=Level, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_level = models.BooleanField(default=False)  # withdrawn because the level no longer holds
    why = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="access_ends_after_start",
                violation_error_message=_("The period ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(by_level=True) | ~Q(why=""),
                name="withdrawn_access_says_why",
            ),
            models.UniqueConstraint(
                fields=["kol", "kind", "what"],
                condition=Q(withdrawn_at=None),
                name="one_standing_grant_of_a_thing",
                violation_error_message=_("They have this already: extend it instead."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="access_by_created"),
            models.Index(fields=["kol", "-created_at"], name="access_of_kol"),
            models.Index(fields=["until", "id"], condition=Q(withdrawn_at=None), name="access_by_end"),
        ]

    def __str__(self):
        return self.what

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None

    @property
    def state(self) -> str:
        return self.State.STANDING if self.is_open else self.State.WITHDRAWN

    @property
    def reason(self) -> str:
        """Why it was withdrawn, for whoever reads it now; empty while it stands."""
        if self.by_level:
            return _now("Their level is no longer %(level)s.") % {"level": self.get_level_display()}
        return self.why

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)
