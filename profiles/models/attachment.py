"""What is kept with a file as it came: attachments, and the picture of a face (RELIABILITY, "Files")."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models import Row, StoredFile
from profiles.models.kol import Kol
from profiles.models.querysets import VIEW


class AttachmentKind(models.TextChoices):
    PICTURE = "picture", pgettext_lazy("attachment", "Picture")
    PDF = "pdf", "PDF"
    DOCUMENT = "document", _("Document")
    TEXT = "text", pgettext_lazy("attachment", "Text")
    AUDIO = "audio", _("Audio")


ICONS = {
    AttachmentKind.PICTURE: "image",
    AttachmentKind.PDF: "file-text",
    AttachmentKind.DOCUMENT: "file-spreadsheet",
    AttachmentKind.TEXT: "file-text",
    AttachmentKind.AUDIO: "file-audio",
}


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Attachments of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))

    def standing(self):
        return self.filter(removed_at=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("file", "user", "kol")


class Attachment(Row):
    """A file that somebody put on record. Removed, it is only hidden: the history brings it back.

    ``as_it_came``: what it tells of its author was not taken off (a signed PDF, old Office).
    """

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="attachments", editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    thumbnail = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", editable=False)
    kind = models.CharField(max_length=8, choices=AttachmentKind)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    as_it_came = models.BooleanField(_("kept as it came"), default=False, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kol", "at", "id"], name="attachments_of_kol"),
            models.Index(fields=["at", "id"], name="attachments_by_at"),
        ]

    def __str__(self):
        return self.file.name

    @property
    def icon(self) -> str:
        return ICONS[AttachmentKind(self.kind)]


class Picture(Row):
    """A face, cropped square, in two sizes. The file points at the one that holds; earlier ones are kept."""

    SMALL, LARGE = 80, 320

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="pictures")
    small = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    large = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
