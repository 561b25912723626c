"""What resources of rows with evidence have in common."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.api.of_file import OfFile
from profiles.models import Attachment, Kol


def attachments_of(user, kol_id: UUID | None, wanted: list[UUID] | None) -> list[Attachment] | None:
    """The attachments asked for, all of this file. Raises ``ValidationError`` keyed ``attachments``."""
    if wanted is None:
        return None
    seen = Kol.objects.visible_to(user)
    rows = list(Attachment.objects.standing().filter(pk__in=wanted, kol=kol_id, kol__in=seen))
    if len(rows) != len(set(wanted)):
        raise ValidationError({"attachments": _("Choose among the attachments of this file.")})
    return rows


class ProvenResource(OfFile):
    """Rows of a file with a version of their own, and attachments that prove them."""

    refusal = gettext_lazy("You may see this but not change it.")

    def represent(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def shape(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        return self.represent(rows)

    def proven(self, asked: dict[str, Any], kol_id: UUID | None) -> tuple[dict[str, Any], Any]:
        """Facts, and the attachments where they were sent."""
        return asked, attachments_of(self.request.user, kol_id, asked.pop("attachments", None))

    @staticmethod
    def people(row: Any, *names: str) -> dict[str, str | None]:
        return {name: getattr(row, name).username if getattr(row, name) else None for name in names}
