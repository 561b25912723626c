"""``/api/v1/merges/``: two files made one, and two again (DOMAIN 3.12)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Change
from profiles import changes
from profiles.api.facts import row_named
from profiles.models import Kol, Merge
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, merge, merge_plan, merge_shape, unmerge


class MergeBody(StrictSerializer):
    """``choices`` answers where both files have a fact: ``survivor``, ``merged``, of a long text ``both``."""

    survivor = serializers.UUIDField()
    merged = serializers.UUIDField()
    choices = serializers.DictField(child=serializers.CharField(max_length=10), required=False)
    survivor_version = serializers.IntegerField(required=False)
    merged_version = serializers.IntegerField(required=False)


class QuestionAnswer(serializers.Serializer):
    name = serializers.CharField()
    survivor = serializers.JSONField()
    merged = serializers.JSONField()
    answer = serializers.CharField(allow_blank=True)
    demanded = serializers.BooleanField()


class PreviewAnswer(serializers.Serializer):
    questions = QuestionAnswer(many=True)
    outcome = serializers.DictField()


class MergeAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    survivor = serializers.UUIDField()
    merged = serializers.UUIDField()
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    choices = serializers.DictField()
    undone_at = serializers.DateTimeField(allow_null=True)
    left = serializers.ListField(child=serializers.DictField())


class MergeResource(Resource):
    """Merging asks for the right to edit both files."""

    def row(self, pk: str) -> Merge:
        return access.row_or_404(Merge.objects.select_related("user"), self.request.user, pk, VIEW, "")

    def answer(self, row: Merge, status: int = 200) -> Response:
        return Response(
            {
                "id": row.pk,
                "survivor": row.survivor_id,
                "merged": row.merged_id,
                "at": row.at,
                "user": row.user and row.user.username,
                "choices": row.choices,
                "undone_at": row.undone_at,
                "left": _left(row),
            },
            status=status,
        )

    def files(self) -> tuple[Kol, Kol, dict[str, Any]]:
        """The two files that the body names, if they may be edited: not visible is a 400 at the field."""
        body = self.checked(MergeBody)
        found = [
            row_named(name, lambda name=name: access.kol_or_404(self.request.user, body[name], EDIT))
            for name in ("survivor", "merged")
        ]
        return found[0], found[1], body

    @extend_schema(request=MergeBody, responses=PreviewAnswer)
    @action(detail=False, methods=["post"])
    def preview(self, request):
        """What a merge with these answers would make, and what it asks."""
        survivor, merged, body = self.files()
        plan = merge_plan.plan(survivor, merged, body.get("choices", {}))
        asked = [
            {
                "name": question.name,
                "survivor": merge_plan.plain(question.mine),
                "merged": merge_plan.plain(question.theirs),
                "answer": question.answer,
                "demanded": question.demanded,
            }
            for question in plan.questions
        ]
        return Response({"questions": asked, "outcome": merge_shape.preview(plan)})

    @extend_schema(request=MergeBody, responses={201: MergeAnswer})
    def create(self, request):
        """Make ``merged`` a part of ``survivor``; its id leads to the survivor from then on."""
        survivor, merged, body = self.files()
        versions = {
            kol.pk: body[f"{name}_version"]
            for name, kol in (("survivor", survivor), ("merged", merged))
            if f"{name}_version" in body
        }
        row = merge.merge(self.actor, survivor.pk, merged.pk, body.get("choices", {}), versions)
        return self.answer(row, 201)

    @extend_schema(responses=MergeAnswer)
    def retrieve(self, request, pk: str):
        """One merge; ``left`` is, once undone, what was done since and stayed with the survivor."""
        return self.answer(self.row(pk))

    @extend_schema(request=None, responses=MergeAnswer)
    @action(detail=True, methods=["post"])
    def unmerge(self, request, pk: str):
        """Make two files of it again, each exactly as it was."""
        row = self.row(pk)
        self.demand_write_scope()
        return self.answer(unmerge.unmerge(self.actor, row))


def _left(row: Merge) -> list[dict[str, Any]]:
    """Changes in words beside the rows that stayed."""
    ids = [entry["change"] for entry in row.left if "change" in entry]
    found = Change.objects.filter(pk__in=ids).select_related("change_set__user").order_by("at", "pk")
    return [
        {
            "model": line.change.model,
            "row": str(line.change.row),
            "field": line.change.field,
            "before": line.before,
            "after": line.after,
            "at": line.change.at,
        }
        for line in changes.lines(found)
    ] + [entry for entry in row.left if "why" in entry]
