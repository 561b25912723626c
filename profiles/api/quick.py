"""``/api/v1/kols/{id}/facts/``: the strip over the composer, what to know before one writes to them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import policy
from profiles import quickfacts
from profiles.api.file import FileResource
from profiles.services import access, touch
from profiles.warmth import warmth_of


class QuickAnswer(serializers.Serializer):
    key = serializers.ChoiceField(quickfacts.KEYS)
    text = serializers.CharField(help_text="In words, as the page says it.")
    tone = serializers.ChoiceField(["", "ok", "warn", "bad"])
    more = serializers.CharField(allow_blank=True, help_text="What it rests on.")


class QuickPage(serializers.Serializer):
    results = QuickAnswer(many=True)


class QuickResource(FileResource):
    """For whoever sees the file; no contact data stands in it."""

    @extend_schema(responses=QuickPage)
    @action(detail=True)
    def facts(self, request, pk: str):
        """The most important first; what is not known is left out."""
        kol = access.kol_or_404(request.user, pk)
        warmth = warmth_of(kol, touch.interval(kol, policy.current()))
        found = quickfacts.strip(kol, warmth, kol.contacts.all(), timezone.localtime())
        rows = [
            {"key": one.key, "text": str(one.text), "tone": one.tone, "more": str(one.title)} for one in found
        ]
        return Response({"results": rows})
