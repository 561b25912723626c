"""``/api/v1/personas/``: versions of personas and their way to approval (DOMAIN 5.5)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.growing_lists import PERSONAS
from lifecycle.models import Persona
from lifecycle.services import persona as verbs
from profiles.models.querysets import EDIT, VIEW

PLAIN = ("version", "number", "state", *verbs.FACTS, "submitted_at", "approved_at", "sent_back", "created_at")
PEOPLE = ("author", "submitted_by", "approved_by")


def lines(**options) -> serializers.ListField:
    """A list of short lines; the model says what is wrong with it, at its name."""
    return serializers.ListField(child=serializers.CharField(), required=False, **options)


class PersonaEdit(StrictSerializer):
    highlights = lines()
    story = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    image = serializers.CharField(max_length=500, required=False, allow_blank=True)
    tone = serializers.CharField(max_length=500, required=False, allow_blank=True)
    points = lines(help_text="What they stand for: at least two before it is approved.")
    topics_in = lines()
    topics_out = lines()


class PersonaBody(PersonaEdit):
    """What is not given is taken over from the version in force."""

    kol = serializers.UUIDField()


class SendBackBody(StrictSerializer):
    why = serializers.CharField(max_length=500)


class PersonaAnswer(PersonaBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True, help_text="Of the row; ``number`` is the persona’s.")
    number = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(Persona.State.choices, read_only=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    submitted_by = serializers.CharField(read_only=True, allow_null=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    approved_by = serializers.CharField(read_only=True, allow_null=True)
    approved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    sent_back = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class PersonaPage(Paged):
    results = PersonaAnswer(many=True)


def represent(rows: Iterable[Persona]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {name: getattr(row, name).username if getattr(row, name) else None for name in PEOPLE}
        for row in rows
    ]


class PersonaResource(OfFile):
    """Versions of the personas of the files one may see."""

    model, refusal = Persona, _("You may see this persona but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(PERSONAS.filterset, PERSONAS.sorts), responses=PersonaPage)
    def list(self, request):
        """The newest first."""
        return self.listed(PERSONAS, represent)

    @extend_schema(responses=PersonaAnswer)
    def retrieve(self, request, pk: str):
        """One version."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=PersonaBody, responses={201: PersonaAnswer})
    def create(self, request):
        """A draft of the next version; 409 ``persona_open`` while another is."""
        kol, values = self.of_kol(PersonaBody)
        return self.shown(verbs.draft(self.actor, kol, values), 201)

    @extend_schema(request=PersonaEdit, responses=PersonaAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent, while it is a draft."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(PersonaEdit), version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Throw a draft away."""
        row = self.found(pk, EDIT)
        verbs.drop(self.actor, row, self.version_asked(row))
        return Response(status=204)

    @extend_schema(request=None, responses=PersonaAnswer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk: str):
        """Ask for approval; 409 ``persona_incomplete`` with what is ``missing``."""
        return self.shown(verbs.submit(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=None, responses=PersonaAnswer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk: str):
        """In force from now on; only a manager who neither wrote nor submitted it."""
        return self.shown(verbs.approve(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=SendBackBody, responses=PersonaAnswer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request, pk: str):
        """A draft again."""
        return self.shown(verbs.send_back(self.actor, self.found(pk, EDIT), **self.checked(SendBackBody)))
