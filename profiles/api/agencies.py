"""``/api/v1/agencies/``: agencies with their contact points (DOMAIN 3.2)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.actor import Actor
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.api.listed_bodies import ID, ContactAnswer, ContactRow, id_of
from profiles.api.representation import contacts_of
from profiles.api.serializers import ContactBody
from profiles.models import Agency, ContactPoint
from profiles.note_lists import AGENCIES
from profiles.services import access
from profiles.services import agency as verbs
from profiles.services import contact as contact_verbs

VALUES = ("id", "version", *verbs.EDITABLE)
API_AGENCIES = replace(AGENCIES, prepare=lambda rows: rows.values(*VALUES, "folded"))


class AgencyBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    contact_person = serializers.CharField(max_length=80, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    contacts = ContactBody(many=True, required=False)


class AgencyAnswer(AgencyBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)


class AgencyPage(Paged):
    results = AgencyAnswer(many=True)


def represent(rows: Iterable[dict[str, Any]], actor: Actor, *, in_clear: bool) -> list[dict[str, Any]]:
    """Complete agencies; contacts in clear, on record, of those that the token's user may edit (2.3)."""
    rows = list(rows)
    ids = [row["id"] for row in rows]
    points = ContactPoint.objects.filter(agency__in=ids)
    own = Agency.objects.visible_to(actor.user, "edit").filter(pk__in=ids)
    of = contacts_of(points, own if in_clear else own.none(), actor, detail=f"{len(ids)} agencies")
    return [{name: row[name] for name in VALUES} | {"contacts": of[row["id"]]} for row in rows]


class AgencyResource(Resource):
    """Agencies of the files that one may see. Who may edit a file of an agency edits the agency."""

    def agency(self, pk: str) -> Agency:
        agency = access.agency_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.agency_or_404(self.request.user, agency.pk, "edit")

    def shown(self, agency: Agency, status: int = 200) -> Response:
        rows = Agency.objects.filter(pk=agency.pk).values(*VALUES)
        row = represent(rows, self.actor, in_clear=self.request.auth.allows("contacts:read"))[0]
        return etagged(row, row["version"], status)

    @extend_schema(parameters=parameters_of(AGENCIES.filterset, AGENCIES.sorts), responses=AgencyPage)
    def list(self, request):
        """By name."""
        clear = request.auth.allows("contacts:read")
        return self.listed(API_AGENCIES, lambda rows: represent(rows, self.actor, in_clear=clear))

    @extend_schema(responses=AgencyAnswer)
    def retrieve(self, request, pk: str):
        """One agency."""
        return self.shown(access.agency_or_404(request.user, pk))

    @extend_schema(request=AgencyBody, responses={201: AgencyAnswer})
    def create(self, request):
        """A new agency, by managers; operators name it on a file."""
        if not access.may_create_agency(request.user):
            raise PermissionDenied(_("An operator names an agency on a file."))
        checked = dict(self.checked(AgencyBody))
        contacts = checked.pop("contacts", ())
        return self.shown(verbs.create(self.actor, checked, contacts), 201)

    @extend_schema(request=AgencyBody(partial=True), responses=AgencyAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent; contacts that are sent replace the list, those not seen stay."""
        agency = self.agency(pk)
        version = self.version_asked(agency)
        checked = dict(self.checked(AgencyBody, partial=True))
        contacts = checked.pop("contacts", None)
        if contacts is not None and not request.auth.allows("contacts:read"):
            named = {str(entry["id"]) for entry in contacts if entry.get("id")}
            rest = [
                {"id": key} for key in agency.contacts.values_list("pk", flat=True) if str(key) not in named
            ]
            contacts = [*contacts, *rest]
        return self.shown(verbs.edit(self.actor, agency, checked, version, contacts))

    @extend_schema(request=ContactRow, responses={201: ContactAnswer}, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def contacts(self, request, pk: str):
        """One more contact point, on the version of the agency."""
        agency = self.agency(pk)
        version = self.version_asked(agency)
        row = contact_verbs.add(self.actor, agency, self._sent(), version)
        return self._contact_shown(agency, row, 201)

    @extend_schema(
        methods=["PATCH"],
        request=ContactRow(partial=True),
        responses=ContactAnswer,
        parameters=[IF_MATCH],
    )
    @extend_schema(methods=["DELETE"], responses={204: None}, parameters=[IF_MATCH])
    @action(detail=True, methods=["patch", "delete"], url_path=f"contacts/(?P<contact>{ID})")
    def contact(self, request, pk: str, contact: str):
        """Change what is sent: another value, preferred, verified, dead; or take it off."""
        agency = self.agency(pk)
        rows = ContactPoint.objects.filter(agency=agency, pk=id_of(contact)).select_related("agency")
        row = rows.first()
        if row is None:
            raise Http404
        version = self.version_asked(agency)
        if request.method == "DELETE":
            contact_verbs.remove(self.actor, row, version)
            agency.refresh_from_db()
            return Response(status=204, headers={"ETag": f'"{agency.version}"'})
        contact_verbs.change(self.actor, row, self._sent(partial=True), version)
        return self._contact_shown(agency, rows.get())

    def _sent(self, **options) -> dict[str, Any]:
        sent = self.checked(ContactRow, **options)
        return {name: value for name, value in sent.items() if name != "masked"}

    def _contact_shown(self, agency: Agency, row: ContactPoint, status: int = 200) -> Response:
        agency.refresh_from_db()
        own = Agency.objects.visible_to(self.request.user, "edit").filter(pk=agency.pk)
        own = own if self.request.auth.allows("contacts:read") else own.none()
        point = ContactPoint.objects.filter(pk=row.pk)
        (shown,) = contacts_of(point, own, self.actor, detail="1 agencies")[agency.pk]
        return etagged(shown, agency.version, status)
