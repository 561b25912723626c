"""Counters of what the dashboard draws, small enough to be added up for a page (PERFORMANCE)."""

from django.db import models

from kol_crm.core.models import Team


class ScopeCount(models.Model):
    """So many files more (or fewer) of a team, with a field and of a level, whose ``kind`` is ``value``.

    Each is counted under no field and under each of its own, and under any level (``ANY_LEVEL``) and its own:
    whatever scope is asked for, few rows hold the answer. Rows are added and never changed, the nightly job
    makes one of many. Triggers write it (``counting``), so no team is looked up for each row.
    """

    ANY_LEVEL = "*"

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=12)
    field = models.CharField(max_length=32, blank=True)  # the digits of its id; empty: whatever the fields
    level = models.CharField(max_length=5, blank=True)  # empty: none
    value = models.CharField(max_length=64, blank=True)
    count = models.IntegerField()

    class Meta:
        # it holds all that is asked, so that the rows themselves are not fetched
        indexes = [
            models.Index(fields=["kind", "field", "level", "value", "team", "count"], name="scopecount_of")
        ]

    def __str__(self):
        return f"{self.kind} {self.value}: {self.count}"


class CountLines(models.Model):
    """The days by which files count as late, near, stale or aged: one row, moved on by a job."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True)
    day = models.DateField()  # before it a review is late; from it on a figure is stale
    long_late = models.DateField()  # before it a review is late for long
    soon = models.DateField()  # up to it a review is near
    # before it a stay in that stage is long
    introduction = models.DateField()
    initial = models.DateField()
    mid_term = models.DateField()
    late = models.DateField()

    def __str__(self):
        return f"as of {self.day}"
