"""``POST /api/v1/kols/bulk/``: up to a thousand files at once, by the ids that a source knows them by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.idempotency import AGAIN, KEY
from kol_crm.core.api.strict import OneByOne, StrictSerializer
from kol_crm.core.text import to_keep
from profiles.api.push_rows import Reader, head
from profiles.api.serializers import KolBody
from profiles.models import Kol
from profiles.services import push, source
from profiles.services.push_item import REFUSED, STATUSES, Sent, Taken

MOST_ITEMS = 1_000
KEPT = ("status", "id", "version", "code")


class NotAll(APIException):
    """``atomic``: some items were refused, so nothing was written; ``results`` says which."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_all"
    default_detail = "Some items were refused, so that nothing was written."

    def __init__(self, results: list[dict[str, Any]]):
        super().__init__()
        self.extra = {"counts": counts(results), "results": results}


class PushItem(KolBody):
    """The facts that are sent change, null clears; contacts and accounts are added to or changed, never taken
    off; other lists that are sent replace the list."""

    class Meta:
        list_serializer_class = OneByOne

    external_id = serializers.CharField(max_length=120, help_text="By which the source knows the file.")
    id = serializers.UUIDField(required=False, help_text="The file that is meant, where the id is new to it.")
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="As held: another one is a conflict."
    )
    insist_on_twin = serializers.BooleanField(
        default=False, help_text="Make a new file over a twin or an earlier no."
    )
    name = serializers.CharField(max_length=120, required=False)


class PushBody(StrictSerializer):
    source = serializers.CharField(max_length=40, help_text="The key of a source of yours (Settings).")
    atomic = serializers.BooleanField(default=False, help_text="All items or none.")
    items = PushItem(many=True, allow_empty=False, max_length=MOST_ITEMS, help_text=f"At most {MOST_ITEMS}.")


class PushOutcome(serializers.Serializer):
    """``code`` and ``errors`` (by field) say why an item was refused: nothing of it is in."""

    item = serializers.IntegerField(help_text="Its place in what was sent, from 0.")
    external_id = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="Of the file, as it stands now.")
    code = serializers.CharField(allow_blank=True)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    twins = serializers.ListField(child=serializers.JSONField(), required=False)
    unseen = serializers.ListField(child=serializers.CharField(), required=False)
    no_gos = serializers.ListField(child=serializers.JSONField(), required=False)


class PushCounts(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    conflict = serializers.IntegerField()
    rejected = serializers.IntegerField()


class PushAnswer(serializers.Serializer):
    counts = PushCounts()
    results = PushOutcome(many=True)


class PushResource(Resource):
    """Files by the ids of a source."""

    keyed = frozenset({"create"})

    @extend_schema(request=PushBody, responses={200: PushAnswer}, parameters=[KEY])
    def create(self, request):
        """Each item is taken in or refused by itself; the answer is 200, with what became of each.

        With ``atomic`` 409 ``not_all`` where any was refused: then nothing is written.
        """
        whose, atomic, items = self._asked(request.data)
        sent = [head(one) for one in items]
        actor = replace(self.actor, reason=whose.name)
        try:
            taken = push.take_in(actor, whose, sent, Reader(request.user).read, atomic=atomic)
        except push.Spoiled as spoiled:
            raise NotAll(_told(sent, spoiled.taken)) from None
        results = _told(sent, taken)
        response = Response({"counts": counts(results), "results": results})
        response.kept = {"results": [_kept(one) for one in results]}
        return response

    def _asked(self, data: Any):
        """The source, whether all or none, the items. Raises a 400 keyed by field."""
        items = data.get("items") if isinstance(data, Mapping) else None
        plain = isinstance(items, list) and 0 < len(items) <= MOST_ITEMS
        shape = _Head if plain else _HeadWithItems
        checked = shape(data={**data, "items": []} if plain else data)
        checked.is_valid(raise_exception=True)
        values = checked.validated_data
        return source.of(self.request.user, values["source"]), values["atomic"], items

    def replayed(self, status: int, answer: Mapping[str, Any]) -> Response:
        """The same statuses and ids; the versions as they stand now, of files that are still seen."""
        sent = [head(one) for one in self.request.data["items"]]
        ids = {UUID(one["id"]) for one in answer["results"] if one["id"]}
        seen = Kol.objects.visible_to(self.request.user).filter(pk__in=ids)
        versions = {str(pk): version for pk, version in seen.values_list("pk", "version")}
        results = [
            {
                "item": place,
                "external_id": one.external_id,
                "status": kept["status"],
                "id": kept["id"],
                "version": versions.get(kept["id"]),
                "code": kept["code"],
                "errors": {name: [AGAIN] for name in kept["fields"]},
            }
            for place, (one, kept) in enumerate(zip(sent, answer["results"], strict=True))
        ]
        return Response({"counts": counts(results), "results": results})


class _Head(StrictSerializer):
    source = serializers.CharField(max_length=40)
    atomic = serializers.BooleanField(default=False)
    items = serializers.JSONField()


class _HeadWithItems(_Head):
    items = serializers.ListField(
        child=serializers.JSONField(allow_null=True), allow_empty=False, max_length=MOST_ITEMS
    )


def counts(results: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found = Counter(one["status"] for one in results)
    return {name: found[name] for name in STATUSES}


def _told(sent: Sequence[Sent], taken: Sequence[Taken]) -> list[dict[str, Any]]:
    return [
        {
            "item": place,
            "external_id": one.external_id,
            "status": became.status,
            "id": became.kol,
            "version": became.version,
            "code": became.code,
            "errors": became.errors,
            **became.details,
        }
        for place, (one, became) in enumerate(zip(sent, taken, strict=True))
    ]


def _kept(result: Mapping[str, Any]) -> dict[str, Any]:
    """Of an outcome what a replay needs: no words, which may name people."""
    kept = {name: result[name] for name in KEPT}
    kept["id"] = str(kept["id"]) if kept["id"] else None
    fields = [to_keep(name) for name in result["errors"]] if result["status"] in REFUSED else []
    return kept | {"fields": fields}
