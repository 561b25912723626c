"""What REST clients that hold copies have not heard of yet (RELIABILITY 2).

Triggers write it (``sync_triggers``), no verb does.
"""

from django.db import models
from django.db.models import Q


class SyncKind(models.TextChoices):
    LIVE = "live"
    DELETED = "deleted"  # in the trash, or gone from the database
    MERGED = "merged"


class SyncState(models.Model):
    """One row a file, written in the transaction of every change to what ``GET kols/<id>/`` shows of it.

    ``at`` is the cursor: on PostgreSQL the id of the transaction, on SQLite a number that only grows, taken
    while nobody else writes. ``origin`` is the client that changed it last, ``others_at`` the cursor of the
    last change before that was somebody else's: who asks not to hear of their own writes still hears of that.
    ``team`` and ``hidden_from`` (the colleague whom the file is about, 0 for none) say whose sight it is in;
    of a file that is put away they stay as they were, since nobody else has ever seen it.
    """

    kol = models.UUIDField(primary_key=True)
    at = models.BigIntegerField()
    others_at = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=SyncKind, default=SyncKind.LIVE)
    survivor = models.UUIDField(null=True)
    origin = models.CharField(max_length=16, blank=True)
    team = models.UUIDField()
    hidden_from = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "kol"], name="sync_by_cursor"),
            models.Index(fields=["changed_at"], condition=~Q(kind="live"), name="sync_gone"),
        ]

    def __str__(self):
        return f"{self.kol} {self.kind} {self.at}"


class SyncLeft(models.Model):
    """A file that went out of the sight of a team: of all but one (``but``), or of one of it (``whom``).

    The last time only. Users by their number, 0 for none.
    """

    id = models.BigAutoField(primary_key=True)
    kol = models.UUIDField()
    team = models.UUIDField()
    whom = models.BigIntegerField(default=0)
    but = models.BigIntegerField(default=0)
    at = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "kol"], name="sync_left_by_cursor"),
            models.Index(fields=["changed_at"], name="sync_left_old"),
        ]
        constraints = [models.UniqueConstraint(fields=["kol", "team", "whom", "but"], name="left_once")]

    def __str__(self):
        return f"{self.kol} left {self.team}"


class SyncClock(models.Model):
    """The number that SQLite hands out; one row. PostgreSQL has its transaction ids."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    value = models.BigIntegerField()

    def __str__(self):
        return f"{self.value}"
