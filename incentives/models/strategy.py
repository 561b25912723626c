"""Adjustments of the strategy: what was changed, why, what was expected, what happened (DOMAIN 6.8)."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kol_crm.core import wording
from kol_crm.core.models import Team, User, VersionedRow
from profiles.models import Kol, Level, Stage
from profiles.models.querysets import VIEW


class StrategyQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Of the files on which ``user`` may do ``action``; of groups those of their team (managers: the
        teams below too), which operators edit where they wrote them.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        own = Q(kol__in=Kol.objects.visible_to(user, action))
        match user.role:
            case User.Role.ADMIN:
                return self.filter(own | Q(kol=None))
            case User.Role.MANAGER if user.team_id:
                return self.filter(own | Q(kol=None, team__in=Team.objects.tree_of(user.team)))
            case User.Role.OPERATOR if user.team_id:
                group = Q(kol=None, team=user.team_id)
                return self.filter(own | (group if action == VIEW else group & Q(author=user)))
        return self.none()

    def open(self):
        """Of which nobody said yet what happened."""
        return self.filter(settled_at=None)

    def due_for(self, user):
        """Of the active files that ``user`` owns, and of the groups that they decided for."""
        files = Kol.objects.active().filter(owner=user)
        return self.open().filter(Q(kol__in=files) | Q(kol=None, author=user))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "kol__main_field", "team", "author")


class Strategy(VersionedRow):
    """For one KOL, or for a group: a cohort (month of entry into initial), a stage, a level, or together.

    ``look_on``: when to say what happened.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("strategy", "Running")
        SETTLED = "settled", pgettext_lazy("strategy", "Looked at")

    kol = models.ForeignKey(
        Kol, models.CASCADE, null=True, blank=True, related_name="strategies", verbose_name="KOL"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    cohort = models.DateField(_("entered initial in"), null=True, blank=True)  # the first day of the month
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    level = models.CharField(_("level"), max_length=5, choices=Level, blank=True)
    what = models.CharField(_("what changes"), max_length=300)
    why = models.TextField(_("why"), max_length=2000)
    expected = models.TextField(_("what is expected"), max_length=2000)
    decided_on = models.DateField(_("from"))
    look_on = models.DateField(_("look at it on"))
    happened = models.TextField(_("what happened"), max_length=2000, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kol__isnull=False, team=None, cohort=None, stage="", level="")
                | (Q(kol=None, team__isnull=False) & (Q(cohort__isnull=False) | ~Q(stage="") | ~Q(level=""))),
                name="strategies_are_of_a_kol_or_a_group",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, happened="") | (Q(settled_at__isnull=False) & ~Q(happened="")),
                name="strategies_end_with_what_happened",
            ),
        ]
        indexes = [
            models.Index(fields=["look_on", "id"], name="strategies_by_look"),
            models.Index(fields=["decided_on", "id"], name="strategies_by_day"),
            models.Index(fields=["kol", "-created_at"], name="strategies_of_kol"),
        ]

    def __str__(self):
        return self.what

    @property
    def root(self) -> UUID:
        return self.kol_id or self.pk

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def state(self) -> str:
        return self.State.OPEN if self.is_open else self.State.SETTLED

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    @property
    def name(self) -> str:
        """Whom it is for: the KOL's name, or the group in words."""
        if self.kol is not None:
            return self.kol.name
        parts = [self.get_stage_display(), self.get_level_display(), self._cohort_words()]
        return " · ".join(str(part) for part in parts if part)

    def _cohort_words(self) -> str:
        if self.cohort is None:
            return ""
        month = wording.day_words(self.cohort, "month", date.min, wording.babel_locale())
        return gettext("cohort %(month)s") % {"month": month}
