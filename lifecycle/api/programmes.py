"""``/api/v1/programmes/``: programmes, their start and close, their ranked candidates (DOMAIN 4.3, 4.5)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from lifecycle import ranking
from lifecycle.days import installation_day
from lifecycle.models import Candidate, Programme, ProgrammeField
from lifecycle.programme_lists import PROGRAMMES
from lifecycle.services import programme as verbs
from lifecycle.services.reaching import programme_or_404
from profiles.models import Field
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

MOST = 1_000_000
RANKED_AT_ONCE = 100
AFTER = OpenApiParameter("after", OpenApiTypes.UUID, description="The candidate behind whom to go on.")
FACTS = ("name", "purpose", "deeds", "success", "starts_on", "ends_on", "target")
VALUES = (
    "id",
    "version",
    *FACTS,
    "owner__username",
    "team__name",
    "state",
    "created_at",
    "started_at",
    "closed_at",
)


class ProgrammeEdit(StrictSerializer):
    name = serializers.CharField(max_length=120, required=False)
    purpose = serializers.ChoiceField(Programme.Purpose.choices, required=False, allow_blank=True)
    deeds = serializers.CharField(required=False, allow_blank=True)
    success = serializers.CharField(max_length=200, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    target = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST)
    owner = serializers.SlugRelatedField(
        "username", queryset=User.objects.filter(is_active=True), required=False, help_text="A user name."
    )
    fields_ = serializers.SlugRelatedField("slug", queryset=Field.objects.all(), many=True, required=False)

    def get_fields(self):
        """``fields`` is the word of the domain, and of Django REST framework for something else."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class ProgrammeBody(ProgrammeEdit):
    name = serializers.CharField(max_length=120)


class ProgrammeAnswer(ProgrammeBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    team = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(Programme.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ProgrammePage(Paged):
    results = ProgrammeAnswer(many=True)


class OutcomeOf(StrictSerializer):
    candidate = serializers.UUIDField()
    outcome = serializers.ChoiceField(Candidate.Outcome.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="")


class CloseBody(StrictSerializer):
    outcomes = OutcomeOf(many=True, required=False, help_text="One for each candidate without an outcome.")


class RankedAnswer(serializers.Serializer):
    candidate = serializers.UUIDField()
    kol = serializers.UUIDField()
    name = serializers.CharField()
    step = serializers.CharField()
    place = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(["ranked", "unrated", "vetoed"])
    score = serializers.DictField(help_text="Value, parts, and what is missing.")
    fit = serializers.DictField()
    figure = serializers.DictField(help_text="What the purpose asks for.")
    disputed = serializers.ListField(child=serializers.CharField())
    vetoed = serializers.ListField(child=serializers.CharField())
    raters = serializers.IntegerField()
    spread = serializers.IntegerField()
    rubric = serializers.IntegerField(allow_null=True)
    rubric_is_old = serializers.BooleanField()


class RankingAnswer(Paged):
    results = RankedAnswer(many=True)


def represent(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete programmes from rows of ``VALUES``, their fields in one more query."""
    rows = list(rows)
    fields = defaultdict(list)
    links = ProgrammeField.objects.filter(programme__in=[row["id"] for row in rows])
    for programme, slug in links.order_by("position", "id").values_list("programme_id", "field__slug"):
        fields[programme].append(slug)
    names = {"owner__username": "owner", "team__name": "team"}
    return [
        {names.get(key, key): value for key, value in row.items()} | {"fields": fields[row["id"]]}
        for row in rows
    ]


class ProgrammeResource(Resource):
    """Programmes of one's team; their owner and the managers edit them."""

    def programme(self, pk: str, action: str) -> Programme:
        """404 unless visible; to write, then 403 without scope or right."""
        found = programme_or_404(self.request.user, pk)
        if action != VIEW:
            self.demand_write_scope()
            found = programme_or_404(self.request.user, pk, action)
        return found

    def answer(self, programme: Programme, status: int = 200) -> Response:
        row = represent(Programme.objects.filter(pk=programme.pk).values(*VALUES))[0]
        return etagged(row, row["version"], status)

    @extend_schema(parameters=parameters_of(PROGRAMMES.filterset, PROGRAMMES.sorts), responses=ProgrammePage)
    def list(self, request):
        """Newest first."""
        return self.listed(replace(PROGRAMMES, prepare=lambda rows: rows.values(*VALUES)), represent)

    @extend_schema(responses=ProgrammeAnswer)
    def retrieve(self, request, pk: str):
        """One programme."""
        return self.answer(self.programme(pk, VIEW))

    @extend_schema(request=ProgrammeBody, responses={201: ProgrammeAnswer})
    def create(self, request):
        """A new draft, one's own where no owner is named."""
        self.demand_write_scope()
        if not access.may_create(request.user):
            raise PermissionDenied(_("Programmes are made by those who work with KOL files."))
        checked = dict(self.checked(ProgrammeBody))
        fields = checked.pop("fields", [])
        return self.answer(verbs.create(self.actor, checked, fields), 201)

    @extend_schema(request=ProgrammeEdit, responses=ProgrammeAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Facts, and the whole set of fields where it is sent."""
        programme = self.programme(pk, EDIT)
        version = self.version_asked(programme)
        checked = dict(self.checked(ProgrammeEdit))
        fields = checked.pop("fields", None)
        return self.answer(verbs.edit(self.actor, programme, checked, fields, version))

    @extend_schema(request=None, responses=ProgrammeAnswer)
    @action(detail=True, methods=["post"])
    def start(self, request, pk: str):
        """draft → live: outreach may begin. 400 without purpose or expected deeds."""
        return self.answer(verbs.start(self.actor, self.programme(pk, EDIT)))

    @extend_schema(request=CloseBody, responses=ProgrammeAnswer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk: str):
        """Close it, with an outcome for every candidate who has none."""
        programme = self.programme(pk, EDIT)
        told = self.checked(CloseBody).get("outcomes", [])
        outcomes = {one["candidate"]: (one["outcome"], one["note"]) for one in told}
        return self.answer(verbs.close(self.actor, programme, outcomes))

    @extend_schema(responses=RankingAnswer, parameters=[AFTER])
    @action(detail=True, methods=["get"])
    def ranking(self, request, pk: str):
        """Its candidates best first, as of now, each with the parts of fit, figure and score."""
        programme = self.programme(pk, VIEW)
        rows = ranking.seen_by(request.user, programme, installation_day(timezone.now()))
        places = {str(row.candidate.pk): place for place, row in enumerate(rows, 1)}
        after = request.GET.get("after", "")
        if after and after not in places:
            raise ValidationError({"after": _("There is no such row.")})
        begin = places.get(after, 0)
        end, before = begin + RANKED_AT_ONCE, max(begin - RANKED_AT_ONCE, 0)
        address = request.build_absolute_uri(request.path)
        return Response(
            {
                "next": f"{address}?after={rows[end - 1].candidate.pk}" if end < len(rows) else None,
                "previous": _from(address, rows, before) if begin else None,
                "results": [_ranked(row) for row in rows[begin:end]],
            }
        )


def _from(address: str, rows: list[ranking.Ranked], begin: int) -> str:
    return f"{address}?after={rows[begin - 1].candidate.pk}" if begin else address


def _ranked(row: ranking.Ranked) -> dict[str, Any]:
    candidate = row.candidate
    return {
        "candidate": candidate.pk,
        "kol": candidate.kol_id,
        "name": candidate.kol.name,
        "step": candidate.step,
        **row.as_json(),
    }
