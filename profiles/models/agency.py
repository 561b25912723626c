"""An agency (MCN) that stands behind KOLs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import VersionedRow
from profiles.models.querysets import AgencyQuerySet


class Agency(VersionedRow):
    """DOMAIN 3.2: it has contact points of its own."""

    name = models.CharField(_("name"), max_length=120)
    folded = models.CharField(max_length=120, unique=True, editable=False)
    contact_person = models.CharField(_("contact person"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    note = models.TextField(_("note"), max_length=5000, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["folded"]

    def __str__(self):
        return self.name
