"""``/api/v1/outreach/``: start, attempts with their results, a mail, unreachable, stop (DOMAIN 4.8, 4.9)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import attempts
from lifecycle.models import LADDER_CHOICES, WORK, Attempt, Candidate, Outreach, Result
from lifecycle.outreach_list import OUTREACHES
from lifecycle.services import outreach as verbs
from lifecycle.services import outreach_mail
from lifecycle.services.outreach import No
from profiles.models.querysets import EDIT, TOUCH
from profiles.services.access import row_or_404


class StartBody(StrictSerializer):
    candidate = serializers.UUIDField()
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HeardBody(StrictSerializer):
    """A refusal says its ``cause``; ``look_again_on`` is by default after the policy's days."""

    result = serializers.ChoiceField(Result.choices)
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    cause = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    look_again_on = serializers.DateField(required=False, allow_null=True, default=None)


class AttemptBody(HeardBody):
    channel = serializers.ChoiceField(LADDER_CHOICES)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class MailBody(StrictSerializer):
    subject = serializers.CharField(max_length=120)
    body = serializers.CharField(max_length=4000)
    voice_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class StopBody(StrictSerializer):
    why = serializers.CharField(max_length=2000)


class AttemptAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    channel = serializers.ChoiceField(LADDER_CHOICES)
    result = serializers.ChoiceField(Result.choices, help_text="As far as it is known by now.")
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    touch = serializers.UUIDField()


class OutreachAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField()
    candidate = serializers.UUIDField()
    programme = serializers.UUIDField()
    state = serializers.ChoiceField(Outreach.State.choices)
    next_channel = serializers.CharField(help_text="Empty: every known channel was tried.")
    next_on = serializers.DateField(allow_null=True)
    why = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    attempts = AttemptAnswer(many=True)


class OutreachPage(Paged):
    results = OutreachAnswer(many=True)


PLAIN = ("version", "state", "next_channel", "next_on", "why", "created_at", "ended_at")


def represent(rows: Iterable[Outreach]) -> list[dict[str, Any]]:
    rows = list(rows)
    shown = attempts.shown_of([row.pk for row in rows])
    return [
        {"id": row.pk, "kol": row.kol_id, "candidate": row.candidate_id}
        | {"programme": row.candidate.programme_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {
            "attempts": [
                {
                    "id": one.attempt.pk,
                    "channel": one.attempt.channel,
                    "result": one.result.value,
                    "at": one.attempt.at,
                    "user": one.attempt.user and one.attempt.user.username,
                    "touch": one.attempt.touch_id,
                }
                for one in shown[row.pk]
            ]
        }
        for row in rows
    ]


class OutreachResource(Resource):
    """Outreach to the files one may see."""

    def row(self, pk: str, right: str) -> Outreach:
        """404 unless visible, then 403 without scope or right."""
        refusal = _("You may see this but not write to them.")
        rows = Outreach.objects.for_list()
        row_or_404(rows, self.request.user, pk, "view", refusal)
        if right != "view":
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, refusal)

    def answer(self, pk, status: int = 200) -> Response:
        shown = represent([Outreach.objects.for_list().get(pk=pk)])[0]
        return etagged(shown, shown["version"], status)

    @extend_schema(parameters=parameters_of(OUTREACHES.filterset, OUTREACHES.sorts), responses=OutreachPage)
    def list(self, request):
        """What is due first."""
        return self.listed(OUTREACHES, represent)

    @extend_schema(responses=OutreachAnswer)
    def retrieve(self, request, pk: str):
        """One outreach with its attempts."""
        return self.answer(self.row(pk, "view").pk)

    @extend_schema(request=StartBody, responses={201: OutreachAnswer})
    def create(self, request):
        """Begin to write to a candidate. 409: ``programme_not_live`` (no purpose or deeds), ``already_live``,
        ``no_go``, ``quiet``, ``second_voice`` without a reason.
        """
        checked = self.checked(StartBody)
        rows = Candidate.objects.select_related("kol", "programme")
        candidate = rows.visible_to(request.user).filter(pk=checked["candidate"]).first()
        if candidate is None:
            raise ValidationError({"candidate": _("There is no such row.")})
        if not rows.visible_to(request.user, WORK).filter(pk=candidate.pk).exists():
            raise PermissionDenied(_("You may see this but not write to them."))
        return self.answer(verbs.start(self.actor, candidate, checked["voice_reason"]).pk, 201)

    @extend_schema(request=AttemptBody, responses={201: OutreachAnswer})
    @action(detail=True, methods=["post"])
    def attempt(self, request, pk: str):
        """Write an attempt down with its result; it is a touch. 409 ``second_voice`` without a reason."""
        row = self.row(pk, TOUCH)
        checked = self.checked(AttemptBody)
        no = No(checked["cause"], checked["look_again_on"])
        verbs.attempt(
            self.actor,
            row,
            checked["channel"],
            checked["result"],
            text=checked["text"],
            at=checked["at"],
            voice_reason=checked["voice_reason"],
            no=no,
        )
        return self.answer(row.pk, 201)

    @extend_schema(request=HeardBody, responses=OutreachAnswer)
    @action(detail=True, methods=["post"], url_path="attempts/(?P<attempt>[0-9a-f-]{36})/heard")
    def heard(self, request, pk: str, attempt: str):
        """What came of an attempt later."""
        row = self.row(pk, TOUCH)
        made = Attempt.objects.made().filter(outreach=row, pk=attempt).select_related("outreach__kol").first()
        if made is None:
            raise Http404
        checked = self.checked(HeardBody)
        no = No(checked["cause"], checked["look_again_on"])
        verbs.heard(self.actor, made, checked["result"], text=checked["text"], no=no)
        return self.answer(row.pk)

    @extend_schema(request=MailBody, responses={202: OutreachAnswer})
    @action(detail=True, methods=["post"])
    def mail(self, request, pk: str):
        """Put a mail into the outbox; once sent it is an attempt. 409 ``second_voice`` without a reason."""
        row = self.row(pk, EDIT)
        checked = self.checked(MailBody)
        outreach_mail.write(self.actor, row, checked["subject"], checked["body"], checked["voice_reason"])
        return self.answer(row.pk, 202)

    @extend_schema(request=None, responses=OutreachAnswer)
    @action(detail=True, methods=["post"])
    def unreachable(self, request, pk: str):
        """Every known channel was tried twice; 409 ``channels_left`` names the others."""
        return self.answer(verbs.mark_unreachable(self.actor, self.row(pk, TOUCH)).pk)

    @extend_schema(request=StopBody, responses=OutreachAnswer)
    @action(detail=True, methods=["post"])
    def stop(self, request, pk: str):
        """Nobody writes to them any more, for now."""
        row = self.row(pk, TOUCH)
        return self.answer(verbs.stop(self.actor, row, self.checked(StopBody)["why"]).pk)
