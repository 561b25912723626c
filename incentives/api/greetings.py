"""``/api/v1/greetings/``: drafts, what became of them, and their steps, as on the page (DOMAIN 7.3)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import greeting_words
from incentives.greeting_lists import GREETINGS
from incentives.models import Greeting
from incentives.services import greeting as verbs
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Send
from profiles.models import Kol, TouchChannel
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import row_or_404

PLAIN = (
    *("version", "occasion", "about", "what", "year", "on", "state", "edited", "language", "subject", "body"),
    *("personal_line", "channel", "outcome", "done_at"),
)
REFUSAL = gettext_lazy("You may see this greeting but not send it.")


class GreetingBody(StrictSerializer):
    kol = serializers.UUIDField()
    what = serializers.CharField(max_length=160, help_text="The occasion in your own words.")
    on = serializers.DateField(required=False, help_text="The day it is for; today unless said.")
    token = serializers.UUIDField(required=False, help_text="The same token again makes no second draft.")


class GreetingEdit(StrictSerializer):
    subject = serializers.CharField(max_length=160, required=False)
    body = serializers.CharField(required=False)
    personal_line = serializers.CharField(required=False, allow_blank=True)


class GreetingByHandBody(StrictSerializer):
    channel = serializers.ChoiceField(TouchChannel.choices)


class GreetingSkipBody(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class GreetingAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    version = serializers.IntegerField()
    occasion = serializers.ChoiceField(Greeting.Occasion.choices)
    about = serializers.CharField(
        help_text="Which of its kind: an id, a festival's key, a count of followers."
    )
    what = serializers.CharField()
    year = serializers.IntegerField(help_text="The (lunar) year; 0 of what does not come round.")
    on = serializers.DateField()
    state = serializers.ChoiceField(Greeting.State.choices)
    edited = serializers.BooleanField()
    language = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField()
    personal_line = serializers.CharField()
    text = serializers.CharField(help_text="As it is sent.")
    channel = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True)
    delivery = serializers.ChoiceField(Send.State.choices, allow_blank=True, help_text="Of its mail.")
    attempts = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)


class GreetingPage(Paged):
    results = GreetingAnswer(many=True)


def represent(rows: Iterable[Greeting]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {
            "text": verbs.text_of(row),
            "outcome": greeting_words.outcome(row)
            if row.state == Greeting.State.FAILED
            else row.outcome_words,
            "delivery": row.send.state if row.send else "",
            "attempts": row.send.attempts if row.send else 0,
            "done_by": row.done_by.username if row.done_by else None,
        }
        for row in rows
    ]


class GreetingResource(Resource):
    """Greetings of the files one may see."""

    def found(self, pk: str, right: str) -> Greeting:
        """404 unless visible, then 403 without scope or right."""
        rows = Greeting.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, REFUSAL)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, REFUSAL)

    def shown(self, row: Greeting, status: int = 200) -> Response:
        answer = represent([Greeting.objects.for_list().get(pk=row.pk)])[0]
        return etagged(answer, answer["version"], status)

    def _step(self, pk: str, verb: Callable[..., Greeting], **values: Any) -> Response:
        return self.shown(verb(self.actor, self.found(pk, EDIT), **values))

    @extend_schema(parameters=parameters_of(GREETINGS.filterset, GREETINGS.sorts), responses=GreetingPage)
    def list(self, request):
        """The latest day first."""
        return self.listed(GREETINGS, represent)

    @extend_schema(responses=GreetingAnswer)
    def retrieve(self, request, pk: str):
        """One greeting with what became of its mail."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=GreetingBody, responses={201: GreetingAnswer})
    def create(self, request):
        """A draft for an occasion of one's own; 409 ``cannot_greet`` where nobody greets this KOL."""
        values = dict(self.checked(GreetingBody))
        kol_id = values.pop("kol")
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        return self.shown(verbs.begin(self.actor, kol, **values), 201)

    @extend_schema(request=GreetingEdit, responses=GreetingAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Words of the draft; from then on it waits for its operator."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, dict(self.checked(GreetingEdit)), version))

    @extend_schema(request=None, responses=GreetingAnswer)
    @action(detail=True, methods=["post"])
    def send(self, request, pk: str):
        """By mail, eight seconds from now; 409 ``cannot_greet`` says why not."""
        return self._step(pk, verbs.send_by_mail)

    @extend_schema(request=None, responses=GreetingAnswer)
    @action(detail=True, methods=["post"], url_path="call-back")
    def call_back(self, request, pk: str):
        """queued → draft; 409 ``too_late`` once it left."""
        return self._step(pk, verbs.call_back)

    @extend_schema(request=GreetingByHandBody, responses=GreetingAnswer)
    @action(detail=True, methods=["post"], url_path="by-hand")
    def by_hand(self, request, pk: str):
        """Sent by the operator; a touch is noted."""
        row = self.found(pk, EDIT)
        return self.shown(verbs.mark_by_hand(self.actor, row, **self.checked(GreetingByHandBody)))

    @extend_schema(request=None, responses=GreetingAnswer)
    @action(detail=True, methods=["post"])
    def arrived(self, request, pk: str):
        """A mail without reply arrived; 409 ``not_uncertain`` where nothing is."""
        return self._step(pk, verbs.mark_arrived)

    @extend_schema(request=GreetingSkipBody, responses=GreetingAnswer)
    @action(detail=True, methods=["post"])
    def skip(self, request, pk: str):
        """Not this time, with a reason."""
        row = self.found(pk, EDIT)
        return self.shown(verbs.skip(self.actor, row, **self.checked(GreetingSkipBody)))
