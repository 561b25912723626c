"""``/api/v1/kols/{id}/quiet/`` and ``staff/``: never written to by the software; a colleague (2.1, 3.11)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from profiles.api.file import FileResource
from profiles.api.schema import KolAnswer
from profiles.models import Kol, QuietCause
from profiles.services import access
from profiles.services import quiet as quiets
from profiles.services import staff as staffs


class QuietBody(StrictSerializer):
    quiet_cause = serializers.ChoiceField(QuietCause.choices)


class StaffBody(StrictSerializer):
    staff_user = serializers.CharField(help_text="A user name: the colleague whom the KOL is.")


class StaffAnswer(serializers.Serializer):
    staff_user = serializers.CharField(allow_null=True)


class MarkResource(FileResource):
    """Marks on a file, by who may edit it."""

    @extend_schema(methods=["PUT"], request=QuietBody, responses=KolAnswer, parameters=[IF_MATCH])
    @extend_schema(methods=["DELETE"], request=None, responses=KolAnswer, parameters=[IF_MATCH])
    @action(detail=True, methods=["put", "delete"])
    def quiet(self, request, pk: str):
        """PUT sets the mark with its cause; DELETE takes it off. Both answer the file."""
        kol = self.file(pk)
        version = self.version_asked(kol)
        if request.method == "DELETE":
            return self.answer(quiets.clear(self.actor, kol, version))
        cause = self.checked(QuietBody)["quiet_cause"]
        return self.answer(quiets.set_mark(self.actor, kol, cause, version))

    @extend_schema(methods=["GET"], responses=StaffAnswer)
    @extend_schema(methods=["PUT"], request=StaffBody, responses=StaffAnswer, parameters=[IF_MATCH])
    @extend_schema(methods=["DELETE"], request=None, responses=StaffAnswer, parameters=[IF_MATCH])
    @action(detail=True, methods=["get", "put", "delete"])
    def staff(self, request, pk: str):
        """Which colleague the KOL is, who then does not see the file. Managers say so, and take it back."""
        if request.method == "GET":
            return self._staff(access.kol_or_404(request.user, pk))
        kol = self.file(pk)
        if not staffs.may_set(request.user):
            raise PermissionDenied
        version = self.version_asked(kol)
        if request.method == "DELETE":
            return self._staff(staffs.set_person(self.actor, kol, None, version))
        username = self.checked(StaffBody)["staff_user"]
        person = staffs.colleagues_for(request.user).filter(username=username).first()
        if person is None:
            raise ValidationError({"staff_user": _("Choose one of those you work with.")})
        return self._staff(staffs.set_person(self.actor, kol, person, version))

    @staticmethod
    def _staff(kol: Kol) -> Response:
        person = kol.staff_user
        return etagged({"staff_user": person.username if person else None}, kol.version)
