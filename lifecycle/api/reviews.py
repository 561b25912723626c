"""``/api/v1/reviews/``: what is due, evidence and suggestion, the end, another date (DOMAIN 5.4)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
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
from lifecycle import evidence, review_flow, reviewing
from lifecycle.days import installation_day
from lifecycle.models import Cause, Review
from lifecycle.review_list import REVIEWS
from lifecycle.services import review as reviews
from lifecycle.services import review_end
from profiles.models import Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import row_or_404


class EndBody(StrictSerializer):
    """``why``, ``cause``, ``goodbye`` and ``look_again_on`` belong to the move that follows."""

    decision = serializers.ChoiceField(Review.Decision.choices)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    next_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="By default after the stage's interval."
    )
    why = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    cause = serializers.ChoiceField(Cause.choices, required=False, allow_blank=True, default="")
    goodbye = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    look_again_on = serializers.DateField(required=False, allow_null=True, default=None)


class RedateBody(StrictSerializer):
    due_on = serializers.DateField()


class EvidenceLine(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    text = serializers.CharField()
    note = serializers.CharField()
    tone = serializers.CharField()
    numbers = serializers.ListField(child=serializers.FloatField())
    url = serializers.CharField(help_text="The page behind the figure.")


class AdviceAnswer(serializers.Serializer):
    decision = serializers.ChoiceField(Review.Decision.choices)
    reasons = serializers.ListField(child=serializers.CharField())


class ReviewAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField()
    stage = serializers.ChoiceField(Stage.choices)
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    user = serializers.CharField(allow_null=True)
    decision = serializers.CharField(help_text="Empty until it is done.")
    note = serializers.CharField()


class WholeReviewAnswer(ReviewAnswer):
    evidence = EvidenceLine(many=True)
    suggestion = AdviceAnswer(allow_null=True)
    decisions = serializers.ListField(child=serializers.CharField(), help_text="How it can end.")


class ReviewPage(Paged):
    results = ReviewAnswer(many=True)


def represent(rows: Iterable[Review]) -> list[dict[str, Any]]:
    plain = ("version", "due_on", "done_at", "decision", "note")
    return [
        {"id": row.pk, "kol": row.kol_id, "stage": row.stay.stage, "user": row.user and row.user.username}
        | {name: getattr(row, name) for name in plain}
        for row in rows
    ]


def whole(review: Review) -> dict[str, Any]:
    """With what is known and suggested now; of one that is done, with what was then."""
    if review.done_at is None:
        day, kol = installation_day(timezone.now()), review.kol
        lines = [line.as_json() for line in evidence.gather(kol, day)]
        advice: Any = reviewing.suggest(kol, day).as_json()
        decisions = [choice.value for choice in reviews.decisions_for(kol.stage)]
    else:
        lines = [{"url": "", **line} for line in review.evidence.get("rows", ())]
        advice, decisions = review.evidence.get("suggestion"), []
    return represent([review])[0] | {"evidence": lines, "suggestion": advice, "decisions": decisions}


def _id(asked: str) -> UUID | None:
    try:
        return UUID(asked)
    except ValueError:
        return None


class ReviewResource(Resource):
    """Reviews of the files one may see; its owner or a manager ends them."""

    def row(self, pk: str, right: str) -> Review:
        """404 unless visible, then 403 without scope or right."""
        rows, refusal = Review.objects.for_list(), _("You may see this review but not end it.")
        row_or_404(rows, self.request.user, pk, VIEW, refusal)
        if right != VIEW:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def answer(self, pk) -> Response:
        shown = whole(Review.objects.for_list().get(pk=pk))
        return etagged(shown, shown["version"])

    @extend_schema(parameters=parameters_of(REVIEWS.filterset, REVIEWS.sorts), responses=ReviewPage)
    def list(self, request):
        """What is due first."""
        return self.listed(REVIEWS, represent)

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID, description="Past this one.")],
        responses={200: WholeReviewAnswer, 204: None},
    )
    @action(detail=False, methods=["get"])
    def next(self, request):
        """The first of one's own due reviews, the longest overdue first, whole; 204 where none is due."""
        asked, after = request.GET.get("after", ""), None
        if asked:
            after = Review.objects.visible_to(request.user).filter(pk=_id(asked)).first()
            if after is None:
                raise ValidationError({"after": _("There is no such row.")})
        found = review_flow.following(request.user, installation_day(timezone.now()), after)
        return Response(status=204) if found is None else self.answer(found.pk)

    @extend_schema(responses=WholeReviewAnswer)
    def retrieve(self, request, pk: str):
        """One review with its evidence and the suggestion."""
        return self.answer(self.row(pk, VIEW).pk)

    @extend_schema(request=EndBody, responses=WholeReviewAnswer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def end(self, request, pk: str):
        """End it; where the decision leads to another stage the KOL moves there in the same step. 409:
        ``already_done``, or ``gate_shut`` with the checks that do not pass.
        """
        row = self.row(pk, EDIT)
        version = self.version_asked(row)
        done = review_end.end(self.actor, row, version=version, **self.checked(EndBody)).review
        return self.answer(done.pk)

    @extend_schema(request=RedateBody, responses=WholeReviewAnswer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def reschedule(self, request, pk: str):
        """Another date for one that is still to be done."""
        row = self.row(pk, EDIT)
        version = self.version_asked(row)
        return self.answer(
            reviews.reschedule(self.actor, row, **self.checked(RedateBody), version=version).pk
        )
