"""What every row of the domain has: an id that reveals no count."""

import secrets
import time
import uuid

from django.db import models


def uuid7() -> uuid.UUID:
    """A time-ordered random id (RFC 9562, version 7): compact in indexes, and it tells no count.

    The 12 bits after the millisecond count its 4,096 parts, so that rows of one act stand in their order.
    """
    millis, rest = divmod(time.time_ns(), 1_000_000)
    part = rest * 4096 // 1_000_000
    value = (millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | part << 64 | 0b10 << 62 | secrets.randbits(62)
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


class VersionedRow(Row):
    """An editable aggregate: every save is one conditional update on ``version``, from 1 (RELIABILITY 3)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
