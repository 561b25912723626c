"""``/api/v1/webhooks/``: one's own, by the verbs of the page; secrets are answered once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import Delivery, Send, Webhook
from kol_crm.core.paging import Sort
from kol_crm.core.services import webhook as verbs
from kol_crm.core.webhook_lists import DeliveryFilter, deliveries_of


class WebhookEdit(StrictSerializer):
    """``fields_told``: a serializer has ``fields`` of its own."""

    name = serializers.CharField(max_length=80, required=False)
    url = serializers.CharField(max_length=500, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        max_length=100,
        help_text="`kol.updated`, `contact.*`; empty: everything.",
    )
    fields_told = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        max_length=100,
        help_text="Only changes of these fields; empty: of all.",
    )
    skip_own = serializers.BooleanField(required=False, help_text="Skip what its user did by the API.")
    active = serializers.BooleanField(required=False)


class WebhookBody(WebhookEdit):
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=500)


class WebhookAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    fields_told = serializers.ListField(child=serializers.CharField(), source="fields")
    skip_own = serializers.BooleanField()
    active = serializers.BooleanField()
    gone_at = serializers.DateTimeField(allow_null=True, help_text="When it answered 410.")
    stopped_at = serializers.DateTimeField(
        allow_null=True, help_text="When it switched itself off: nothing had arrived for days."
    )
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewWebhook(WebhookAnswer):
    secret = serializers.CharField(help_text="It signs; answered only now.")


class WebhookPage(Paged):
    results = WebhookAnswer(many=True)


class DeliveryAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    event = serializers.CharField()
    created_at = serializers.DateTimeField()
    state = serializers.ChoiceField(Send.State.choices, source="send.state", allow_null=True)
    attempts = serializers.IntegerField(source="send.attempts", allow_null=True)
    outcome = serializers.CharField(source="send.outcome", allow_null=True)


class DeliveryPage(Paged):
    results = DeliveryAnswer(many=True)


class WebhookFilter(FilterSet):
    """By nothing: one has few."""


WEBHOOKS = ListSpec(
    name="webhooks",
    rows=lambda user: Webhook.objects.filter(user=user),
    prepare=lambda rows: rows,
    filterset=WebhookFilter,
    sorts=(Sort("created", "created_at", "Created"),),
    default_sort="created",
    template="",
    rows_template="",
)


class WebhookResource(Resource):
    """Whoever may read by the API may be told by it."""

    def webhook(self, pk: str, *, write: bool = False) -> Webhook:
        row = Webhook.objects.filter(user=self.actor.person, pk=pk).first()
        if row is None:
            raise Http404
        if write:
            self.demand_write_scope()
        return row

    @extend_schema(parameters=parameters_of(WebhookFilter, WEBHOOKS.sorts), responses=WebhookPage)
    def list(self, request):
        """One's own, the oldest first."""
        return self.listed(WEBHOOKS, lambda rows: WebhookAnswer(rows, many=True).data)

    @extend_schema(responses=WebhookAnswer)
    def retrieve(self, request, pk: str):
        """One of them."""
        return _answer(self.webhook(pk))

    @extend_schema(request=WebhookBody, responses={201: NewWebhook})
    def create(self, request):
        """Another one. The secret in this answer is not answered again."""
        webhook, secret = self._verb(lambda: verbs.create(self.actor, _facts(self.checked(WebhookBody))))
        return _with_secret(webhook, secret, status.HTTP_201_CREATED)

    @extend_schema(request=WebhookEdit, responses=WebhookAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent. Switched on again it starts anew, also after a 410."""
        webhook = self.webhook(pk, write=True)
        version = self.version_asked(webhook)
        facts = _facts(self.checked(WebhookEdit))
        return _answer(self._verb(lambda: verbs.edit(self.actor, webhook, facts, version)))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """It is told nothing from now on."""
        webhook = self.webhook(pk, write=True)
        self.version_asked(webhook)
        verbs.remove(self.actor, webhook)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=NewWebhook)
    @action(detail=True, methods=["post"])
    def rotate(self, request, pk: str):
        """A new secret, answered once; for a day the old one signs beside it."""
        return _with_secret(*verbs.rotate(self.actor, self.webhook(pk, write=True)))

    @extend_schema(request=None, responses={202: DeliveryAnswer})
    @action(detail=True, methods=["post"])
    def test(self, request, pk: str):
        """A message without content."""
        delivery = verbs.test(self.actor, self.webhook(pk, write=True))
        return Response(DeliveryAnswer(delivery).data, status.HTTP_202_ACCEPTED)

    @extend_schema(
        parameters=parameters_of(DeliveryFilter, deliveries_of(Webhook()).sorts), responses=DeliveryPage
    )
    @action(detail=True)
    def deliveries(self, request, pk: str):
        """What it was told, the newest first; kept for 30 days."""
        spec = deliveries_of(self.webhook(pk))
        return self.listed(spec, lambda rows: DeliveryAnswer(rows, many=True).data)

    @extend_schema(request=None, responses={202: DeliveryAnswer})
    @action(detail=True, methods=["post"], url_path=r"deliveries/(?P<delivery>[0-9a-f-]{36})/replay")
    def replay(self, request, pk: str, delivery: str):
        """Send one message once more, under the same id."""
        rows = Delivery.objects.select_related("send", "webhook").filter(webhook=self.webhook(pk))
        try:
            row = rows.get(pk=delivery)
        except (Delivery.DoesNotExist, ValidationError):
            raise Http404 from None
        self.demand_write_scope()
        verbs.replay(self.actor, row)
        return Response(DeliveryAnswer(rows.get(pk=row.pk)).data, status.HTTP_202_ACCEPTED)

    def _verb(self, act):
        """Errors of the verb under the names of the body."""
        try:
            return act()
        except ValidationError as error:
            raise ValidationError(
                {_name(key): messages for key, messages in error.message_dict.items()}
            ) from error


def _name(key: str) -> str:
    return {"fields": "fields_told"}.get(key, key)


def _facts(checked: dict[str, Any]) -> dict[str, Any]:
    facts = dict(checked)
    if "fields_told" in facts:
        facts["fields"] = facts.pop("fields_told")
    return facts


def _answer(webhook: Webhook) -> Response:
    return etagged(WebhookAnswer(webhook).data, webhook.version)


def _with_secret(webhook: Webhook, secret: str, code: int = status.HTTP_200_OK) -> Response:
    return etagged(dict(WebhookAnswer(webhook).data) | {"secret": secret}, webhook.version, code)
