"""``/api/v1/jobs/``, for admins: what the jobs did and do next, what the outbox waits for (RELIABILITY 1)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import job_board, rights
from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Generation, Send
from kol_crm.core.services import holding_back
from kol_crm.core.services import job as verbs


class RunAnswer(serializers.Serializer):
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seen = serializers.IntegerField()
    done = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    error = serializers.CharField()


class JobAnswer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    last = RunAnswer(allow_null=True)
    failure = RunAnswer(allow_null=True, help_text="The latest run of a week in which something failed.")
    asked_by = serializers.CharField(allow_null=True, help_text="Who asked for a run that waits.")
    next_at = serializers.DateTimeField()


class TroubledAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    attempts = serializers.IntegerField()
    outcome = serializers.CharField()
    created_at = serializers.DateTimeField()


class HeldKindAnswer(serializers.Serializer):
    kind = serializers.CharField()
    count = serializers.IntegerField()
    oldest = serializers.DateTimeField(help_text="When the first of them was due.")


class GenerationAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    cause = serializers.ChoiceField(Generation.Cause.choices)
    began_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class HoldAnswer(serializers.Serializer):
    """What is held since the database was restored, or is a copy."""

    is_everything = serializers.BooleanField(help_text="New mail does not go either.")
    generation = GenerationAnswer(allow_null=True)
    kinds = HeldKindAnswer(many=True)


class HeldBody(StrictSerializer):
    kind = serializers.CharField(required=False, help_text="Of one kind; without it, of all.")


class DecidedAnswer(serializers.Serializer):
    count = serializers.IntegerField()


class OutboxAnswer(serializers.Serializer):
    counts = serializers.DictField(child=serializers.IntegerField())
    oldest_due = serializers.DateTimeField(allow_null=True)
    troubled = TroubledAnswer(many=True)
    hold = HoldAnswer()


class JobBoardAnswer(serializers.Serializer):
    jobs = JobAnswer(many=True)
    outbox = OutboxAnswer()


class JobResource(Resource):
    """Jobs go by their names."""

    scopes = {"read": "kols:read", "write": "users:write"}
    lookup_value_regex = r"[\w-]+"

    @extend_schema(operation_id="jobs", responses=JobBoardAnswer)
    def list(self, request):
        """Every job with its last and next run, and what the outbox waits for."""
        rights.demand(request.user, rights.edits_users)
        now = timezone.now()
        told = {"jobs": job_board.board(now), "outbox": job_board.outbox(now)}
        return Response(JobBoardAnswer(told).data)

    @extend_schema(request=None, responses={202: None})
    @action(detail=True, methods=["post"])
    def run(self, _request, pk: str):
        """A worker runs it now, beside its usual hour."""
        self.demand_admin()
        try:
            verbs.run_now(self.actor, pk)
        except ValidationError:
            raise Http404 from None
        return Response(status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path=r"mail/(?P<send>[0-9a-f-]{36})/again")
    def send_again(self, _request, send: str):
        """A mail to a colleague that failed or is uncertain goes again."""
        self.demand_admin()
        verbs.send_again(self.actor, get_object_or_404(Send, pk=send))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=HeldBody, responses=DecidedAnswer)
    @action(detail=False, methods=["post"], url_path=r"held/(?P<act>release|resume|send|sent)")
    def held(self, _request, act: str):
        """After a restore: `release` all, `resume` sending, `send` what is held, count it as `sent`."""
        self.demand_admin()
        kind = self.checked(HeldBody).get("kind", "")
        return Response({"count": holding_back.decide(self.actor, act, kind)})

    def demand_admin(self) -> None:
        rights.demand(self.actor.person, rights.edits_users)
        self.demand_write_scope()
