"""``/api/v1/cooperation-plans/``: plans with their parts and versions, and their steps (DOMAIN 4.7)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.cooperation_list import COOPERATIONS
from lifecycle.models import Candidate, CooperationPart, CooperationPlan, PayModel
from lifecycle.services import cooperation as verbs
from profiles.models import Kol, Need, TouchChannel
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import row_or_404

PART = ("id", "side", "what", "answers", "pay_model", "amount", "currency", "exclusive", "due_on")
PLAIN = (
    *("version", "title", "note", "keeps", "keeps_how", "why_not", "starts_on", "ends_on", "state"),
    *("number", "created_at", "sent_at", "settled_at"),
)


class PartBody(StrictSerializer):
    """``answers``: the kind of need; or ``need``, one on the file."""

    id = serializers.UUIDField(required=False)
    side = serializers.ChoiceField(CooperationPart.Side.choices)
    what = serializers.CharField(max_length=300)
    answers = serializers.ChoiceField(Need.Kind.choices, required=False, allow_blank=True)
    need = serializers.UUIDField(required=False, allow_null=True)
    pay_model = serializers.ChoiceField(PayModel.choices, required=False, allow_blank=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    exclusive = serializers.BooleanField(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)


class CooperationEdit(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    candidate = serializers.UUIDField(required=False, allow_null=True)
    keeps = serializers.ChoiceField(CooperationPlan.Keeps.choices, required=False, allow_blank=True)
    keeps_how = serializers.CharField(max_length=300, required=False, allow_blank=True)
    why_not = serializers.CharField(max_length=300, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    parts = PartBody(many=True, required=False)


class CooperationBody(CooperationEdit):
    kol = serializers.UUIDField()
    title = serializers.CharField(max_length=120)


class SendBody(StrictSerializer):
    channel = serializers.ChoiceField(TouchChannel.choices)
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RefuseBody(StrictSerializer):
    cause = serializers.CharField(max_length=300)
    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    look_again_on = serializers.DateField(required=False, allow_null=True, default=None)


class CooperationAnswer(CooperationBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(CooperationPlan.State.choices, read_only=True)
    number = serializers.IntegerField(read_only=True, help_text="Of the version last kept.")
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CooperationPage(Paged):
    results = CooperationAnswer(many=True)


class PlanVersionAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(CooperationPlan.State.choices)
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    content = serializers.DictField()


class VersionsAnswer(serializers.Serializer):
    results = PlanVersionAnswer(many=True)


def represent(plans: Iterable[CooperationPlan]) -> list[dict[str, Any]]:
    return [
        {"id": plan.pk, "kol": plan.kol_id, "candidate": plan.candidate_id}
        | {"author": plan.author.username if plan.author else None}
        | {name: getattr(plan, name) for name in PLAIN}
        | {
            "parts": [
                {name: getattr(part, name) for name in PART} | {"need": part.need_id}
                for part in plan.parts.all()
            ]
        }
        for plan in plans
    ]


class CooperationResource(Resource):
    """Plans of the files one may see; finance reads all of them."""

    def plan(self, pk: str, right: str) -> CooperationPlan:
        """404 unless visible, then 403 without scope or right."""
        refusal = _("You may see this plan but not change it.")
        rows = CooperationPlan.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, refusal)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def answer(self, plan: CooperationPlan, status: int = 200) -> Response:
        row = represent([CooperationPlan.objects.for_list().get(pk=plan.pk)])[0]
        return etagged(row, row["version"], status)

    def values(self, body: type[StrictSerializer]) -> tuple[dict[str, Any], Any]:
        """Facts with the candidate looked up among those one sees, and the parts where sent."""
        checked = dict(self.checked(body))
        parts = checked.pop("parts", None)
        if asked := checked.get("candidate"):
            checked["candidate"] = Candidate.objects.visible_to(self.request.user).filter(pk=asked).first()
            if checked["candidate"] is None:
                raise ValidationError({"candidate": _("There is no such row.")})
        return checked, parts

    @extend_schema(
        parameters=parameters_of(COOPERATIONS.filterset, COOPERATIONS.sorts), responses=CooperationPage
    )
    def list(self, request):
        """Newest first."""
        return self.listed(COOPERATIONS, represent)

    @extend_schema(responses=CooperationAnswer)
    def retrieve(self, request, pk: str):
        """One plan with its parts."""
        return self.answer(self.plan(pk, VIEW))

    @extend_schema(responses=VersionsAnswer)
    @action(detail=True, methods=["get"])
    def versions(self, request, pk: str):
        """Every version kept, the first one first."""
        plan = self.plan(pk, VIEW)
        rows = plan.versions.select_related("user")
        return Response(
            {
                "results": [
                    {name: getattr(row, name) for name in ("number", "state", "at", "content")}
                    | {"user": row.user.username if row.user else None}
                    for row in rows
                ]
            }
        )

    @extend_schema(request=CooperationBody, responses={201: CooperationAnswer})
    def create(self, request):
        """A new draft for a file that one may edit; 409 ``no_go`` too early after a no."""
        values, parts = self.values(CooperationBody)
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        return self.answer(verbs.create(self.actor, kol, values, parts or ()), 201)

    @extend_schema(request=CooperationEdit, responses=CooperationAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent; parts that are sent replace all of them."""
        plan = self.plan(pk, EDIT)
        version = self.version_asked(plan)
        values, parts = self.values(CooperationEdit)
        return self.answer(verbs.edit(self.actor, plan, values, parts, version))

    @extend_schema(request=SendBody, responses=CooperationAnswer)
    @action(detail=True, methods=["post"])
    def send(self, request, pk: str):
        """It went to the KOL; a touch. 409 ``plan_incomplete``, ``second_voice`` without a reason."""
        plan = self.plan(pk, EDIT)
        return self.answer(verbs.send(self.actor, plan, **self.checked(SendBody)))

    @extend_schema(request=None, responses=CooperationAnswer)
    @action(detail=True, methods=["post"])
    def negotiate(self, request, pk: str):
        """They answered with wishes: it may be edited again."""
        return self.answer(verbs.negotiate(self.actor, self.plan(pk, EDIT)))

    @extend_schema(request=None, responses=CooperationAnswer)
    @action(detail=True, methods=["post"])
    def agree(self, request, pk: str):
        """Both sides agree: the candidate's step follows."""
        return self.answer(verbs.agree(self.actor, self.plan(pk, EDIT)))

    @extend_schema(request=RefuseBody, responses=CooperationAnswer)
    @action(detail=True, methods=["post"])
    def refuse(self, request, pk: str):
        """They say no: kept in the no-go memory."""
        plan = self.plan(pk, EDIT)
        return self.answer(verbs.refuse(self.actor, plan, **self.checked(RefuseBody)))
