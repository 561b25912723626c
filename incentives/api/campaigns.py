"""``/api/v1/campaigns/``: campaigns, their start and end, results, invitations, the board (DOMAIN 6.5)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives.campaign_lists import CAMPAIGNS
from incentives.campaign_page import CampaignPage, Row
from incentives.models import Campaign, Invitation, Participant, Result
from incentives.rules.campaign_value import Line, Worth
from incentives.services import campaign as verbs
from incentives.services import invitation, result
from kol_crm.core import installation
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from lifecycle.days import installation_day
from profiles.models import Field
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

VALUES = (
    *("id", "version", "name", "type", "monetising", "state", "starts_on", "ends_on"),
    *("owner__username", "team__name", "field__slug", "topic", "purpose", "note"),
    *("created_at", "started_at", "ended_at"),
)


class CampaignEdit(StrictSerializer):
    name = serializers.CharField(max_length=120, required=False)
    type = serializers.ChoiceField(Campaign.Type.choices, required=False)
    monetising = serializers.BooleanField(required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    owner = serializers.SlugRelatedField(
        "username", queryset=User.objects.filter(is_active=True), required=False, help_text="A user name."
    )
    field = serializers.SlugRelatedField(
        "slug", queryset=Field.objects.all(), required=False, allow_null=True
    )
    topic = serializers.CharField(max_length=120, required=False, allow_blank=True)
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class CampaignBody(CampaignEdit):
    name = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(Campaign.Type.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class CampaignAnswer(CampaignBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    team = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(Campaign.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True, allow_null=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CampaignPaged(Paged):
    results = CampaignAnswer(many=True)


class ResultBody(StrictSerializer):
    participant = serializers.UUIDField()
    first_on = serializers.DateField(required=False, help_text="Without it, one day.")
    last_on = serializers.DateField()
    new_users = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    active_users = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    paid_amount = serializers.DecimalField(14, 2, required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    source = serializers.CharField(max_length=80, required=False, allow_blank=True)


class ResultsBody(StrictSerializer):
    rows = ResultBody(many=True)


class ResultAnswer(ResultBody):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()


class InvitationBody(StrictSerializer):
    code = serializers.CharField(max_length=40)
    user_ref = serializers.CharField(max_length=120)
    registered_at = serializers.DateTimeField()


class InvitationsBody(StrictSerializer):
    rows = InvitationBody(many=True)


class TakenAnswer(serializers.Serializer):
    state = serializers.ChoiceField(["new", "known", "wrong"])
    left_out = serializers.ChoiceField(Invitation.LeftOut.choices, required=False)
    field = serializers.CharField(required=False)
    problem = serializers.CharField(required=False)


class TakenRows(serializers.Serializer):
    rows = TakenAnswer(many=True)


class WorthAnswer(serializers.Serializer):
    participant = serializers.UUIDField()
    kol = serializers.UUIDField()
    name = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    value = serializers.DecimalField(20, 2)
    new_users = serializers.IntegerField()
    active_users = serializers.IntegerField()
    paid = serializers.DecimalField(20, 2)
    parts = serializers.ListField(child=serializers.DictField())
    rank = serializers.IntegerField(allow_null=True)
    moved = serializers.IntegerField(allow_null=True)
    counted = serializers.IntegerField()
    pending = serializers.IntegerField()
    left_out = serializers.IntegerField()


class ContestBoardAnswer(serializers.Serializer):
    currency = serializers.CharField()
    value = serializers.DecimalField(20, 2)
    participants = serializers.IntegerField(help_text="All in sight; of more than 500 only those are rows.")
    rows = WorthAnswer(many=True)


def represent(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"owner__username": "owner", "team__name": "team", "field__slug": "field"}
    return [{names.get(key, key): value for key, value in row.items()} for row in rows]


class CampaignResource(Resource):
    """Campaigns of one's team; their owner and the managers edit them."""

    def campaign(self, pk: str, action: str) -> Campaign:
        """404 unless visible; to write, then 403 without scope or right."""
        if action != VIEW:
            self.found(pk, VIEW)
            self.demand_write_scope()
        return self.found(pk, action)

    def found(self, pk: str, action: str) -> Campaign:
        rows = Campaign.objects.select_related("owner", "team", "field")
        refusal = _("You may see this campaign but not do this.")
        return access.row_or_404(rows, self.request.user, pk, action, refusal)

    def answer(self, campaign: Campaign, status: int = 200) -> Response:
        row = represent(Campaign.objects.filter(pk=campaign.pk).values(*VALUES))[0]
        return etagged(row, row["version"], status)

    @extend_schema(parameters=parameters_of(CAMPAIGNS.filterset, CAMPAIGNS.sorts), responses=CampaignPaged)
    def list(self, request):
        """Those that begin last come first."""
        return self.listed(replace(CAMPAIGNS, prepare=lambda rows: rows.values(*VALUES)), represent)

    @extend_schema(responses=CampaignAnswer)
    def retrieve(self, request, pk: str):
        """One campaign."""
        return self.answer(self.campaign(pk, VIEW))

    @extend_schema(request=CampaignBody, responses={201: CampaignAnswer})
    def create(self, request):
        """A planned one, one's own where no owner is named."""
        self.demand_write_scope()
        if not access.may_create(request.user):
            raise PermissionDenied(_("Campaigns are made by those who work with KOL files."))
        return self.answer(verbs.create(self.actor, self.checked(CampaignBody)), 201)

    @extend_schema(request=CampaignEdit, responses=CampaignAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """409 for one that has ended."""
        campaign = self.campaign(pk, EDIT)
        version = self.version_asked(campaign)
        return self.answer(verbs.edit(self.actor, campaign, self.checked(CampaignEdit), version))

    @extend_schema(request=None, responses=CampaignAnswer)
    @action(detail=True, methods=["post"])
    def start(self, request, pk: str):
        """planned → running; an ended one runs again."""
        return self.answer(verbs.start(self.actor, self.campaign(pk, EDIT)))

    @extend_schema(request=None, responses=CampaignAnswer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk: str):
        """→ ended: nobody joins any more; results may still come in."""
        return self.answer(verbs.end(self.actor, self.campaign(pk, EDIT)))

    @extend_schema(request=ResultsBody, responses={201: ResultAnswer(many=True)})
    @action(detail=True, methods=["post"])
    def results(self, request, pk: str):
        """Results of participants: all rows or none; 400 names ``rows.0.new_users``."""
        campaign = self.campaign(pk, EDIT)
        told = self.checked(ResultsBody)["rows"]
        seen = Participant.objects.visible_to(request.user).filter(campaign=campaign)
        known = seen.in_bulk([row["participant"] for row in told])
        rows = [{**row, "participant": known.get(row["participant"])} for row in told]
        made = result.enter(self.actor, campaign, rows)
        return Response([told_result(row) for row in made], 201)

    @extend_schema(request=InvitationsBody, responses=TakenRows)
    @action(detail=True, methods=["post"])
    def invitations(self, request, pk: str):
        """From the platform's backend, as often as it likes: the same user by the same code changes nothing.
        One answer per row, in their order."""
        campaign = self.campaign(pk, EDIT)
        rows = self.checked(InvitationsBody)["rows"]
        return Response({"rows": [one.as_json() for one in invitation.take_in(self.actor, campaign, rows)]})

    @extend_schema(responses=ContestBoardAnswer)
    @action(detail=True, methods=["get"])
    def board(self, request, pk: str):
        """Who brought what and what it is worth, with its parts; of a contest in the order of their ranks."""
        campaign = self.campaign(pk, VIEW)
        page = CampaignPage(campaign, request.user, installation_day(timezone.now()))
        rows = page.ranked if campaign.is_contest else page.rows
        told = [told_row(row) for row in rows]
        whole = {"currency": installation.currency(), "value": str(page.value), "participants": len(page.ids)}
        return Response({**whole, "rows": told})


class ResultResource(Resource):
    """Results that stand; a later one takes one back."""

    @extend_schema(request=None, responses={201: ResultAnswer})
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """By its author within 10 minutes, or by a manager."""
        rows = Result.objects.select_related("participant__campaign", "participant__kol")
        if not rows.visible_to(request.user).filter(pk=pk).exists():
            raise Http404
        self.demand_write_scope()
        refusal = _("You may see this campaign but not do this.")
        row = access.row_or_404(rows, request.user, pk, EDIT, refusal)
        return Response(told_result(result.take_back(self.actor, row)), 201)


def told_result(row: Result) -> dict[str, Any]:
    paid = None if row.paid_amount is None else f"{row.paid_amount:.2f}"
    return {
        "id": row.pk,
        "participant": row.participant_id,
        "first_on": row.first_on,
        "last_on": row.last_on,
        "new_users": row.new_users,
        "active_users": row.active_users,
        "paid_amount": paid,
        "currency": row.currency,
        "source": row.source,
        "at": row.at,
    }


def told_row(row: Row) -> dict[str, Any]:
    worth: Worth = row.worth
    return {
        "participant": row.participant.pk,
        "kol": row.participant.kol_id,
        "name": row.participant.kol.name,
        "code": row.code,
        "value": str(worth.value),
        "new_users": worth.new_users,
        "active_users": worth.active_users,
        "paid": str(worth.paid),
        "parts": [told_line(line) for line in worth.lines],
        "rank": row.place.rank if row.place else None,
        "moved": row.place.moved if row.place else None,
        "counted": row.tally["counted"],
        "pending": row.tally["pending"],
        "left_out": row.tally["left_out"],
    }


def told_line(line: Line) -> dict[str, Any]:
    """Why it is worth that: figure × unit value; ``value`` null counts zero, ``why`` says what is missing."""
    return {
        "day": line.brought.day.isoformat(),
        "metric": line.metric,
        "figure": str(line.figure),
        "unit_value": str(line.unit.amount) if line.unit else None,
        "value": None if line.value is None else str(line.value),
        "why": line.why,
    }
