"""What every row of the domain has: an id that reveals no count."""

import secrets
import time
import uuid

from django.db import models


def uuid7() -> uuid.UUID:
    """A time-ordered random id (RFC 9562, version 7): keeps indexes compact and says nothing about how many there are."""
    millis = time.time_ns() // 1_000_000
    value = (
        (millis & ((1 << 48) - 1)) << 80
        | 0x7 << 76
        | secrets.randbits(12) << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )
    return uuid.UUID(int=value)


class Row(models.Model):
    """Base of all domain rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class VersionedRow(Row):
    """An editable aggregate: every save is one conditional update on ``version`` (RELIABILITY 3), which starts at 1."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
