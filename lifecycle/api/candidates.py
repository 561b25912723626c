"""``/api/v1/candidates/``: bringing in, rating, steps and outcomes (DOMAIN 4.2–4.4, 4.11)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.models import WORK, Candidate, Step
from lifecycle.programme_lists import CANDIDATES
from lifecycle.services import candidate as verbs
from lifecycle.services import fit, outreach
from lifecycle.services.reaching import candidate_or_404, programme_or_404
from profiles.models.querysets import VIEW
from profiles.services.access import kol_or_404

COLUMNS = (
    *("id", "version", "programme", "kol", "source", "introducer", "highlight", "why_oversupplied"),
    *("why_external", "pace", "entered_at", "entered_by__username", "reviewed_at", "step", "step_since"),
    *("in_outreach", "outcome", "outcome_note", "outcome_at"),
)


class CandidateEdit(StrictSerializer):
    introducer = serializers.CharField(max_length=120, required=False, allow_blank=True)
    highlight = serializers.CharField(required=False, allow_blank=True)


class CandidateBody(CandidateEdit):
    programme = serializers.UUIDField()
    kol = serializers.UUIDField()
    source = serializers.ChoiceField(Candidate.Source.choices)
    why_oversupplied = serializers.CharField(required=False, allow_blank=True)
    why_external = serializers.CharField(required=False, allow_blank=True)


class CandidateAnswer(CandidateBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    pace = serializers.DictField(read_only=True, help_text="Of its fields on the day it was entered.")
    entered_at = serializers.DateTimeField(read_only=True)
    entered_by = serializers.CharField(read_only=True, allow_null=True)
    reviewed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    step = serializers.ChoiceField(Step.choices, read_only=True)
    step_since = serializers.DateTimeField(read_only=True)
    in_outreach = serializers.BooleanField(read_only=True)
    outcome = serializers.ChoiceField(Candidate.Outcome.choices, allow_blank=True, read_only=True)
    outcome_note = serializers.CharField(read_only=True)
    outcome_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CandidatePage(Paged):
    results = CandidateAnswer(many=True)


class RatingBody(StrictSerializer):
    criterion = serializers.CharField(max_length=20)
    value = serializers.IntegerField(allow_null=True, help_text="0–5; null takes one's rating back.")
    evidence = serializers.CharField(required=False, allow_blank=True, default="")


class SheetBody(StrictSerializer):
    ratings = RatingBody(many=True)


class StepBody(StrictSerializer):
    step = serializers.ChoiceField(Step.choices)
    why = serializers.CharField(allow_blank=True)


class BeginBody(StrictSerializer):
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class OutcomeBody(StrictSerializer):
    outcome = serializers.ChoiceField(Candidate.Outcome.choices, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, default="")


def represent(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key.removesuffix("__username"): value for key, value in row.items()} for row in rows]


class CandidateResource(Resource):
    """Candidates of programmes of one's team whose file one may see."""

    def candidate(self, pk: str, action: str = WORK) -> Candidate:
        """404 unless visible; to write, then 403 without scope."""
        found = candidate_or_404(self.request.user, pk)
        if action != VIEW:
            self.demand_write_scope()
            found = candidate_or_404(self.request.user, pk, action)
        return found

    def answer(self, candidate: Candidate, status: int = 200) -> Response:
        row = represent(Candidate.objects.filter(pk=candidate.pk).values(*COLUMNS))[0]
        return etagged(row, row["version"], status)

    @extend_schema(parameters=parameters_of(CANDIDATES.filterset, CANDIDATES.sorts), responses=CandidatePage)
    def list(self, request):
        """Newest first; their order of rank is at ``programmes/{id}/ranking/``."""
        return self.listed(replace(CANDIDATES, prepare=lambda rows: rows.values(*COLUMNS)), represent)

    @extend_schema(responses=CandidateAnswer)
    def retrieve(self, request, pk: str):
        """One candidate."""
        return self.answer(self.candidate(pk, VIEW))

    @extend_schema(request=CandidateBody, responses={201: CandidateAnswer})
    def create(self, request):
        """A file in introduction becomes a candidate. 400 names the reasons that are asked for."""
        checked = dict(self.checked(CandidateBody))
        programme = _named(
            "programme", lambda: programme_or_404(request.user, checked.pop("programme"), WORK)
        )
        kol = _named("kol", lambda: kol_or_404(request.user, checked.pop("kol")))
        self.demand_write_scope()
        return self.answer(verbs.add(self.actor, programme, kol, checked), 201)

    @extend_schema(request=CandidateEdit, responses=CandidateAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Who introduced them, and the highlight to build on."""
        candidate = self.candidate(pk)
        version = self.version_asked(candidate)
        return self.answer(verbs.edit(self.actor, candidate, self.checked(CandidateEdit), version))

    @extend_schema(request=SheetBody, responses=CandidateAnswer)
    @action(detail=True, methods=["post"])
    def rate(self, request, pk: str):
        """One's own ratings by the rubric in force; those of others stay."""
        candidate = self.candidate(pk)
        told = {one["criterion"]: one for one in self.checked(SheetBody)["ratings"]}
        fit.rate(self.actor, candidate, told)
        return self.answer(candidate)

    @extend_schema(request=BeginBody, responses=CandidateAnswer)
    @action(detail=True, methods=["post"], url_path="begin-outreach")
    def begin_outreach(self, request, pk: str):
        """From now on they are written to for this programme, and for no other. 409 ``second_voice`` without
        a ``voice_reason`` where somebody else of us was in contact a few days ago."""
        candidate, told = self.candidate(pk), self.checked(BeginBody)
        return self.answer(outreach.begin(self.actor, candidate, told["voice_reason"]))

    @extend_schema(request=None, responses=CandidateAnswer)
    @action(detail=True, methods=["post"], url_path="end-outreach")
    def end_outreach(self, request, pk: str):
        """They may be written to for another programme."""
        return self.answer(outreach.end(self.actor, self.candidate(pk)))

    @extend_schema(request=StepBody, responses=CandidateAnswer)
    @action(detail=True, methods=["post"], url_path="set-back")
    def set_back(self, request, pk: str):
        """To an earlier step, with a reason; forward lead only facts (409)."""
        candidate, told = self.candidate(pk), self.checked(StepBody)
        return self.answer(verbs.set_back(self.actor, candidate, told["step"], told["why"]))

    @extend_schema(request=OutcomeBody, responses=CandidateAnswer)
    @action(detail=True, methods=["post"])
    def outcome(self, request, pk: str):
        """What became of them; empty takes it back."""
        candidate, told = self.candidate(pk), self.checked(OutcomeBody)
        return self.answer(verbs.decide(self.actor, candidate, told["outcome"], told["note"]))


def _named(field: str, find):
    """A row that the body names: not visible is a 400 at the field, as for any id that does not exist."""
    try:
        return find()
    except Http404:
        raise ValidationError({field: _("There is no such row.")}) from None
