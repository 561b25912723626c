"""``/api/v1/participants/``, ``deliverables/``, ``disputes/`` (DOMAIN 6.5, 6.6)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives.campaign_lists import PARTICIPANTS
from incentives.models import Campaign, Deliverable, Dispute, Invitation, Participant
from incentives.services import deliverable, dispute
from incentives.services import participant as verbs
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

COLUMNS = (
    *("id", "version", "campaign", "kol", "joined_on", "left_on", "added_by__username"),
    *("guard", "passed_by__username", "pass_reason", "created_at"),
)
OWED = ("id", "version", "participant", "what", "due_on", "done_on", "link")
REFUSAL = gettext_lazy("You may see this campaign but not do this.")


class ParticipantBody(StrictSerializer):
    campaign = serializers.UUIDField()
    kol = serializers.UUIDField()
    reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a manager, past the guard.",
    )


class JoinsBody(StrictSerializer):
    kol = serializers.UUIDField()
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ParticipantsBody(StrictSerializer):
    campaign = serializers.UUIDField()
    rows = JoinsBody(many=True, allow_empty=False, max_length=verbs.MOST)


class ParticipantAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    campaign = serializers.UUIDField()
    kol = serializers.UUIDField()
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    added_by = serializers.CharField(allow_null=True)
    guard = serializers.DictField(help_text="What the rhythm guard said that day; empty: not asked.")
    passed_by = serializers.CharField(allow_null=True)
    pass_reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ParticipantsMade(serializers.Serializer):
    results = ParticipantAnswer(many=True)


class ParticipantPage(Paged):
    results = ParticipantAnswer(many=True)


class DeliverableEdit(StrictSerializer):
    what = serializers.CharField(max_length=160, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)


class DeliverableBody(DeliverableEdit):
    what = serializers.CharField(max_length=160)


class DoneBody(StrictSerializer):
    on = serializers.DateField(required=False, allow_null=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")


class DeliverableAnswer(DeliverableBody):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    participant = serializers.UUIDField()
    done_on = serializers.DateField(allow_null=True)


class DisputeBody(StrictSerializer):
    invitation = serializers.UUIDField()
    participant = serializers.UUIDField(required=False, allow_null=True, default=None)
    says = serializers.CharField(max_length=500)


class RulingBody(StrictSerializer):
    counts = serializers.BooleanField()
    reason = serializers.CharField(max_length=500)


class DisputeAnswer(DisputeBody):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()


class RulingAnswer(RulingBody):
    id = serializers.UUIDField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


def represent(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key.removesuffix("__username"): value for key, value in row.items()} for row in rows]


class OfCampaign(Resource):
    """Rows of campaigns that one sees, of files that one sees."""

    def row(self, rows, pk: str, action: str) -> Any:
        """404 unless visible; to write, then 403 without scope or right."""
        if not rows.visible_to(self.request.user).filter(pk=pk).exists():
            raise Http404
        if action != VIEW:
            self.demand_write_scope()
        return access.row_or_404(rows, self.request.user, pk, action, str(REFUSAL))

    def named(self, field: str, rows, pk) -> Any:
        """A row that the body names: not visible is a 400 at the field."""
        found = rows.visible_to(self.request.user).filter(pk=pk).first()
        if found is None:
            raise ValidationError({field: _("There is no such row.")})
        return found


class ParticipantResource(OfCampaign):
    def answer(self, row: Participant, status: int = 200) -> Response:
        told = represent(Participant.objects.filter(pk=row.pk).values(*COLUMNS))[0]
        return etagged(told, told["version"], status)

    @extend_schema(
        parameters=parameters_of(PARTICIPANTS.filterset, PARTICIPANTS.sorts), responses=ParticipantPage
    )
    def list(self, request):
        """Newest first."""
        return self.listed(replace(PARTICIPANTS, prepare=lambda rows: rows.values(*COLUMNS)), represent)

    @extend_schema(responses=ParticipantAnswer)
    def retrieve(self, request, pk: str):
        """One participant."""
        return self.answer(self.row(Participant.objects.all(), pk, VIEW))

    @extend_schema(request=ParticipantBody, responses={201: ParticipantAnswer})
    def create(self, request):
        """409 ``rhythm_guard`` with ``checks`` and their figures where the guard of a monetising one does
        not pass; a manager passes it with a ``reason``."""
        told = self.checked(ParticipantBody)
        campaign = self.named("campaign", Campaign.objects.all(), told["campaign"])
        kol = self.named_file(told["kol"])
        self.demand_write_scope()
        return self.answer(verbs.add(self.actor, campaign, kol, told["reason"]), 201)

    @extend_schema(request=ParticipantsBody, responses={201: ParticipantsMade})
    @action(detail=False, methods=["post"])
    def many(self, request):
        """Up to 200 at once, all or none: 400 names ``rows.0.kol`` with why, the figures of the rhythm guard
        among it."""
        told = self.checked(ParticipantsBody)
        campaign = self.named("campaign", Campaign.objects.all(), told["campaign"])
        files = Kol.objects.visible_to(request.user).in_bulk([row["kol"] for row in told["rows"]])
        if unknown := [place for place, row in enumerate(told["rows"]) if row["kol"] not in files]:
            raise ValidationError({f"rows.{place}.kol": _("There is no such row.") for place in unknown})
        self.demand_write_scope()
        rows = [{**row, "kol": files[row["kol"]]} for row in told["rows"]]
        made = [row.pk for row in verbs.add_many(self.actor, campaign, rows)]
        found = Participant.objects.filter(pk__in=made).order_by("pk").values(*COLUMNS)
        return Response({"results": represent(found)}, status=201)

    def named_file(self, pk):
        try:
            return access.kol_or_404(self.request.user, pk)
        except Http404:
            raise ValidationError({"kol": _("There is no such row.")}) from None

    @extend_schema(request=None, responses=ParticipantAnswer)
    @action(detail=True, methods=["post"])
    def leave(self, request, pk: str):
        """They take part no longer; what they did stays."""
        row = self.row(Participant.objects.select_related("campaign"), pk, EDIT)
        return self.answer(verbs.leave(self.actor, row))

    @extend_schema(request=DeliverableBody, responses={201: DeliverableAnswer})
    @action(detail=True, methods=["post"])
    def deliverables(self, request, pk: str):
        """One thing they are to do."""
        row = self.row(Participant.objects.select_related("campaign"), pk, EDIT)
        made = deliverable.add(self.actor, row, self.checked(DeliverableBody))
        return _deliverable(made, 201)


class DeliverableResource(OfCampaign):
    rows = Deliverable.objects.select_related("participant__campaign", "participant__kol")

    @extend_schema(responses=DeliverableAnswer)
    def retrieve(self, request, pk: str):
        """One thing that a participant is to do."""
        return _deliverable(self.row(self.rows.all(), pk, VIEW))

    @extend_schema(request=DeliverableEdit, responses=DeliverableAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What, until when, where it can be seen."""
        row = self.row(self.rows.all(), pk, EDIT)
        version = self.version_asked(row)
        return _deliverable(deliverable.edit(self.actor, row, self.checked(DeliverableEdit), version))

    @extend_schema(request=DoneBody, responses=DeliverableAnswer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk: str):
        """Done, today or on that day."""
        row, told = self.row(self.rows.all(), pk, EDIT), self.checked(DoneBody)
        return _deliverable(deliverable.finish(self.actor, row, told.get("on"), told["link"]))

    @extend_schema(request=None, responses=DeliverableAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """Not done after all."""
        return _deliverable(deliverable.reopen(self.actor, self.row(self.rows.all(), pk, EDIT)))


class DisputeResource(OfCampaign):
    @extend_schema(request=DisputeBody, responses={201: DisputeAnswer})
    def create(self, request):
        """Whether an invitation counts is disputed."""
        told = self.checked(DisputeBody)
        invitations = Invitation.objects.select_related("campaign")
        row = self.named("invitation", invitations, told["invitation"])
        who = told["participant"] and self.named(
            "participant", Participant.objects.all(), told["participant"]
        )
        self.demand_write_scope()
        made = dispute.say(self.actor, row, told["says"], who or None)
        answer = {**told, "id": made.pk, "at": made.at}
        return Response(answer, 201)

    @extend_schema(request=RulingBody, responses={201: RulingAnswer})
    @action(detail=True, methods=["post"])
    def settle(self, request, pk: str):
        """By a manager, with a reason: whether it counts from now on."""
        seen = Invitation.objects.visible_to(request.user).values("pk")
        row = (
            Dispute.objects.filter(pk=pk, invitation__in=seen).select_related("invitation__campaign").first()
        )
        if row is None:
            raise Http404
        self.demand_write_scope()
        if not (request.user.is_manager or request.user.is_admin):
            raise PermissionDenied(_("A manager settles disputes."))
        told = self.checked(RulingBody)
        made = dispute.settle(self.actor, row, counts=told["counts"], reason=told["reason"])
        return Response({**told, "id": made.pk, "before": made.before, "after": made.after}, 201)


def _deliverable(row: Deliverable, status: int = 200) -> Response:
    told = {name: getattr(row, name) for name in OWED if name != "participant"}
    return etagged({**told, "participant": row.participant_id}, row.version, status)
