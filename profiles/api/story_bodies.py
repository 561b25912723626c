"""The shapes of a file's story and history."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.list_address import LARGEST_PAGE
from kol_crm.core.models import User
from profiles.changes import DOORS, Line
from profiles.timeline import PAGE, Entry, Place, sources


class StreamAsked(StrictSerializer):
    """What a reader may ask of the story."""

    kind = serializers.CharField(required=False, default="")
    cursor = serializers.CharField(required=False)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=LARGEST_PAGE)

    def validate_kind(self, kind: str) -> str:
        if kind and sources.get(kind) is None:
            raise serializers.ValidationError(_("There is no such kind of entry."))
        return kind

    def validate_cursor(self, token: str) -> Place:
        try:
            return Place.read(token)
        except ValueError:
            raise serializers.ValidationError(_("This is no place in the story.")) from None


class PinBody(StrictSerializer):
    """An entry by its place in the story, as ``timeline/`` answers it."""

    kind = serializers.CharField(max_length=40)
    entry = serializers.UUIDField(help_text="The ``id`` of the entry.")
    at = serializers.DateTimeField()


class LineAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    field = serializers.CharField(help_text="Empty: the row itself came or went.")
    label = serializers.CharField()
    before = serializers.CharField(allow_null=True, help_text="In words; contact data as its mask.")
    after = serializers.CharField(allow_null=True, help_text="In words; contact data as its mask.")


class EntryAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    body = serializers.CharField()
    who = serializers.CharField(allow_null=True)
    pinned = serializers.BooleanField()
    changes = LineAnswer(many=True, help_text="Of an entry that tells changes.")


class StreamAnswer(serializers.Serializer):
    """``pinned`` stands above the first page of the whole story only."""

    next = serializers.URLField(allow_null=True)
    pinned = EntryAnswer(many=True)
    results = EntryAnswer(many=True)


class ChangeAnswer(LineAnswer):
    at = serializers.DateTimeField()
    who = serializers.CharField(allow_null=True)
    door = serializers.ChoiceField(list(DOORS))
    reason = serializers.CharField()
    act = serializers.UUIDField(help_text="The change-set: what one person did at once.")
    model = serializers.CharField()
    row = serializers.UUIDField()
    restorable = serializers.BooleanField(help_text="Whether the token's user may put it back.")


class ChangePage(Paged):
    results = ChangeAnswer(many=True)


def name_of(who: Any) -> str | None:
    """A user by the name that files name them by; who is none by what they are called."""
    return who.username if isinstance(who, User) else (who and str(who))


def line(one: Line) -> dict[str, Any]:
    change = one.change
    return {
        "id": change.pk,
        "field": change.field,
        "label": one.label,
        "before": one.before,
        "after": one.after,
    }


def entry(one: Entry, *, pinned: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "kind": one.kind,
        "title": str(one.title),
        "note": str(one.note),
        "body": one.body,
        "who": name_of(one.who),
        "pinned": pinned,
        "changes": [line(each) for each in one.extra.get("lines", ())],
    }


def change(one: Line, *, restorable: bool) -> dict[str, Any]:
    act = one.change.change_set
    return line(one) | {
        "at": one.change.at,
        "who": name_of(act.user),
        "door": act.door,
        "reason": act.reason,
        "act": act.pk,
        "model": one.change.model,
        "row": one.change.row,
        "restorable": restorable,
    }
