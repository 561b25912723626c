"""How much of its limit a caller has used (core.throttling)."""

from django.db import models


class Throttle(models.Model):
    """One caller. ``clear_at``: when nothing counts against it any more, in microseconds since 1970.

    ``refused``: how its last call ended. On PostgreSQL the table is unlogged, so that counting waits for no
    disk; after a crash of the database everybody begins anew.
    """

    key = models.CharField(primary_key=True, max_length=140)
    clear_at = models.BigIntegerField()
    refused = models.BooleanField(default=False)

    def __str__(self):
        return self.key
