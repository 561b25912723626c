"""Lists that managers edit: fields, types, tags."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Team, VersionedRow


class NamedQuerySet(models.QuerySet):
    def offered(self, also=None):
        """What can be chosen: all that are not retired, and the one that stands there already."""
        return self.filter(models.Q(retired=False) | models.Q(pk=also))


class Named(VersionedRow):
    """A list entry with a name in both languages."""

    slug = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(_("English name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)  # kept where it stands, offered no more

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Field(Named):
    """A vertical a KOL is influential in (DOMAIN 1.3)."""


class KolType(Named):
    """A kind of KOL (DOMAIN 1.4); communities are formed by it."""


class Tag(Row):
    """A free word of one team (DOMAIN 3.2)."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=40)
    folded = models.CharField(max_length=40, editable=False)

    class Meta:
        ordering = ["folded", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "folded"], name="one_tag_per_word_and_team")]

    def __str__(self):
        return self.name
