"""Two files made one, and how to make them two again (DOMAIN 3.12)."""

from django.conf import settings
from django.db import models

from kol_crm.core.models import Row
from profiles.models.kol import Kol
from profiles.models.querysets import VIEW


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Merges that were not undone."""
        return self.filter(undone_at=None)

    def visible_to(self, user, action: str = VIEW):
        """Merges of the files on which ``user`` may do ``action``."""
        return self.filter(survivor__in=Kol.objects.visible_to(user, action).values("pk"))


class Merge(Row):
    """``merged`` became a part of ``survivor``. ``choices`` are the answers where both had a fact;
    ``left``, once undone, is what was done since and stayed with the survivor."""

    survivor = models.ForeignKey(Kol, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Kol, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    change_set = models.UUIDField()
    choices = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    left = models.JSONField(default=list)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="one_standing_merge_of_a_file"
            )
        ]
        indexes = [models.Index(fields=["survivor", "-at"], name="merges_of_survivor")]

    def __str__(self):
        return f"{self.survivor_id} {self.merged_id}"


class MergedRow(Row):
    """A row on either file as it was before the merge and as the merge left it, column by column.

    ``before`` None: the merge made it. Sealed values stand here sealed, each for the file it was on.
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    row = models.UUIDField()
    parent = models.UUIDField(null=True)  # of what hangs on a row of the file: that row
    of_merged = models.BooleanField(default=False)  # it was the merged file's
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "model", "row"], name="one_record_per_merged_row")
        ]

    def __str__(self):
        return f"{self.model} {self.row}"
