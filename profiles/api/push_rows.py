"""Items of ``POST /api/v1/kols/bulk/``, read plainly: a serializer for each would take longer than the write.

What is plain is taken as it stands; everything else goes to the serializer's own field, so that the words of
a refusal are those of the single POST.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework import serializers

from kol_crm.core.api.errors import by_field, flat
from kol_crm.core.models import User
from profiles.api import bodies
from profiles.api.kols import CLEARED_BY_PUT
from profiles.api.serializers import KolBody, StrengthBody
from profiles.models import Field, KolType
from profiles.models.words import Channel, Platform
from profiles.services import access
from profiles.services.push_item import Item, Sent

OWN = frozenset({"external_id", "version", "id", "insist_on_twin"})
LONGEST_ID = 120
CONTACT = frozenset({"channel", "value", "label"})
ACCOUNT = {"platform": 12, "external_id": 120, "handle": 120, "title": 160, "url": 300}
CLEARABLE = frozenset(CLEARED_BY_PUT)
CHANNELS, PLATFORMS = frozenset(Channel.values), frozenset(Platform.values)
LISTS = frozenset({"contacts", "accounts", "fields", "tags", "attributes"})
EMPTIED = ("fields", "tags")  # lists that null clears; contacts and accounts are taken off one by one
Words = dict[str, list[str]]


def head(raw: Any) -> Sent:
    """By what an item is known, before the rest of it is looked at."""
    if not isinstance(raw, Mapping):
        return Sent(raw, "", "", errors={"item": [_("An item is an object.")]})
    errors: Words = {}
    external_id, version, kol = raw.get("external_id"), raw.get("version"), raw.get("id")
    if isinstance(external_id, int) and not isinstance(external_id, bool):
        external_id = str(external_id)
    if (
        not isinstance(external_id, str)
        or not 0 < len(external_id.strip()) <= LONGEST_ID
        or not external_id.isprintable()
    ):
        errors["external_id"] = [
            _("Give the id by which you know it, in at most %(n)d characters.") % {"n": LONGEST_ID}
        ]
        external_id = ""
    if version is not None and (type(version) is not int or version < 1):
        errors["version"] = [_("A version is a whole number from 1.")]
    if kol is not None:
        try:
            kol = UUID(kol) if isinstance(kol, str) else None
        except ValueError:
            kol = None
        if kol is None:
            errors["id"] = [_("This is not an id.")]
    insists = raw.get("insist_on_twin", False)
    if not isinstance(insists, bool):
        errors["insist_on_twin"] = [_("Say true or false.")]
    return Sent(raw, external_id.strip(), _digest(raw), version, kol, insists is True, errors)


def _is_id(raw: Any) -> bool:
    return isinstance(raw, str) and raw.isprintable() and 0 < len(raw.strip()) <= LONGEST_ID


def _digest(raw: Mapping[str, Any]) -> str:
    try:
        said = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError:  # half a character, which is refused at its field
        return ""
    return DIGEST.of(said)


class _Digest:
    """A keyed hash; the key is derived once, as a thousand items come at a time."""

    @cached_property
    def _keyed(self):
        return salted_hmac("push", b"", algorithm="sha256")

    def of(self, said: bytes) -> str:
        hashed = self._keyed.copy()
        hashed.update(said)
        return hashed.hexdigest()


DIGEST = _Digest()


class Reader:
    """Reads items for one user; what words stand for is looked up once."""

    def __init__(self, user: User):
        self.user = user
        self.body = KolBody().fields

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {row.slug: row for row in Field.objects.all()}

    @cached_property
    def types(self) -> dict[str, KolType]:
        return {row.slug: row for row in KolType.objects.all()}

    @cached_property
    def owners(self) -> dict[str, User]:
        return {row.username: row for row in access.owners_for(self.user).select_related("team")}

    def read(self, sent: Sequence[Sent]) -> list[Item]:
        return [self._item(one.raw) for one in sent]

    def _item(self, raw: Mapping[str, Any]) -> Item:
        item = Item()
        unknown = raw.keys() - self.body.keys() - OWN
        item.errors |= {str(name): ["There is no such field."] for name in sorted(unknown, key=str)}
        for name, value in raw.items():
            if name in OWN or name in unknown:
                continue
            try:
                self._take(item, name, value)
            except serializers.ValidationError as error:
                item.errors |= flat(error.detail, name)
            except ValidationError as error:
                item.errors |= by_field(error)
        return item

    def _take(self, item: Item, name: str, value: Any) -> None:
        if value is None and name in CLEARABLE:
            item.facts[name] = bodies.blank(name)
            return
        if value is None and name in EMPTIED:
            value = []
        if name in LISTS:
            setattr(item, name, self._list(name, value))
        else:
            item.facts[name] = self._fact(name, value)

    def _list(self, name: str, value: Any) -> Any:
        match name:
            case "contacts":
                return self._rows(name, value, _plain_contact)
            case "accounts":
                return self._rows(name, value, _plain_account)
            case "fields":
                return self._strengths(value)
        return self.body[name].run_validation(value)

    def _fact(self, name: str, value: Any) -> Any:
        match name:
            case "owner":
                return self._owner(self._plain(name, value) if value is not None else None)
            case "type":
                return self._named(self.body[name], self.types, value)
            case "agency":
                return self._plain(name, value) or None
        return self._plain(name, value)

    def _plain(self, name: str, value: Any) -> Any:
        field = self.body[name]
        if type(value) is str and type(field) is serializers.CharField and value.isprintable():
            trimmed = value.strip()
            most = field.max_length
            if (trimmed or field.allow_blank) and (most is None or len(trimmed) <= most):
                return trimmed
        return field.run_validation(value)

    def _owner(self, username: str | None) -> User:
        if not username:
            raise ValidationError({"owner": _("A file that has an owner keeps one.")})
        if username not in self.owners:
            raise ValidationError({"owner": _("There is no such user whom you may give a file to.")})
        return self.owners[username]

    @staticmethod
    def _named(field: Any, rows: Mapping[str, Any], slug: Any) -> Any:
        if isinstance(slug, str) and slug in rows:
            return rows[slug]
        words = str(field.error_messages["does_not_exist"]).format(slug_name="slug", value=slug)
        raise serializers.ValidationError([words])

    def _strengths(self, value: Any) -> list[tuple[Field, int | None]]:
        if not isinstance(value, list):
            return self.body["fields"].run_validation(value)
        shape, found, errors = StrengthBody().fields, [], {}
        for place, entry in enumerate(value):
            try:
                found.append(self._strength(shape, entry))
            except serializers.ValidationError as error:
                errors |= flat(error.detail, str(place))
        if errors:
            raise serializers.ValidationError(errors)
        return found

    def _strength(self, shape: Any, entry: Any) -> tuple[Field, int | None]:
        if not isinstance(entry, Mapping) or entry.keys() - shape.keys() or "field" not in entry:
            checked = StrengthBody(data=entry)
            checked.is_valid(raise_exception=True)
        field = entry["field"]
        if not isinstance(field, str) or field not in self.fields:
            message = str(shape["field"].error_messages["does_not_exist"]).format(
                slug_name="slug", value=field
            )
            raise serializers.ValidationError({"field": [message]})
        if "strength" not in entry:
            return self.fields[field], None
        try:
            return self.fields[field], shape["strength"].run_validation(entry["strength"])
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"strength": error.detail}) from error

    @staticmethod
    def _rows(name: str, value: Any, plain: Any) -> list[dict[str, Any]]:
        if isinstance(value, list) and all(map(plain, value)):
            return [{key: one.strip() for key, one in entry.items()} for entry in value]
        checked = KolBody().fields[name].run_validation(value)
        return bodies.lists_of({name: checked})[name]


def _plain_contact(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.keys() - CONTACT:
        return False
    channel, value, label = entry.get("channel"), entry.get("value"), entry.get("label", "")
    return (
        type(channel) is type(value) is type(label) is str
        and channel in CHANNELS
        and 0 < len(value.strip()) <= 300
        and value.isprintable()
        and len(label) <= 40
        and label.isprintable()
    )


def _plain_account(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.keys() - ACCOUNT.keys():
        return False
    words = all(
        type(one) is str and len(one) <= ACCOUNT[name] and one.isprintable() for name, one in entry.items()
    )
    return words and entry.get("platform") in PLATFORMS
