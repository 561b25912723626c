"""``/api/v1/exclusivities/``: the register, renewal, end in advance (DOMAIN 5.6)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import installation
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.proven import ProvenResource
from lifecycle.exclusivity_lists import EXCLUSIVITIES
from lifecycle.models import CHANNELS, ContentKind, Exclusivity
from lifecycle.services import exclusivity as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "scope", "channels", "kinds", "starts_on", "ends_on", "evidence", "links"),
    *("due_on", "ended_on", "ended_why", "created_at"),
)


class ExclusivityEdit(StrictSerializer):
    scope = serializers.CharField(max_length=300, required=False)
    channels = serializers.ListField(
        child=serializers.ChoiceField(CHANNELS), required=False, help_text="None: all but our own."
    )
    kinds = serializers.ListField(child=serializers.ChoiceField(ContentKind.choices), required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(), required=False, max_length=10)
    attachments = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Of the file; they replace those that stand."
    )


class ExclusivityBody(ExclusivityEdit):
    kol = serializers.UUIDField()
    scope = serializers.CharField(max_length=300)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class ExclusivityRenewal(StrictSerializer):
    ends_on = serializers.DateField()
    evidence = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(), required=False, max_length=10)


class ExclusivityEnd(StrictSerializer):
    why = serializers.CharField(max_length=2000)
    on = serializers.DateField(required=False, help_text="The last day; today, if left out.")


class ExclusivityAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(Exclusivity.State.choices)
    scope = serializers.CharField()
    channels = serializers.ListField(child=serializers.ChoiceField(CHANNELS))
    kinds = serializers.ListField(child=serializers.ChoiceField(ContentKind.choices))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    evidence = serializers.CharField()
    links = serializers.ListField(child=serializers.URLField())
    attachments = serializers.ListField(child=serializers.UUIDField())
    due_on = serializers.DateField(allow_null=True, help_text="The reminder that stands.")
    renews = serializers.UUIDField(allow_null=True)
    renewed_by = serializers.UUIDField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    ended_why = serializers.CharField()
    ended_by = serializers.CharField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ExclusivityPage(Paged):
    results = ExclusivityAnswer(many=True)


class ExclusivityResource(ProvenResource):
    """Exclusivities of the files one may see."""

    model = Exclusivity

    def represent(self, rows: Iterable[Exclusivity]) -> list[dict[str, Any]]:
        day = installation.day(self.actor.at)
        return [
            {"id": row.pk, "kol": row.kol_id, "state": row.state_on(day), "renews": row.renews_id}
            | {"renewed_by": row.renewal.pk if row.renewal else None}
            | {name: getattr(row, name) for name in PLAIN}
            | self.people(row, "author", "ended_by")
            | {"attachments": [one.attachment_id for one in row.files.all()]}
            for row in rows
        ]

    @extend_schema(
        parameters=parameters_of(EXCLUSIVITIES.filterset, EXCLUSIVITIES.sorts), responses=ExclusivityPage
    )
    def list(self, request):
        """Those that end first."""
        return self.listed(EXCLUSIVITIES, self.represent)

    @extend_schema(responses=ExclusivityAnswer)
    def retrieve(self, request, pk: str):
        """One exclusivity."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=ExclusivityBody, responses={201: ExclusivityAnswer})
    def create(self, request):
        """Put one on a file that one may edit, with evidence. 409 ``minor_without_consent``."""
        asked = dict(self.checked(ExclusivityBody))
        kol_id = asked.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        values, attachments = self.proven(asked, kol.pk)
        return self.shown(verbs.record(self.actor, kol, values, attachments or ()), 201)

    @extend_schema(request=ExclusivityEdit, responses=ExclusivityAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """While it was not ended in advance. 409 ``wrong_state``."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        values, attachments = self.proven(dict(self.checked(ExclusivityEdit)), row.kol_id)
        return self.shown(verbs.edit(self.actor, row, values, attachments, version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Noted by mistake. 409 ``in_use`` once a breach of it was seen or it was renewed."""
        row = self.found(pk, EDIT)
        verbs.remove(self.actor, row, self.version_asked(row))
        return Response(status=204)

    @extend_schema(request=ExclusivityRenewal, responses={201: ExclusivityAnswer})
    @action(detail=True, methods=["post"])
    def renew(self, request, pk: str):
        """It goes on from the day after its end; the answer is the renewal. 409 ``renewed``."""
        row = self.found(pk, EDIT)
        asked = dict(self.checked(ExclusivityRenewal))
        return self.shown(verbs.renew(self.actor, row, asked.pop("ends_on"), asked), 201)

    @extend_schema(request=ExclusivityEnd, responses=ExclusivityAnswer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk: str):
        """Ended in advance, with the reason. 409 ``over``, ``wrong_state``."""
        return self.shown(verbs.end(self.actor, self.found(pk, EDIT), **self.checked(ExclusivityEnd)))

    @extend_schema(request=None, responses=ExclusivityAnswer)
    @action(detail=True, methods=["post"])
    def seen(self, request, pk: str):
        """Its reminder was seen; the next one comes. 409 ``not_due``."""
        return self.shown(verbs.seen(self.actor, self.found(pk, EDIT)))
