"""Tasks: plain to-dos of a user, about a KOL or about nobody (DOMAIN 8.1)."""

from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import deputies
from kol_crm.core.models import VersionedRow
from profiles.models import Kol
from profiles.models.querysets import VIEW

LONGEST_ROUND = 366  # days


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Tasks about a file go with the file; one about nobody is seen by its two people, and who stands in.

        Whoever is to do a task about a file that they see may change and finish it, as may who set it.
        """
        if user is None or not user.is_authenticated or not user.is_active or user.role == user.Role.FINANCE:
            return self.none()
        mine = Q(assignee=user) | Q(author=user)
        if user.covers:
            mine |= Q(assignee__in=deputies.absent_ones(user))
        seen = self.filter(Q(kol=None) & mine | Q(kol__in=Kol.objects.visible_to(user)))
        return seen if action == VIEW else seen.filter(mine | Q(kol__in=Kol.objects.visible_to(user, action)))

    def open(self):
        return self.filter(done_at=None)

    def due_for(self, user):
        """Open ones that ``user`` is to do: about nobody, or about a file in use that they see."""
        files = Kol.objects.visible_to(user).filter(dormant=False)
        return self.open().filter(Q(kol=None) | Q(kol__in=files), assignee=user)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "assignee", "author", "done_by")


class Task(VersionedRow):
    """``repeat_days``: once done it is due again after so many days, as a row of its own (``follows``)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("note", "Open")
        DONE = "done", pgettext_lazy("task", "Done")

    kol = models.ForeignKey(
        Kol, models.CASCADE, null=True, blank=True, related_name="tasks", verbose_name="KOL"
    )
    what = models.CharField(_("what is to be done"), max_length=200)
    note = models.TextField(pgettext_lazy("of a task", "note"), max_length=2000, blank=True)
    due_on = models.DateField(_("due on"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", verbose_name=_("who does it")
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("again after (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_ROUND)],
    )
    follows = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="next", editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(outcome=""), name="open_tasks_have_no_outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_on", "id"], condition=Q(done_at=None), name="tasks_of_assignee"
            ),
            models.Index(fields=["due_on", "id"], name="tasks_by_due"),
            models.Index(fields=["created_at", "id"], name="tasks_by_created"),
            models.Index(fields=["kol", "due_on"], name="tasks_of_kol"),
        ]

    def __str__(self):
        return self.what

    @property
    def name(self) -> str:
        """What a row of Today shows of one that is about nobody."""
        return self.what

    @property
    def root(self) -> UUID:
        return self.kol_id or self.pk

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def state(self) -> str:
        return self.State.OPEN if self.is_open else self.State.DONE

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)
