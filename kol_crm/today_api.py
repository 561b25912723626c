"""``/api/v1/today/``: what is due for the token's user, put off, handed over, done (DOMAIN 8.1)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm import today, today_done, today_hands
from kol_crm.core import snooze
from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.due import DueRow
from kol_crm.core.models import User
from kol_crm.views.today import row_key
from profiles.models import Kol
from profiles.services import handed_row

KIND = OpenApiParameter("kind", OpenApiTypes.STR, description="One kind of row; without it all.")


class DueAnswer(serializers.Serializer):
    key = serializers.CharField(help_text="Names the row: its kind and an id.")
    kind = serializers.CharField()
    kol = serializers.UUIDField(allow_null=True)
    subject = serializers.CharField()
    why = serializers.CharField()
    due = serializers.DateField()
    first = serializers.BooleanField(help_text="An overdue promise of ours: before all others.")
    stands_in_for = serializers.CharField(allow_null=True)
    handed_by = serializers.CharField(allow_null=True)


class DueCountAnswer(serializers.Serializer):
    kind = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField(help_text="1,001 stands for more than 1,000.")


class TodayAnswer(serializers.Serializer):
    day = serializers.DateField()
    counts = DueCountAnswer(many=True)
    rows = DueAnswer(many=True, help_text="The first 500, up to a week ahead.")


class DoneAnswer(serializers.Serializer):
    kind = serializers.CharField()
    kol = serializers.UUIDField(allow_null=True)
    subject = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class DoneListAnswer(serializers.Serializer):
    rows = DoneAnswer(many=True)


class KeyBody(StrictSerializer):
    key = serializers.CharField(max_length=120)


class PutOffBody(KeyBody):
    until = serializers.CharField(max_length=10, help_text="``1`` or ``3`` (days), ``monday``, or a day.")


class HandBody(KeyBody):
    receiver = serializers.SlugRelatedField("username", queryset=User.objects.filter(is_active=True))
    word = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


def _of_file(subject: Any) -> dict[str, Any]:
    return {
        "kol": subject.pk if isinstance(subject, Kol) else None,
        "subject": getattr(subject, "name", None) or str(subject),
    }


def represent(row: DueRow) -> dict[str, Any]:
    names = ("key", "kind", "why", "due", "first")
    return {
        **_of_file(row.subject),
        **{name: getattr(row, name) for name in names},
        "stands_in_for": row.stands_in_for.username if row.stands_in_for else None,
        "handed_by": row.handed.giver.username if row.handed else None,
    }


class TodayResource(Resource):
    """One's own queue. Rows are finished through what they are about: a touch, a promise, a review, ..."""

    def _demand_files(self, user: User) -> None:
        if user.role == User.Role.FINANCE:
            raise PermissionDenied(_("Today lists what is due for KOL files, which finance does not see."))

    def _found(self) -> tuple[DueRow, today_hands.Part, dict[str, Any]]:
        """The row of the body's key in one's queue. Raises ``Http404``."""
        body = self.checked(HandBody)
        found = today.find(self.request.user, timezone.localdate(), row_key(body["key"]))
        if found is None or not today_hands.may_hand(found[0]):
            raise Http404
        self.demand_write_scope()
        return *found, body

    @extend_schema(parameters=[KIND], responses=TodayAnswer)
    def list(self, request):
        """Soonest first, our overdue promises before all."""
        self._demand_files(request.user)
        kind = request.GET.get("kind", "")
        if kind and not today.is_kind(kind):
            raise Http404
        queue = today.load(request.user, timezone.localdate(), kind, today.MOST_SHOWN)
        counts = [{"kind": one.kind, "label": str(one.label), "count": one.count} for one in queue.chips]
        return Response({"day": queue.day, "counts": counts, "rows": [represent(row) for row in queue.rows]})

    @extend_schema(responses=DoneListAnswer)
    @action(detail=False)
    def done(self, request):
        """What one finished today, newest first, told from the facts."""
        self._demand_files(request.user)
        acts = today_done.of(request.user, today_done.since_midnight())
        names = ("kind", "words", "at")
        rows = [{**_of_file(act.subject), **{name: getattr(act, name) for name in names}} for act in acts]
        return Response({"rows": rows})

    @extend_schema(request=PutOffBody, responses={204: None})
    @action(detail=False, methods=["post"])
    def snooze(self, request):
        """Hide a row from oneself until a day."""
        self._demand_files(request.user)
        body, day = self.checked(PutOffBody), timezone.localdate()
        self.demand_write_scope()
        snooze.put_off(self.actor, row_key(body["key"]), snooze.day_for(body["until"], day), day)
        return Response(status=204)

    @extend_schema(request=KeyBody, responses={204: None})
    @action(detail=False, methods=["post"], url_path="wake")
    def wake(self, request):
        """Show a row again that was put off."""
        self._demand_files(request.user)
        body = self.checked(KeyBody)
        self.demand_write_scope()
        snooze.take_back(self.actor, row_key(body["key"]))
        return Response(status=204)

    @extend_schema(request=HandBody, responses={204: None})
    @action(detail=False, methods=["post"], url_path="hand-over")
    def hand_over(self, request):
        """Hand a row to a colleague who sees its file; it stands in their queue."""
        self._demand_files(request.user)
        row, part, body = self._found()
        today_hands.hand(self.actor, row, part.holder, body["receiver"], body["word"])
        return Response(status=204)

    @extend_schema(request=KeyBody, responses={204: None})
    @action(detail=False, methods=["post"], url_path="take-back")
    def take_back(self, request):
        """What one handed over, or was handed, stands with its holder again."""
        self._demand_files(request.user)
        key = row_key(self.checked(KeyBody)["key"])
        row = handed_row.concerning(request.user).filter(key=key).first()
        if row is None:
            raise Http404
        self.demand_write_scope()
        handed_row.take_back(self.actor, row)
        return Response(status=204)
