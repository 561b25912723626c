"""CoachingPlans: sessions with their brief and homework, figures before and after (DOMAIN 5.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row
from lifecycle.models.measured import Measured
from profiles.models import Kol, Note
from profiles.models.note import NoteQuerySet


class CoachingQuerySet(NoteQuerySet):
    def running(self):
        return self.filter(closed_at=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("kol__owner", "author").prefetch_related("sessions", "figures__account")


class CoachingPlan(Note):
    """It runs from the moment its before-figures are fixed and closes once each has its after-figure."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("coaching", "Running")
        CLOSED = "closed", _("Closed")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="coaching_plans", verbose_name="KOL")
    title = models.CharField(_("title"), max_length=120)
    aim = models.TextField(_("what it should bring"), max_length=2000, blank=True)
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CoachingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(result=""), name="closed_coaching_says_what_came_of_it"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="coaching_by_created"),
            models.Index(fields=["kol", "-created_at"], name="coaching_of_kol"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state(self) -> str:
        return self.State.RUNNING if self.is_open else self.State.CLOSED

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)


class CoachingFigure(Measured, Row):
    """One figure by which the coaching is judged."""

    plan = models.ForeignKey(CoachingPlan, models.CASCADE, related_name="figures", editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "account", "metric"], name="coaching_figures_once"),
        ]

    def __str__(self):
        return self.label


class SessionQuerySet(NoteQuerySet):
    def to_hold(self):
        return self.filter(held_at=None, plan__closed_at=None)

    def homework_open(self):
        return self.filter(homework_done_at=None, homework_due__isnull=False, plan__closed_at=None)


class CoachingSession(Note):
    """When, about what, the brief (for whom, what they prefer, how to make it), and the homework."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="coaching_sessions", verbose_name="KOL")
    plan = models.ForeignKey(CoachingPlan, models.CASCADE, related_name="sessions", editable=False)
    on = models.DateField(pgettext_lazy("day", "on"))
    topic = models.CharField(_("topic"), max_length=200)
    audience = models.TextField(_("brief: the audience"), max_length=1000, blank=True)
    prefers = models.TextField(_("brief: what they prefer"), max_length=1000, blank=True)
    how = models.TextField(_("brief: how to make it"), max_length=2000, blank=True)
    homework = models.TextField(_("homework"), max_length=1000, blank=True)
    homework_due = models.DateField(_("homework due"), null=True, blank=True)
    homework_done_at = models.DateTimeField(_("homework done"), null=True, blank=True)
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    said = models.TextField(_("how it went"), max_length=2000, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(homework="", homework_due=None)
                | (~Q(homework="") & Q(homework_due__isnull=False)),
                name="homework_has_its_day",
                violation_error_message=_("Homework has its day, and a day its homework."),
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "-on"], name="sessions_of_kol"),
            models.Index(fields=["on", "id"], condition=Q(held_at=None), name="sessions_to_hold"),
            models.Index(
                fields=["homework_due", "id"],
                condition=Q(homework_done_at=None, homework_due__isnull=False),
                name="homework_to_do",
            ),
        ]

    def __str__(self):
        return self.topic
