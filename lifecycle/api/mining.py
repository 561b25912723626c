"""``/api/v1/platform-users/``: the feed of own users, suggestions, taking on and rejecting (DOMAIN 4.6)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.filter_shapes import NAMES_ROWS
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import suggestions
from lifecycle.days import installation_day
from lifecycle.models import WORK, PlatformUser
from lifecycle.services import mining as verbs
from lifecycle.services.reaching import demand_files, platform_user_or_404, programme_or_404
from lifecycle.suggestions import Suggestion
from profiles.models import Field

MOST = 2_000_000_000
SLUG = {"type": "string", "minLength": 1, **NAMES_ROWS}
FIELD = OpenApiParameter("field", SLUG, required=True, description="The slug of a field.")


class FeedRow(StrictSerializer):
    external_id = serializers.CharField(max_length=120)
    field = serializers.SlugRelatedField("slug", queryset=Field.objects.all())  # type: ignore[assignment]
    output = serializers.IntegerField(min_value=0, max_value=MOST, help_text="Items in all.")
    quality = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True,
        help_text="Per item, 0–100.",
    )  # fmt: skip
    activity = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    influence = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    handle = serializers.CharField(max_length=120, required=False, allow_blank=True)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)


class FeedBody(StrictSerializer):
    rows = FeedRow(many=True, max_length=verbs.MOST_ROWS)


class FeedAnswer(serializers.Serializer):
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class SuggestionAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    external_id = serializers.CharField()
    name = serializers.CharField()
    field = serializers.CharField()
    output = serializers.IntegerField()
    quality = serializers.FloatField(allow_null=True)
    band = serializers.CharField()
    activity = serializers.IntegerField()
    influence = serializers.IntegerField()
    state = serializers.ChoiceField(PlatformUser.State.choices)
    reason = serializers.CharField(help_text="Why they are left out; empty where they are suggested.")


class SuggestionsAnswer(serializers.Serializer):
    results = SuggestionAnswer(many=True)
    left_out = SuggestionAnswer(many=True)


class TakeOnBody(StrictSerializer):
    programme = serializers.UUIDField()
    highlight = serializers.CharField(allow_blank=True)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    why_oversupplied = serializers.CharField(required=False, allow_blank=True, default="")


class TakenOn(serializers.Serializer):
    candidate = serializers.UUIDField()
    kol = serializers.UUIDField()


class RejectBody(StrictSerializer):
    why = serializers.CharField(allow_blank=True)
    look_again_on = serializers.DateField(required=False, allow_null=True, default=None)


def _shown(one: Suggestion) -> dict[str, Any]:
    user = one.user
    return {
        "id": user.pk,
        "external_id": user.external_id,
        "name": str(user),
        "field": user.field.slug,
        "output": user.output,
        "quality": None if user.quality is None else float(user.quality),
        "band": one.band,
        "activity": user.activity,
        "influence": user.influence,
        "state": user.state,
        "reason": one.reason,
    }


class PlatformUserResource(Resource):
    """Users of the own platform: whoever works with files sees them."""

    @extend_schema(parameters=[FIELD], responses=SuggestionsAnswer)
    def list(self, request):
        """The best of a field, and who is left out and why."""
        demand_files(request.user)
        fields = Field.objects.filter(slug=request.GET.get("field", ""))
        if not fields:
            raise ValidationError({"field": _("Name a field by its slug.")})
        day = installation_day(timezone.now())
        left_out = suggestions.left_out(fields, day, request.user)
        return Response(
            {
                "results": [_shown(one) for one in suggestions.best(fields, day)],
                "left_out": [_shown(one) for one in left_out],
            }
        )

    @extend_schema(request=FeedBody, responses=FeedAnswer)
    @action(detail=False, methods=["post"])
    def feed(self, request):
        """Take in what the platform tells of its users: all rows or none."""
        demand_files(request.user)
        self.demand_write_scope()
        return Response(verbs.take_feed(self.actor, self.checked(FeedBody)["rows"])._asdict())

    @extend_schema(request=TakeOnBody, responses={201: TakenOn})
    @action(detail=True, methods=["post"], url_path="take-on")
    def take_on(self, request, pk: str):
        """Make a file and a candidate of a suggested user; says the highlight to build on."""
        user = self._user(pk)
        told = dict(self.checked(TakeOnBody))
        try:
            programme = programme_or_404(request.user, told.pop("programme"), WORK)
        except Http404:
            raise ValidationError({"programme": _("There is no such row.")}) from None
        made = verbs.take_on(self.actor, user, programme, told, insist=self._insists)
        return Response({"candidate": made.pk, "kol": made.kol_id}, status=201)

    @extend_schema(request=RejectBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def reject(self, request, pk: str):
        """No longer suggested, until a date where one is given."""
        user, told = self._user(pk), self.checked(RejectBody)
        verbs.reject(self.actor, user, told["why"], told["look_again_on"])
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="suggest-again")
    def suggest_again(self, request, pk: str):
        """Take a rejection back."""
        verbs.suggest_again(self.actor, self._user(pk))
        return Response(status=204)

    @property
    def _insists(self) -> bool:
        return self.request.headers.get("Insist-On-Twin", "") == "true"

    def _user(self, pk: str) -> PlatformUser:
        found = platform_user_or_404(self.request.user, pk)
        self.demand_write_scope()
        return found
