"""Special channels and privileges: kinds, and who holds which (DOMAIN 5.8)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import VersionedRow
from lifecycle.models.rule import OfFileQuerySet
from profiles.models import Kol, Level, Stage

# Who departed holds none.
STAGES = tuple(stage for stage in Stage if stage != Stage.DEPARTED)


def known_levels(value) -> None:
    _demand_some(value, Level.values)


def known_stages(value) -> None:
    _demand_some(value, STAGES)


def _demand_some(value, known) -> None:
    if not isinstance(value, list) or not value or set(value) - set(known):
        raise ValidationError(_("Choose at least one."))


class PrivilegeKindQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(retired=False)


class PrivilegeKind(VersionedRow):
    """A special channel or a privilege, with the levels and stages at which it may be held."""

    class Sort(models.TextChoices):
        PRIVILEGE = "privilege", _("Privilege")
        CHANNEL = "channel", _("Special channel")

    sort = models.CharField(_("what it is"), max_length=10, choices=Sort, default=Sort.PRIVILEGE)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    levels = models.JSONField(_("levels"), default=list, validators=[known_levels])
    stages = models.JSONField(_("stages"), default=list, validators=[known_stages])
    retired = models.BooleanField(_("retired"), default=False)
    created_at = models.DateTimeField(editable=False)

    objects = PrivilegeKindQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def level_words(self) -> list[str]:
        return [str(level.label) for level in Level if level in self.levels]

    @property
    def stage_words(self) -> list[str]:
        return [str(stage.label) for stage in STAGES if stage in self.stages]

    def fits_level(self, level: str) -> bool:
        """None is treated as nano (DOMAIN 3.6)."""
        return (level or Level.NANO) in self.levels

    def fits_stage(self, stage: str) -> bool:
        return stage in self.stages


class PrivilegeQuerySet(OfFileQuerySet):
    def held(self):
        return self.filter(withdrawn_at=None)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kind", "kol__owner", "granted_by", "withdrawn_by")


class Privilege(VersionedRow):
    """A KOL holds a privilege, from the grant until it is withdrawn; then the row stays as it is."""

    class Cause(models.TextChoices):
        LEVEL = "level", _("The level no longer holds")
        STAGE = "stage", _("The stage no longer holds")
        KIND = "kind", _("No longer granted there")
        PENALTY = "penalty", _("Penalty")
        HAND = "hand", pgettext_lazy("privilege", "By hand")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="privileges", verbose_name="KOL")
    kind = models.ForeignKey(
        PrivilegeKind, models.PROTECT, related_name="privileges", verbose_name=_("privilege")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    granted_at = models.DateTimeField(_("granted"), editable=False)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cause = models.CharField(_("why withdrawn"), max_length=8, choices=Cause, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PrivilegeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol", "kind"], condition=Q(withdrawn_at=None), name="a_privilege_is_held_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, cause="") | (Q(withdrawn_at__isnull=False) & ~Q(cause="")),
                name="withdrawn_privileges_say_why",
            ),
        ]
        indexes = [
            models.Index(fields=["granted_at", "id"], name="privileges_by_granted"),
            models.Index(fields=["kind"], condition=Q(withdrawn_at=None), name="holders_of_privilege"),
        ]

    @property
    def root(self):
        return self.kol_id

    def __str__(self):
        return str(self.kind)

    @property
    def is_held(self) -> bool:
        return self.withdrawn_at is None
