"""``/api/v1/duplicates/``: pairs of files that may be of one person (DOMAIN 2.2)."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from profiles.models import Duplicate
from profiles.models.querysets import EDIT
from profiles.services import duplicate
from profiles.services.access import row_or_404
from profiles.views.duplicate import DUPLICATES, REFUSAL


class DuplicateAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    first = serializers.UUIDField()
    second = serializers.UUIDField()
    state = serializers.ChoiceField(Duplicate.State.choices)
    score = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.DictField())
    found_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)


class DuplicatePage(Paged):
    results = DuplicateAnswer(many=True)


def represent(pairs: Iterable[Duplicate]) -> list[dict[str, Any]]:
    return [
        {
            "id": pair.pk,
            "first": pair.first_id,
            "second": pair.second_id,
            "state": pair.state,
            "score": pair.score,
            "parts": [part.as_json() for part in pair.explained],
            "found_at": pair.found_at,
            "decided_at": pair.decided_at,
            "decided_by": pair.decided_by and pair.decided_by.username,
        }
        for pair in pairs
    ]


class DuplicateResource(Resource):
    """Pairs both files of which one may see; deciding asks for both."""

    def pair(self, pk: str, right: str) -> Duplicate:
        """The pair: 404 unless visible, then 403 without scope or right."""
        rows = Duplicate.objects.for_list()
        row_or_404(rows, self.request.user, pk, "view", REFUSAL)
        if right != "view":
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, REFUSAL)

    def answer(self, pair: Duplicate) -> Response:
        return Response(represent([pair])[0])

    @extend_schema(parameters=parameters_of(DUPLICATES.filterset, DUPLICATES.sorts), responses=DuplicatePage)
    def list(self, request):
        """The likeliest first."""
        return self.listed(DUPLICATES, represent)

    @extend_schema(responses=DuplicateAnswer)
    def retrieve(self, request, pk: str):
        """One pair with what speaks for it."""
        return self.answer(self.pair(pk, "view"))

    @extend_schema(request=None, responses=DuplicateAnswer)
    @action(detail=True, methods=["post"], url_path="not-the-same")
    def not_the_same(self, request, pk: str):
        """These are two people: not shown again until their facts change."""
        return self.answer(duplicate.put_aside(self.actor, self.pair(pk, EDIT)))

    @extend_schema(request=None, responses=DuplicateAnswer)
    @action(detail=True, methods=["post"], url_path="look-again")
    def look_again(self, request, pk: str):
        """Take "not the same" back."""
        return self.answer(duplicate.look_again(self.actor, self.pair(pk, EDIT)))
