"""What every row of the domain has: an id that reveals no count."""

import os
import time
import uuid
from threading import Lock

from django.db import models

RANDOM_BITS = 62
_last = [0, 0]  # the moment and the random part of the id made last in this process
_making = Lock()


def uuid7() -> uuid.UUID:
    """A time-ordered random id (RFC 9562, version 7): compact in indexes, and it tells no count.

    The 12 bits after the millisecond count its 4,096 parts, and within one of them the random part only
    grows, so that rows of one act stand in their order.
    """
    millis, rest = divmod(time.time_ns(), 1_000_000)
    moment = (millis & ((1 << 48) - 1)) << 12 | rest * 4096 // 1_000_000
    with _making:
        part = int.from_bytes(os.urandom(8)) >> 64 - RANDOM_BITS
        if moment == _last[0] and part <= _last[1]:
            part = _last[1] + 1 + int.from_bytes(os.urandom(5))
        part %= 1 << RANDOM_BITS
        _last[:] = moment, part
    value = moment >> 12 << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | part
    return uuid.UUID(int=value)


class Row(models.Model):
    """Base of all domain rows.

    Validation asks the database only what it alone knows (is this unique?). Django would also ask it whether
    each linked row exists, and to work out each check constraint, one query apiece: the database refuses
    those by itself, and what a check says is said at its field by a validator or by ``clean``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None):
        at_hand = {
            field.name
            for field in self._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
            and getattr(self, field.attname) is not None
            and field.is_cached(self)
        }
        super().clean_fields(exclude=at_hand | set(exclude or ()))

    def validate_unique(self, exclude=None):
        super().validate_unique(exclude={"id", *(exclude or ())})

    def get_constraints(self):
        return [
            (model, [check for check in constraints if not isinstance(check, models.CheckConstraint)])
            for model, constraints in super().get_constraints()
        ]


class Versioned(models.Model):
    """An editable aggregate: every save is one conditional update on ``version``, from 1 (RELIABILITY 3)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def root(self) -> uuid.UUID:
        """The aggregate whose history shows its changes: itself, unless it is noted on another."""
        return self.pk

    @property
    def successor(self) -> uuid.UUID | None:
        """The row that this one became a part of: no verb writes to it any more."""
        return None


class VersionedRow(Row, Versioned):
    """An editable aggregate of the domain."""

    class Meta:
        abstract = True
