"""``/api/v1/kols/``: the same files under the same rules as on the pages."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from profiles.api import bodies, representation
from profiles.api.schema import IF_MATCH, KOL_PARAMETERS, KolAnswer, KolPage
from profiles.api.serializers import KolBody
from profiles.models import Kol
from profiles.services import access
from profiles.services import kol as verbs
from profiles.views.list import KOLS

API_KOLS = replace(KOLS, prepare=representation.with_values)
CLEARED_BY_PUT = (*representation.FACTS[1:], "type", "agency")  # all but the name, which a PUT must send


class KolResource(Resource):
    """KOL files. ``ETag`` is the version; PUT, PATCH and DELETE need ``If-Match``."""

    @property
    def in_clear(self) -> bool:
        return self.request.auth.allows("contacts:read")

    def file(self, pk: str, right: str = "edit") -> Kol:
        """The file if it may be written: 404 unless visible, then 403 without scope or right."""
        kol = access.kol_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, right)

    def answer(self, kol: Kol, status: int = 200, **headers: str) -> Response:
        row = representation.one(kol, self.actor, in_clear=self.in_clear)
        return etagged(row, row["version"], status, **headers)

    @extend_schema(parameters=KOL_PARAMETERS, responses=KolPage, operation_id="kols_list")
    def list(self, request):
        """The files one may see, filtered and sorted as the list page does."""
        return self.listed(
            API_KOLS, lambda rows: representation.represent(rows, self.actor, in_clear=self.in_clear)
        )

    @extend_schema(responses=KolAnswer)
    def retrieve(self, request, pk: str):
        """One file."""
        return self.answer(access.kol_or_404(request.user, pk))

    @extend_schema(request=KolBody, responses={201: KolAnswer})
    def create(self, request):
        """A new file; it belongs to the token's user unless another owner is named."""
        if not access.may_create(request.user):
            raise PermissionDenied
        checked = self.checked(KolBody)
        actor = self.actor
        kol = verbs.create(actor, bodies.values_of(actor, checked), **bodies.lists_of(checked))
        return self.answer(kol, 201, Location=f"{request.path}{kol.pk}/")

    @extend_schema(request=KolBody, responses=KolAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """Replace the facts: those not sent are cleared, the owner and lists not sent stay."""
        return self._save(request, pk, partial=False)

    @extend_schema(request=KolBody(partial=True), responses=KolAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change the facts that are sent; a list that is sent replaces the list."""
        return self._save(request, pk, partial=True)

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Archive: hidden, restorable for 30 days."""
        kol = self.file(pk)
        verbs.archive(self.actor, kol, self.version_asked(kol))
        return Response(status=204)

    @extend_schema(request=None, responses=KolAnswer)
    @action(detail=True, methods=["post"])
    def restore(self, request, pk: str):
        """Out of the trash."""
        kol = access.kol_or_404(request.user, pk, "restore")
        self.demand_write_scope()
        return self.answer(verbs.restore(self.actor, kol))

    @extend_schema(request=None, responses=KolAnswer)
    @action(detail=True, methods=["post"])
    def claim(self, request, pk: str):
        """Become the owner of a file that has none; 409 when somebody was faster."""
        kol = self.file(pk, "touch")
        return self.answer(verbs.claim(self.actor, kol))

    def _save(self, request, pk: str, *, partial: bool):
        kol = self.file(pk)
        version = self.version_asked(kol)
        serializer = KolBody(data=bodies.writable(request.data, kol), partial=partial)
        serializer.is_valid(raise_exception=True)
        actor = self.actor
        values = bodies.values_of(actor, serializer.validated_data)
        if not partial:
            values = {name: bodies.blank(name) for name in CLEARED_BY_PUT} | values
        found = bodies.lists_of(serializer.validated_data)
        if not self.in_clear:
            found = bodies.keep_unseen(found, kol)
        return self.answer(verbs.edit(actor, kol, values, version, **found))
