"""``/api/v1/me/notice-settings/``, ``me/feeds/``: what a token's user is told, and what they subscribe to."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.feed_words import OwnFeed, address_of, own
from kol_crm.core.models import NoticeSettings, User
from kol_crm.core.notice_rules import EVERY
from kol_crm.core.services import feed as feeds
from kol_crm.core.services import notice_settings as verbs


class Hour(serializers.IntegerField):
    """Of the user's own day."""

    def __init__(self, **options):
        super().__init__(min_value=0, max_value=23, **options)


class NoticeKindAnswer(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField(help_text="For people.")
    offered = serializers.ListField(child=serializers.CharField(), help_text="Where it can go.")
    channels = serializers.ListField(child=serializers.CharField(), help_text="Where it goes.")


class NoticeSettingsAnswer(serializers.Serializer):
    kinds = NoticeKindAnswer(many=True)
    morning_hour = serializers.IntegerField(help_text="Of the user's own day.")
    working_days = serializers.BooleanField(help_text="Mails go on working days only.")
    quiet_from = serializers.IntegerField()
    quiet_until = serializers.IntegerField(help_text="The same as quiet_from: there are no quiet hours.")
    version = serializers.IntegerField()


class NoticeSettingsBody(StrictSerializer):
    channels = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=f"By kind, of {', '.join(EVERY)}; kinds left out stay.",
    )
    morning_hour = Hour(required=False)
    working_days = serializers.BooleanField(required=False)
    quiet_from = Hour(required=False)
    quiet_until = Hour(required=False)


class SubscriptionAnswer(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField(help_text="For people.")
    since = serializers.DateTimeField(allow_null=True, help_text="Null: there is no address.")
    in_clear = serializers.BooleanField(help_text="With the contacts of one's own KOLs.")


class MadeSubscriptionAnswer(SubscriptionAnswer):
    url = serializers.CharField(help_text="The secret address; it is told this once.")


class SubscriptionBody(StrictSerializer):
    in_clear = serializers.BooleanField(required=False, default=False)


class NoticeSettingsResource(Resource):
    @extend_schema(operation_id="me_notice_settings", responses=NoticeSettingsAnswer)
    def retrieve(self, request):
        """What the token's user is told, where and when."""
        return _shown(request.user, verbs.of(request.user))

    @extend_schema(
        operation_id="me_notice_settings_change",
        request=NoticeSettingsBody(partial=True),
        responses=NoticeSettingsAnswer,
        parameters=[IF_MATCH],
    )
    def partial_update(self, request):
        """Change what is sent."""
        self.demand_write_scope()
        version = self.version_asked(verbs.of(request.user))
        changes = dict(self.checked(NoticeSettingsBody, partial=True))
        return _shown(request.user, verbs.edit(self.actor, changes, version))


def _shown(user: User, row: NoticeSettings) -> Response:
    kinds = [
        {
            "kind": one.key,
            "name": str(one.label),
            "offered": one.channels,
            "channels": sorted(row.channels.get(one.key, one.usual)),
        }
        for one in verbs.offered(user)
    ]
    names = ("morning_hour", "working_days", "quiet_from", "quiet_until", "version")
    answer: dict[str, Any] = {"kinds": kinds} | {name: getattr(row, name) for name in names}
    return etagged(answer, row.version)


class FeedResource(Resource):
    @extend_schema(operation_id="me_feeds", responses=SubscriptionAnswer(many=True))
    def list(self, request):
        """The calendar and the address book one can subscribe to."""
        return Response([_feed(one) for one in own(request.user)])

    @extend_schema(operation_id="me_feed_make", request=SubscriptionBody, responses=MadeSubscriptionAnswer)
    def update(self, request, kind: str):
        """A new secret address; an earlier one opens nothing from now on."""
        self._known(kind)
        self.demand_write_scope()
        in_clear = self.checked(SubscriptionBody)["in_clear"]
        if in_clear:
            self.demand_scope("contacts:read")
        token = feeds.make(self.actor, kind, in_clear=in_clear)
        made = next(one for one in own(request.user) if one.key == kind)
        return Response(_feed(made) | {"url": address_of(token, kind)})

    @extend_schema(operation_id="me_feed_revoke", responses={204: None})
    def destroy(self, request, kind: str):
        """The address opens nothing any more; again is harmless."""
        self._known(kind)
        self.demand_write_scope()
        feeds.revoke(self.actor, kind)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _known(self, kind: str) -> None:
        if kind not in {one.key for one in own(self.actor.person)}:
            raise Http404


def _feed(one: OwnFeed) -> dict[str, Any]:
    return {"kind": one.key, "name": str(one.kind.label), "since": one.since, "in_clear": one.in_clear}
