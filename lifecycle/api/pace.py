"""``/api/v1/pace/``: how many KOLs each field has room for, with its arithmetic (DOMAIN 4.1)."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import pace
from lifecycle.days import installation_day
from lifecycle.services import pace as verbs
from lifecycle.services.reaching import demand_files
from profiles.models import Field


class PaceAnswer(serializers.Serializer):
    field = serializers.CharField()
    day = serializers.DateField()
    state = serializers.ChoiceField(["undersupplied", "in_band", "oversupplied", "unknown"])
    word = serializers.ChoiceField(["room", "hold", "oversupplied", "unknown"])
    value = serializers.IntegerField(allow_null=True, help_text="For how many there is room.")
    parts = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.CharField())


class PaceList(serializers.Serializer):
    results = PaceAnswer(many=True)


class DemandBody(StrictSerializer):
    field = serializers.SlugRelatedField("slug", queryset=Field.objects.all())  # type: ignore[assignment]
    month = serializers.DateField(help_text="Any day of the month.")
    users = serializers.IntegerField(min_value=0, max_value=verbs.MOST)
    source = serializers.CharField(max_length=40, required=False, allow_blank=True, default="api")


class DemandsBody(StrictSerializer):
    rows = DemandBody(many=True, max_length=verbs.MOST_ROWS)


class BandBody(StrictSerializer):
    since = serializers.DateField()
    low = serializers.IntegerField(max_value=verbs.MOST)
    high = serializers.IntegerField(max_value=verbs.MOST)


class CapBody(StrictSerializer):
    since = serializers.DateField()
    kols = serializers.IntegerField(min_value=0, max_value=verbs.MOST, allow_null=True)


class Taken(serializers.Serializer):
    taken = serializers.IntegerField()


class PaceResource(Resource):
    """The pace of fields is the platform's: whoever works with files sees it."""

    lookup_value_regex = "[a-z0-9_-]{1,40}"

    @extend_schema(responses=PaceList)
    def list(self, request):
        """All fields, as of the installation's day."""
        demand_files(request.user)
        found = pace.on(self._day(), Field.objects.all())
        return Response({"results": [one.as_json() for one in found.values()]})

    @extend_schema(responses=PaceAnswer)
    def retrieve(self, request, pk: str):
        """One field, by its slug."""
        return self._answer(self._field(pk))

    @extend_schema(request=DemandsBody, responses=Taken)
    @action(detail=False, methods=["post"])
    def demands(self, request):
        """Active users interested, per field and month: all rows or none."""
        demand_files(request.user)
        self.demand_write_scope()
        rows = self.checked(DemandsBody)["rows"]
        return Response({"taken": len(verbs.take_demands(self.actor, rows))})

    @extend_schema(request=BandBody, responses=PaceAnswer)
    @action(detail=True, methods=["post"])
    def band(self, request, pk: str):
        """Users that an active KOL should serve, from a day on."""
        field = self._field(pk)
        self.demand_write_scope()
        verbs.set_band(self.actor, field, **self.checked(BandBody))
        return self._answer(field)

    @extend_schema(request=CapBody, responses=PaceAnswer)
    @action(detail=True, methods=["post"])
    def cap(self, request, pk: str):
        """KOLs a month at most, from a day on; null lifts the cap."""
        field = self._field(pk)
        self.demand_write_scope()
        verbs.set_cap(self.actor, field, **self.checked(CapBody))
        return self._answer(field)

    def _field(self, slug: str) -> Field:
        demand_files(self.request.user)
        found = Field.objects.filter(slug=slug).first()
        if found is None:
            raise Http404
        return found

    def _answer(self, field: Field) -> Response:
        return Response(pace.of(field, self._day()).as_json())

    @staticmethod
    def _day():
        return installation_day(timezone.now())
