"""What the jobs did, how far they planned, and what they must look at again."""

from django.conf import settings
from django.db import models

from kol_crm.core.models.base import Row


class JobRun(Row):
    """One run of one job: how much it saw and what became of it. Not started: somebody asked for it."""

    job = models.CharField(max_length=40)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["job", "-started_at"], name="jobrun_latest"),
            models.Index(fields=["-started_at"], condition=models.Q(failed__gt=0), name="jobrun_failed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(started_at=None), name="jobrun_asked_once"
            )
        ]

    def __str__(self):
        return f"{self.job} {self.started_at or self.asked_at:%Y-%m-%d %H:%M}"


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
