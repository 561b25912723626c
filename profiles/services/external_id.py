"""The ids by which sources know a file: given by a push, or one by one (RELIABILITY 2)."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import ExternalId, Kol, Source

TOLD = ("source", "external_id")


def add(actor: Actor, kol: Kol, source: Source, external_id: str, version: int | None) -> ExternalId:
    """The source knows the file by this id from now on. Raises ``ValidationError`` by field, ``Conflict``."""
    row = ExternalId(kol=kol, source=source, external_id=external_id.strip())
    with transaction.atomic():
        history.touch_version(kol, version)
        row.clean_fields()
        if ExternalId.objects.filter(source=source, external_id=row.external_id).exists():
            raise ValidationError({"external_id": taken()})
        row.save(force_insert=True)
        history.record_many(actor, born([row]))
    return row


def remove(actor: Actor, row: ExternalId, version: int | None) -> None:
    """The source knows the file by this id no more: sent again it makes a new one. Raises ``Conflict``."""
    with transaction.atomic():
        history.touch_version(row.kol, version)
        history.record(actor, row.kol_id, row, {"": (history.snapshot(row, TOLD), None)})
        row.delete()


def born(rows: Iterable[ExternalId]) -> list[tuple[UUID, ExternalId, dict]]:
    """What the history keeps of new ids."""
    return [(row.kol_id, row, {"": (None, history.snapshot(row, TOLD))}) for row in rows]


def taken() -> str:
    """The id stands on a file, perhaps one out of sight: which, nobody is told."""
    return _("This id is taken.")
