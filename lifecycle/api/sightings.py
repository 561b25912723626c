"""``/api/v1/sightings/``: breaches that were seen, confirmed or dismissed (DOMAIN 5.6)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.proven import ProvenResource
from lifecycle.exclusivity_lists import SIGHTINGS
from lifecycle.models import CHANNELS, Exclusivity, Sighting
from lifecycle.services import sighting as verbs
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import row_or_404

PLAIN = (
    *("version", "seen_on", "channel", "what", "evidence", "links", "state", "due_on", "why"),
    *("decided_at", "created_at"),
)


class SightingEdit(StrictSerializer):
    seen_on = serializers.DateField(required=False)
    channel = serializers.ChoiceField(CHANNELS, required=False)
    what = serializers.CharField(max_length=300, required=False)
    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(), required=False, max_length=10)
    attachments = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Of the file; they replace those that stand."
    )


class SightingBody(SightingEdit):
    exclusivity = serializers.UUIDField()
    seen_on = serializers.DateField()
    channel = serializers.ChoiceField(CHANNELS)
    what = serializers.CharField(max_length=300)


class SightingDecision(StrictSerializer):
    why = serializers.CharField(max_length=2000)


class SightingAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    exclusivity = serializers.UUIDField()
    version = serializers.IntegerField()
    seen_on = serializers.DateField()
    channel = serializers.ChoiceField(CHANNELS)
    what = serializers.CharField()
    evidence = serializers.CharField()
    links = serializers.ListField(child=serializers.URLField())
    attachments = serializers.ListField(child=serializers.UUIDField())
    state = serializers.ChoiceField(Sighting.State.choices)
    due_on = serializers.DateField(allow_null=True)
    why = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    stop = serializers.UUIDField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class SightingPage(Paged):
    results = SightingAnswer(many=True)


class SightingResource(ProvenResource):
    """Sightings of breach on the files one may see."""

    model = Sighting

    def represent(self, rows: Iterable[Sighting]) -> list[dict[str, Any]]:
        return [
            {"id": row.pk, "kol": row.kol_id, "exclusivity": row.exclusivity_id, "stop": row.stop_id}
            | {name: getattr(row, name) for name in PLAIN}
            | self.people(row, "author", "decided_by")
            | {"attachments": [one.attachment_id for one in row.files.all()]}
            for row in rows
        ]

    @extend_schema(parameters=parameters_of(SIGHTINGS.filterset, SIGHTINGS.sorts), responses=SightingPage)
    def list(self, request):
        """Newest first."""
        return self.listed(SIGHTINGS, self.represent)

    @extend_schema(responses=SightingAnswer)
    def retrieve(self, request, pk: str):
        """One sighting with its decision."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=SightingBody, responses={201: SightingAnswer})
    def create(self, request):
        """A breach of an exclusivity was seen, with evidence."""
        asked = dict(self.checked(SightingBody))
        wanted = asked.pop("exclusivity")
        if not Exclusivity.objects.visible_to(request.user).filter(pk=wanted).exists():
            raise ValidationError({"exclusivity": _("There is no such row.")})
        refusal = _("You may see this exclusivity but not change it.")
        bound = row_or_404(Exclusivity.objects.select_related("kol"), request.user, wanted, EDIT, refusal)
        values, attachments = self.proven(asked, bound.kol_id)
        return self.shown(verbs.record(self.actor, bound, values, attachments or ()), 201)

    @extend_schema(request=SightingEdit, responses=SightingAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """While it is undecided. 409 ``wrong_state``."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        values, attachments = self.proven(dict(self.checked(SightingEdit)), row.kol_id)
        return self.shown(verbs.edit(self.actor, row, values, attachments, version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Recorded by mistake, while it is undecided; it stays in the history."""
        row = self.found(pk, EDIT)
        verbs.remove(self.actor, row, self.version_asked(row))
        return Response(status=204)

    @extend_schema(request=SightingDecision, responses=SightingAnswer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk: str):
        """It was a breach: the KOL is stopped in the same transaction."""
        return self.shown(verbs.confirm(self.actor, self.found(pk, EDIT), **self.checked(SightingDecision)))

    @extend_schema(request=SightingDecision, responses=SightingAnswer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request, pk: str):
        """It was none."""
        return self.shown(verbs.dismiss(self.actor, self.found(pk, EDIT), **self.checked(SightingDecision)))
