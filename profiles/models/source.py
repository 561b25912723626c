"""Where files come from by the API: sources, and the ids that they know files by (RELIABILITY 2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, VersionedRow
from profiles.models.kol import Kol


class Source(VersionedRow):
    """A system that pushes files: the platform's backend, a mailing tool, a warehouse, a script.

    Only tokens of its ``owner`` push under its name. Of the facts in ``owns`` it has the last word: another
    source that says something else is refused.
    """

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("whose tokens push")
    )
    owns = models.JSONField(_("facts it owns"), default=list, blank=True)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name


class ExternalId(Row):
    """The id by which a source knows a file; a merged file's ids come along.

    ``digest`` and ``version``: of what the source sent last, keyed, and of the file once that was taken in.
    Sent again while the file stands as it was, there is nothing to read.
    """

    UNTOLD = ("digest", "version")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="external_ids")
    source = models.ForeignKey(Source, models.PROTECT, related_name="external_ids", verbose_name=_("source"))
    external_id = models.CharField(_("id there"), max_length=120)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["source", "external_id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_file_per_external_id")
        ]
        indexes = [models.Index(fields=["external_id"], name="by_external_id")]

    def __str__(self):
        return f"{self.source} {self.external_id}"
