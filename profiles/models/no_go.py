"""No-go memory: who refused, whom we rejected, why, and when to look again (DOMAIN 4.10)."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row, Team, User, VersionedRow
from profiles.models.kol import Kol
from profiles.models.querysets import VIEW


class NoGoQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Those of the files on which ``user`` may do it; of files that are gone or never were, those of the
        teams one works in.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Q(kol__in=Kol.objects.visible_to(user, action))
        gone = Q(kol=None) | Q(kol__archived_at__isnull=False) & ~Q(kol__staff_user=user)
        match user.role:
            case User.Role.ADMIN:
                mine |= gone
            case User.Role.MANAGER if user.team_id:
                mine |= gone & Q(team__in=Team.objects.tree_of(user.team))
            case User.Role.OPERATOR if user.team_id:
                mine |= gone & Q(team=user.team_id) & (Q() if action == VIEW else Q(author=user))
        return self.filter(mine)

    def standing(self):
        """Those that nobody lifted."""
        return self.filter(lifted_at=None)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "kol__team", "team", "author")


class NoGo(VersionedRow):
    """One refusal or rejection, with its cause, the evidence and a date to look again.

    It is found again by its marks, also where the file is gone or there never was one.
    """

    class Kind(models.TextChoices):
        REFUSED = "refused", _("They refused")
        REJECTED = "rejected", _("We rejected")

    kol = models.ForeignKey(Kol, models.CASCADE, null=True, blank=True, related_name="no_gos")
    name = models.CharField(_("name"), max_length=120)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    kind = models.CharField(_("who said no"), max_length=8, choices=Kind)
    cause = models.CharField(_("cause"), max_length=300)
    evidence = models.TextField(_("evidence"), max_length=5000)
    on = models.DateField(pgettext_lazy("day", "on"))
    look_again_on = models.DateField(_("look again on"))
    whole_agency = models.BooleanField(_("holds for the whole agency"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    lifted_why = models.CharField(_("why lifted"), max_length=300, blank=True)

    objects = NoGoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(look_again_on__gt=F("on")), name="no_go_looks_ahead"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_why=""), name="lifted_no_gos_say_why"
            ),
        ]
        indexes = [
            models.Index(fields=["look_again_on", "id"], name="no_go_by_look_again"),
            models.Index(fields=["created_at", "id"], name="no_go_by_age"),
        ]

    def __str__(self):
        return self.name

    @property
    def root(self) -> UUID:
        """Its changes stand in the history of the file, where there is one."""
        return self.kol_id or self.pk

    def is_open_on(self, day) -> bool:
        """Whether the date to look again is still to come."""
        return self.lifted_at is None and self.look_again_on > day


class NoGoMark(Row):
    """A keyed hash by which a no-go is found again: no contact, handle or name can be read from it."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Account")
        PHONE = "phone", _("Phone")
        WECHAT = "wechat", _("WeChat")
        MAIL = "mail", _("Mail")
        AGENCY = "agency", _("Agency")

    no_go = models.ForeignKey(NoGo, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=7, choices=Kind)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["no_go", "kind", "digest"], name="one_mark_once_per_no_go")
        ]
        indexes = [models.Index(fields=["digest"], name="no_go_by_mark")]

    def __str__(self):
        return self.kind
