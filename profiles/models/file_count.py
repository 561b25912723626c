"""How many files there are of each sort: counters, so that no page counts a million rows (PERFORMANCE)."""

from django.db import models

from kol_crm.core.models import Team
from profiles.models.words import Stage


class FileCount(models.Model):
    """So many files more (or fewer) of a team in a stage, of which ``dimension`` is ``value``.

    Rows are added and never changed, so that nobody waits for a counter; what there is, is their sum. The
    nightly job makes one row of many. Archived files are not counted. Triggers write it (``counting``).
    """

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=12)
    value = models.CharField(max_length=40, blank=True)  # empty: no owner, no level, …
    stage = models.CharField(max_length=12, choices=Stage)
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["dimension", "team", "value"], name="filecount_of")]

    def __str__(self):
        return f"{self.dimension} {self.value} {self.stage}: {self.count}"
