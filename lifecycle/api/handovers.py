"""``/api/v1/handovers/``: files handed over, with their packs, until they are confirmed (DOMAIN 5.9)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from lifecycle import handover_pack
from lifecycle.days import installation_day
from lifecycle.handover_lists import HANDOVERS
from lifecycle.models import HandedFile, Handover
from lifecycle.services import handover as verbs
from profiles.models import Promise
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import row_or_404


class HandoverAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    handover = serializers.UUIDField(help_text="The act: files that went together share it.")
    kol = serializers.UUIDField()
    giver = serializers.CharField()
    receiver = serializers.CharField()
    state = serializers.ChoiceField(HandedFile.State.choices)
    handed_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    unowned_promises = serializers.IntegerField(help_text="Open promises for which nobody answers.")


class HandoverPage(Paged):
    results = HandoverAnswer(many=True)


class PackPromise(serializers.Serializer):
    id = serializers.UUIDField()
    by = serializers.ChoiceField(Promise.By.choices)
    what = serializers.CharField()
    due_on = serializers.DateField()
    owner = serializers.CharField(allow_null=True)


class PackLine(serializers.Serializer):
    what = serializers.CharField()
    when = serializers.CharField(allow_null=True)
    note = serializers.CharField()


class PackSection(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    lines = PackLine(many=True)


class PackNote(serializers.Serializer):
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    text = serializers.CharField()


class HandoverPack(HandoverAnswer):
    promises = PackPromise(many=True)
    sections = PackSection(many=True)
    notes = PackNote(many=True)


class AssignBody(StrictSerializer):
    promise = serializers.UUIDField()
    user = serializers.CharField(max_length=150, allow_null=True, help_text="By username; null: nobody.")


class HandoverNoteBody(StrictSerializer):
    text = serializers.CharField(max_length=2000)


class CompleteBody(StrictSerializer):
    handover = serializers.UUIDField(required=False, allow_null=True, default=None)


class CompleteAnswer(serializers.Serializer):
    confirmed = serializers.IntegerField()


def represent(rows: Iterable[HandedFile]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "handover": row.handover_id, "kol": row.kol_id}
        | {"giver": row.handover.giver.username, "receiver": row.handover.receiver.username}
        | {name: getattr(row, name) for name in ("state", "handed_at", "confirmed_at")}
        | {"due_on": row.handover.due_on, "unowned_promises": row.unowned}
        for row in rows
    ]


class HandoverResource(Resource):
    """Of the files one may see."""

    def found(self, pk: str, right: str, *, write: bool = False) -> HandedFile:
        """404 unless visible, then 403 without scope or right."""
        refusal = _("You may see this file but not do this.")
        rows = HandedFile.objects.for_list().select_related("kol__team")
        row_or_404(rows, self.request.user, pk, VIEW, refusal)
        if write or right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def shown(self, pk, status: int = 200) -> Response:
        row = HandedFile.objects.for_list().get(pk=pk)
        day = installation_day(timezone.now())
        promises = [
            {name: getattr(promise, name) for name in ("id", "by", "what", "due_on")}
            | {"owner": owner and owner.user.username}
            for promise, owner in handover_pack.promises(row.kol)
        ]
        sections = [
            {"key": one.key, "title": str(one.title)}
            | {"lines": [{"what": line.what, "when": line.when, "note": line.note} for line in one.lines]}
            for one in handover_pack.of(row.kol, day)
        ]
        notes = [
            {"at": said.at, "text": said.text, "user": said.user and said.user.username}
            for said in row.notes.select_related("user")
        ]
        pack = {"promises": promises, "sections": sections, "notes": notes}
        return Response(represent([row])[0] | pack, status)

    @extend_schema(parameters=parameters_of(HANDOVERS.filterset, HANDOVERS.sorts), responses=HandoverPage)
    def list(self, request):
        """The oldest first."""
        return self.listed(HANDOVERS, represent)

    @extend_schema(responses=HandoverPack)
    def retrieve(self, request, pk: str):
        """One file with its pack, as the file stands."""
        return self.shown(self.found(pk, VIEW).pk)

    @extend_schema(request=AssignBody, responses=HandoverPack)
    @action(detail=True, methods=["post"])
    def assign(self, request, pk: str):
        """Who answers for an open promise. 409 ``not_pending``."""
        row = self.found(pk, EDIT)
        body = self.checked(AssignBody)
        promise = Promise.objects.filter(pk=body["promise"], kol=row.kol).first()
        user = body["user"] and User.objects.filter(username=body["user"]).first()
        problems = {"promise": promise is None, "user": bool(body["user"]) and user is None}
        if any(problems.values()):
            raise ValidationError({name: _("There is no such row.") for name, bad in problems.items() if bad})
        verbs.assign(self.actor, row, promise, user or None)
        return self.shown(row.pk)

    @extend_schema(request=None, responses=HandoverPack)
    @action(detail=True, methods=["post"])
    def take(self, request, pk: str):
        """The receiver answers for all open promises for which nobody does. 409 ``not_pending``."""
        row = self.found(pk, EDIT)
        verbs.take(self.actor, row)
        return self.shown(row.pk)

    @extend_schema(request=HandoverNoteBody, responses={201: HandoverPack})
    @action(detail=True, methods=["post"])
    def notes(self, request, pk: str):
        """A question or remark, of which the other side is told."""
        row = self.found(pk, VIEW, write=True)
        verbs.demand_note(request.user, row)
        verbs.add_note(self.actor, row, self.checked(HandoverNoteBody)["text"])
        return self.shown(row.pk, 201)

    @extend_schema(request=None, responses=HandoverPack)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk: str):
        """By the receiver. 409 ``promises_open``, ``not_pending``."""
        row = self.found(pk, EDIT)
        verbs.confirm(self.actor, row)
        return self.shown(row.pk)

    @extend_schema(request=CompleteBody, responses=CompleteAnswer)
    @action(detail=False, methods=["post"], url_path="confirm-complete")
    def confirm_complete(self, request):
        """All files handed to oneself (by this act) whose open promises have owners; how many."""
        self.demand_write_scope()
        key, act = self.checked(CompleteBody)["handover"], None
        if key is not None:
            act = Handover.objects.filter(pk=key, receiver=request.user).first()
            if act is None:
                raise ValidationError({"handover": _("There is no such row.")})
        return Response({"confirmed": verbs.confirm_complete(self.actor, act)})
