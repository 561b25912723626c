"""What the resources of one file have in common: who may write it, and how it is answered."""

from django.http import Http404
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from profiles.api import representation
from profiles.models import Kol
from profiles.models.attribute import PREFIX
from profiles.services import access


class FileResource(Resource):
    """Below ``/api/v1/kols/``."""

    added = (PREFIX,)

    @property
    def in_clear(self) -> bool:
        return self.request.auth.allows("contacts:read")

    def file(self, pk: str, right: str = "edit") -> Kol:
        """The file if it may be written: 404 unless visible, then 403 without scope or right."""
        kol = access.kol_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, right)

    def answer(self, kol: Kol, status: int = 200, **headers: str) -> Response:
        row = representation.one(kol.pk, self.actor, in_clear=self.in_clear)
        if row is None:
            raise Http404
        return etagged(row, row["version"], status, **headers)
