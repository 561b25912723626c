"""What resources of rows of files share: found and answered alike."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import row_or_404


class OfFile(Resource):
    """Rows of files that one may see. ``shape`` turns rows into what is answered."""

    model: Any
    refusal: Any = ""
    shape: Callable[..., list[dict[str, Any]]]

    def found(self, pk: str, right: str) -> Any:
        """404 unless visible, then 403 without scope or right."""
        rows = self.model.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, self.refusal)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, self.refusal)

    def shown(self, row: Any, status: int = 200) -> Response:
        answer = self.shape([self.model.objects.for_list().get(pk=row.pk)])[0]
        return etagged(answer, answer["version"], status)

    def of_kol(self, body: type[StrictSerializer]) -> tuple[Kol, dict[str, Any]]:
        """The file that the body names, if one may edit it, and the other values."""
        values = dict(self.checked(body))
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(self.request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        return access.kol_or_404(self.request.user, kol_id, EDIT), values
