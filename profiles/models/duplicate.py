"""Two files that may be of one person (DOMAIN 2.2): found, and what was decided."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from kol_crm.core.score import Part
from profiles.models.kol import Kol
from profiles.models.querysets import VIEW
from profiles.rules.twin import LABELS


class DuplicateQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Pairs on both files of which ``user`` may do ``action``."""
        files = Kol.objects.visible_to(user, action).values("pk")
        return self.filter(first__in=files, second__in=files)

    def of(self, kol_ids):
        """Pairs in which one of these files stands."""
        return self.filter(models.Q(first__in=kol_ids) | models.Q(second__in=kol_ids))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("first__owner", "second__owner", "decided_by")


class Duplicate(Row):
    """One pair; ``first`` has the smaller id. ``facts`` names what was compared: a decision holds as long
    as it stays the same."""

    class State(models.TextChoices):
        OPEN = "open", _("To look at")
        MERGED = "merged", _("Merged")
        DISTINCT = "distinct", _("Not the same")

    first = models.ForeignKey(Kol, models.CASCADE, related_name="+")
    second = models.ForeignKey(Kol, models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    score = models.PositiveSmallIntegerField(_("score"))
    parts = models.JSONField(default=list)
    facts = models.CharField(max_length=64)
    found_at = models.DateTimeField(_("found"))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_row_per_pair")]
        indexes = [
            models.Index(fields=["score", "id"], name="duplicates_by_score"),
            models.Index(fields=["found_at", "id"], name="duplicates_by_found"),
        ]

    def __str__(self):
        return f"{self.first_id} {self.second_id}"

    @property
    def explained(self) -> list[Part]:
        """What speaks for one person, in the reader's language."""
        return [
            Part(part["key"], LABELS[part["key"]], part["value"], points=part["points"])
            for part in self.parts
        ]
