"""What the jobs did, how far they planned, and what they must look at again."""

from django.db import models

from kol_crm.core.models.base import Row


class JobRun(Row):
    """One run of one job: how much it saw and what became of it."""

    job = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["job", "-started_at"], name="jobrun_latest")]

    def __str__(self):
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M}"


class Horizon(models.Model):
    """Up to which instant a planner has planned; advanced in the transaction that inserts what it planned."""

    name = models.CharField(primary_key=True, max_length=40)
    until = models.DateTimeField()

    def __str__(self):
        return self.name


class Dirty(Row):
    """A row whose dates changed since it was planned; written by the verb, taken by the next tick."""

    planner = models.CharField(max_length=40)
    subject = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["planner", "subject"], name="one_dirty_mark")]

    def __str__(self):
        return f"{self.planner} {self.subject}"
