"""``/api/v1/conflicts/``: conflicts between a KOL and users until they are closed (DOMAIN 5.10)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.conduct_lists import CONFLICTS
from lifecycle.models import Conflict
from lifecycle.services import conflict as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "what", "users", "detail", "links", "due_on", "state", "outcome"),
    *("created_at", "closed_at"),
)


class ConflictEdit(StrictSerializer):
    what = serializers.CharField(max_length=300, required=False)
    users = serializers.CharField(max_length=200, required=False)
    detail = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(), required=False, max_length=10)
    due_on = serializers.DateField(required=False)


class ConflictBody(ConflictEdit):
    kol = serializers.UUIDField()
    what = serializers.CharField(max_length=300)
    users = serializers.CharField(max_length=200)


class FollowBody(StrictSerializer):
    text = serializers.CharField(max_length=2000)
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class ConflictEnd(StrictSerializer):
    outcome = serializers.CharField(max_length=2000)


class ConflictStepAnswer(serializers.Serializer):
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    next_on = serializers.DateField(allow_null=True)


class ConflictAnswer(ConflictBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    due_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(Conflict.State.choices, read_only=True)
    outcome = serializers.CharField(read_only=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    steps = ConflictStepAnswer(many=True, read_only=True)


class ConflictPage(Paged):
    results = ConflictAnswer(many=True)


def represent(rows: Iterable[Conflict]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "author": row.author.username if row.author else None}
        | {name: getattr(row, name) for name in PLAIN}
        | {
            "steps": [
                {"at": step.at, "text": step.text, "next_on": step.next_on}
                | {"user": step.user.username if step.user else None}
                for step in row.steps.all()
            ]
        }
        for row in rows
    ]


class ConflictResource(OfFile):
    """Conflicts of the files one may see."""

    model = Conflict
    refusal = gettext_lazy("You may see this conflict but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(CONFLICTS.filterset, CONFLICTS.sorts), responses=ConflictPage)
    def list(self, request):
        """The one to look at next first."""
        return self.listed(CONFLICTS, represent)

    @extend_schema(responses=ConflictAnswer)
    def retrieve(self, request, pk: str):
        """One conflict with its steps."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=ConflictBody, responses={201: ConflictAnswer})
    def create(self, request):
        """Note one on a file that one may edit."""
        values = dict(self.checked(ConflictBody))
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        return self.shown(verbs.add(self.actor, kol, values), 201)

    @extend_schema(request=ConflictEdit, responses=ConflictAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent, while it is open."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(ConflictEdit), version))

    @extend_schema(request=FollowBody, responses=ConflictAnswer)
    @action(detail=True, methods=["post"])
    def follow(self, request, pk: str):
        """What was done, and when to look at it next."""
        return self.shown(verbs.follow(self.actor, self.found(pk, EDIT), **self.checked(FollowBody)))

    @extend_schema(request=ConflictEnd, responses=ConflictAnswer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk: str):
        """It is over."""
        return self.shown(verbs.close(self.actor, self.found(pk, EDIT), **self.checked(ConflictEnd)))

    @extend_schema(request=None, responses=ConflictAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """It flares up again."""
        return self.shown(verbs.reopen(self.actor, self.found(pk, EDIT)))
