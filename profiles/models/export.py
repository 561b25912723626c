"""An export as a record: what was asked, by whom and why, how far it is, until when its file is kept."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, StoredFile, Team, User, Work
from profiles.models.querysets import EDIT, VIEW


class ExportFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel (.xlsx)")
    JSON = "json", _("JSON")
    VCARD = "vcard", _("Address book (.vcf)")


class ExportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """One's own exports; managers also see those in clear of the team and the teams below,
        admins all such (2.1, RELIABILITY 5). Only its maker gets the file (``EDIT``); finance has none.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        own = models.Q(user=user)
        match user.role:
            case User.Role.FINANCE:
                return self.none()
            case User.Role.ADMIN if action != EDIT:
                return self.filter(own | models.Q(in_clear=True))
            case User.Role.MANAGER if user.team_id and action != EDIT:
                teams = Team.objects.tree_of(user.team)
                return self.filter(own | models.Q(in_clear=True, user__team__in=teams))
        return self.filter(own)

    def for_list(self):
        return self.select_related("user", "work", "file")


class Export(Row):
    """``query`` is the address of the list as asked: filters, order, columns. ``ids``: only these of it.

    No contact data stands here: it is in the sealed file alone, which goes when ``expires_at`` is over.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("asked"))
    format = models.CharField(_("format"), max_length=5, choices=ExportFormat)
    in_clear = models.BooleanField(_("contact data in clear"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    language = models.CharField(max_length=10)
    query = models.TextField(blank=True)
    ids = models.JSONField(null=True)
    name = models.CharField(_("file"), max_length=120)
    work = models.OneToOneField(Work, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField(null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    file = models.OneToOneField(StoredFile, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("kept until"))

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"], name="exports_of_user"),
            models.Index(fields=["at", "id"], name="exports_by_at"),
        ]

    def __str__(self):
        return self.name

    @property
    def state(self) -> str:
        if self.work.state == Work.State.DONE and self.file_id is None:
            return ExportState.EXPIRED
        return self.work.state

    @property
    def state_words(self) -> str:
        return str(ExportState(self.state).label)

    @property
    def is_ready(self) -> bool:
        return self.work.state == Work.State.DONE and self.file_id is not None


class ExportPart(Row):
    """Some files of an export in their order, fixed when it began; once written they are not written again.

    ``ids`` of all parts say what the file is about, when it is asked who may still have it.
    """

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    ids = models.BinaryField()
    written = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    file = models.OneToOneField(StoredFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="one_part_once")]

    def __str__(self):
        return f"{self.number}"

    @property
    def kol_ids(self) -> list[UUID]:
        packed = bytes(self.ids)
        return [UUID(bytes=packed[place : place + 16]) for place in range(0, len(packed), 16)]
