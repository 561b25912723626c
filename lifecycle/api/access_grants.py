"""``/api/v1/access-grants/``: features and data sets opened to KOLs (DOMAIN 5.5)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.growing_lists import ACCESS
from lifecycle.models import AccessGrant
from lifecycle.services import access_grant as verbs
from profiles.models import Level
from profiles.models.querysets import EDIT, VIEW

PLAIN = (
    *("version", "kind", "what", "since", "until", "level", "note", "state", "created_at", "withdrawn_at"),
    *("by_level", "reason"),
)


class AccessEdit(StrictSerializer):
    until = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class AccessBody(AccessEdit):
    kol = serializers.UUIDField()
    kind = serializers.ChoiceField(AccessGrant.Kind.choices)
    what = serializers.CharField(max_length=200)
    since = serializers.DateField(required=False, allow_null=True)
    level = serializers.ChoiceField(
        Level.choices, required=False, allow_blank=True, help_text="Withdrawn once theirs is below it."
    )


class AccessWithdrawBody(StrictSerializer):
    why = serializers.CharField(max_length=300)


class AccessAnswer(AccessBody):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(AccessGrant.State.choices)
    granted_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_null=True)
    by_level = serializers.BooleanField()
    reason = serializers.CharField()


class AccessPage(Paged):
    results = AccessAnswer(many=True)


def represent(rows: Iterable[AccessGrant]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "granted_by": row.author.username if row.author else None}
        | {name: getattr(row, name) for name in PLAIN}
        | {"withdrawn_by": row.withdrawn_by.username if row.withdrawn_by else None}
        for row in rows
    ]


class AccessResource(OfFile):
    """Access granted to the KOLs one may see."""

    model, refusal = AccessGrant, _("You may see this access but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(ACCESS.filterset, ACCESS.sorts), responses=AccessPage)
    def list(self, request):
        """The newest first."""
        return self.listed(ACCESS, represent)

    @extend_schema(responses=AccessAnswer)
    def retrieve(self, request, pk: str):
        """One of them."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=AccessBody, responses={201: AccessAnswer})
    def create(self, request):
        """Grant it; 400 at ``level`` where the file does not have that level."""
        kol, values = self.of_kol(AccessBody)
        return self.shown(verbs.grant(self.actor, kol, values), 201)

    @extend_schema(request=AccessEdit, responses=AccessAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Extend or shorten it."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(AccessEdit), version))

    @extend_schema(request=AccessWithdrawBody, responses=AccessAnswer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk: str):
        """Take it away by hand."""
        return self.shown(
            verbs.withdraw(self.actor, self.found(pk, EDIT), **self.checked(AccessWithdrawBody))
        )

    @extend_schema(request=None, responses=AccessAnswer)
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request, pk: str):
        """It was withdrawn by mistake, or the level is back."""
        return self.shown(verbs.give_back(self.actor, self.found(pk, EDIT)))
