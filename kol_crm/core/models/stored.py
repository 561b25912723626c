"""Files that are kept: uploads, exports, pictures, attachments."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class StoredFile(Row):
    """A file under ``MEDIA_ROOT``, named by its id and sealed with the data key of ``subject``.

    Erasing the subject's key makes it unreadable. ``name`` is what people call it, never a path.
    """

    subject = models.UUIDField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes of the content
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="stored_of_subject")]

    def __str__(self):
        return self.name
