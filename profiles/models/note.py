"""Notes on a file: needs, promises, requests, dates, life events, ties (DOMAIN 3.9, 3.11)."""

from uuid import UUID

from django.conf import settings
from django.db import models

from kol_crm.core.models import VersionedRow
from profiles.models.kol import Kol
from profiles.models.querysets import VIEW


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Notes of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))

    def due_for(self, user, *, quiet: bool = True):
        """Notes of the active files that ``user`` owns, ``quiet`` ones among them: what Today looks at."""
        files = Kol.objects.active().filter(owner=user)
        return self.filter(kol__in=files if quiet else files.filter(quiet_cause=""))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "author")


class Note(VersionedRow):
    """A row of a file with a version of its own; its changes stand in the history of the file."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="%(class)ss")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    @property
    def root(self) -> UUID:
        return self.kol_id
