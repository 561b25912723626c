"""What resources of rows with evidence have in common."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from profiles.models import Attachment, Kol, Note
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import row_or_404


def attachments_of(user, kol_id: UUID | None, wanted: list[UUID] | None) -> list[Attachment] | None:
    """The attachments asked for, all of this file. Raises ``ValidationError`` keyed ``attachments``."""
    if wanted is None:
        return None
    seen = Kol.objects.visible_to(user)
    rows = list(Attachment.objects.standing().filter(pk__in=wanted, kol=kol_id, kol__in=seen))
    if len(rows) != len(set(wanted)):
        raise ValidationError({"attachments": _("Choose among the attachments of this file.")})
    return rows


class ProvenResource(Resource):
    """Rows of a file with a version of their own, and attachments that prove them."""

    model: ClassVar[type[Note]]

    def represent(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def found(self, pk: str, right: str) -> Any:
        """404 unless visible, then 403 without scope or right."""
        refusal = _("You may see this but not change it.")
        rows = self.model.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, refusal)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def shown(self, row: Note, status: int = 200) -> Response:
        answer = self.represent([self.model.objects.for_list().get(pk=row.pk)])[0]
        return etagged(answer, answer["version"], status)

    def proven(self, asked: dict[str, Any], kol_id: UUID | None) -> tuple[dict[str, Any], Any]:
        """Facts, and the attachments where they were sent."""
        return asked, attachments_of(self.request.user, kol_id, asked.pop("attachments", None))

    @staticmethod
    def people(row: Any, *names: str) -> dict[str, str | None]:
        return {name: getattr(row, name).username if getattr(row, name) else None for name in names}
