"""``/api/v1/no-gos/``: who refused, whom we rejected, asked before bringing in (DOMAIN 4.10)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.api.facts import row_named
from profiles.models import Channel, NoGo, Platform
from profiles.models.querysets import EDIT
from profiles.no_go_list import NO_GOS
from profiles.rules.twin import Card
from profiles.services import access, no_go, note, twin
from profiles.services.access import row_or_404


class KnownAccountBody(StrictSerializer):
    platform = serializers.ChoiceField(Platform.choices)
    handle = serializers.CharField(max_length=120, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True)


class KnownContactBody(StrictSerializer):
    channel = serializers.ChoiceField(Channel.choices)
    value = serializers.CharField(max_length=300)


class WhoBody(StrictSerializer):
    """Somebody by what is known of them."""

    accounts = KnownAccountBody(many=True, required=False)
    contacts = KnownContactBody(many=True, required=False)
    agency = serializers.CharField(max_length=120, required=False, allow_blank=True)


class NoGoEdit(StrictSerializer):
    cause = serializers.CharField(max_length=300, required=False)
    evidence = serializers.CharField(max_length=5000, required=False)
    look_again_on = serializers.DateField(required=False)
    whole_agency = serializers.BooleanField(required=False)


class NoGoBody(WhoBody):
    """About a file (``kol``), or about somebody without one by handle, contact or agency."""

    kol = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(NoGo.Kind.choices)
    cause = serializers.CharField(max_length=300)
    evidence = serializers.CharField(max_length=5000)
    look_again_on = serializers.DateField()
    whole_agency = serializers.BooleanField(required=False)


class LiftBody(StrictSerializer):
    lifted_why = serializers.CharField(max_length=300)


class NoGoAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    team = serializers.CharField()
    kind = serializers.ChoiceField(NoGo.Kind.choices)
    cause = serializers.CharField()
    evidence = serializers.CharField()
    on = serializers.DateField()
    look_again_on = serializers.DateField()
    whole_agency = serializers.BooleanField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_why = serializers.CharField()


class NoGoPage(Paged):
    results = NoGoAnswer(many=True)


class ToldAnswer(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True, help_text="Null of one that the token's user may not see.")
    words = serializers.CharField()
    by = serializers.ListField(child=serializers.CharField())
    kind = serializers.CharField(allow_null=True)
    look_again_on = serializers.DateField(allow_null=True)
    blocks = serializers.BooleanField()


class CheckAnswer(serializers.Serializer):
    no_gos = ToldAnswer(many=True)


PLAIN = (
    *("version", "name", "kind", "cause", "evidence", "on", "look_again_on", "whole_agency"),
    *("created_at", "lifted_at", "lifted_why"),
)


def represent(rows: Iterable[NoGo]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "team": str(row.team)}
        | {"author": row.author.username if row.author else None}
        | {name: getattr(row, name) for name in PLAIN}
        for row in rows
    ]


def card_of(who: dict[str, Any]) -> Card:
    """What the memory compares of a body, with which a mask or half a phone meets nothing."""
    return twin.card_of_values(
        {"agency": who.pop("agency", "")},
        contacts=who.pop("contacts", ()),
        accounts=who.pop("accounts", ()),
    )


class NoGoResource(Resource):
    """The no-go memory of the files one sees and of one's teams."""

    def row(self, pk: str, right: str) -> NoGo:
        """404 unless visible, then 403 without scope or right."""
        refusal = _("You may see this but not change it.")
        rows = NoGo.objects.for_list()
        row_or_404(rows, self.request.user, pk, "view", refusal)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def answer(self, row: NoGo, status: int = 200) -> Response:
        shown = represent([NoGo.objects.for_list().get(pk=row.pk)])[0]
        return etagged(shown, shown["version"], status)

    @extend_schema(parameters=parameters_of(NO_GOS.filterset, NO_GOS.sorts), responses=NoGoPage)
    def list(self, request):
        """Those to look at again first."""
        return self.listed(NO_GOS, represent)

    @extend_schema(responses=NoGoAnswer)
    def retrieve(self, request, pk: str):
        """One no, with its evidence."""
        return self.answer(self.row(pk, "view"))

    @extend_schema(request=NoGoBody, responses={201: NoGoAnswer})
    def create(self, request):
        """Remember a no: about a file that one may edit, or about somebody without one."""
        checked = dict(self.checked(NoGoBody))
        kol_id, card = checked.pop("kol", None), card_of(checked)
        if kol_id is None:
            if not access.may_create(request.user):
                raise PermissionDenied
            if not checked.get("name"):
                raise ValidationError({"name": _("This field is required.")})
            return self.answer(no_go.record(self.actor, checked, card=card), 201)
        row_named("kol", lambda: access.kol_or_404(request.user, kol_id))
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        return self.answer(no_go.record(self.actor, checked, kol=kol), 201)

    @extend_schema(request=NoGoEdit, responses=NoGoAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Cause, evidence, date; what is not sent stays."""
        row = self.row(pk, EDIT)
        version = self.version_asked(row)
        return self.answer(no_go.edit(self.actor, row, self.checked(NoGoEdit), version))

    @extend_schema(request=LiftBody, responses=NoGoAnswer)
    @action(detail=True, methods=["post"])
    def lift(self, request, pk: str):
        """They may be looked at again, and why."""
        row = self.row(pk, EDIT)
        return self.answer(no_go.lift(self.actor, row, self.checked(LiftBody)["lifted_why"]))

    @extend_schema(request=WhoBody, responses=CheckAnswer)
    @action(detail=False, methods=["post"])
    def check(self, request):
        """What the memory says of somebody, before they are brought in; nothing is written."""
        if not access.may_create(request.user):
            raise PermissionDenied
        actor = self.actor
        found = no_go.find([card_of(dict(self.checked(WhoBody)))])[0]
        told = no_go.tell(actor.user, found, note.installation_day(actor))
        return Response({"no_gos": [one.as_json() for one in told]})
