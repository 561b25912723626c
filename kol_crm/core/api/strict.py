"""Bodies of which nothing is passed over: unknown names and values of another JSON type are refused."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

UNKNOWN = "There is no such field."
ANOTHER_TYPE = "This is not of the type that the OpenAPI document says."
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]*)?")


# A docstring would be that of every body in the document.
# A form (multipart) has no types: there every value is a text, and is read as one.
class StrictSerializer(serializers.Serializer):
    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            wrong = {name: [UNKNOWN] for name in sorted(set(data) - set(self.fields))}
            if not isinstance(data, QueryDict):
                data = {name: _whole(value) for name, value in data.items()}
                wrong |= self._of_another_type(data) | self._too_long(data)
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)

    def _of_another_type(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        found = {}
        for name, field in self.fields.items():
            if name in data and not _fits(field, data[name]):
                found[name] = [ANOTHER_TYPE]
        return found

    def _too_long(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        """A text counts as it was sent, as the document has it; what is trimmed off counts too."""
        found = {}
        for name, field in self.fields.items():
            longest, value = getattr(field, "max_length", None), data.get(name)
            if longest and isinstance(field, serializers.CharField) and len(str(value or "")) > longest:
                found[name] = [field.error_messages["max_length"].format(max_length=longest)]
        return found


class OneByOne(serializers.ListSerializer):
    """Rows that are answered one by one: what is no row is refused at its place, and not the request."""


def _whole(value: Any) -> Any:
    """5.0 is an integer in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fits(field: serializers.Field, value: Any) -> bool:
    """Whether the value has the JSON type that the document says; null is the field's own to judge."""
    if value is None:
        return True
    match field:
        case serializers.BooleanField():
            return isinstance(value, bool)
        case serializers.IntegerField():
            return isinstance(value, int) and not isinstance(value, bool)
        case serializers.ListField():
            return not isinstance(value, list) or all(_fits(field.child, one) for one in value)
        case serializers.ManyRelatedField():
            return isinstance(value, list)
        case serializers.DictField():
            return not isinstance(value, dict) or all(_fits(field.child, one) for one in value.values())
        case serializers.DecimalField():
            return isinstance(value, str) and DECIMAL.fullmatch(value) is not None
        case serializers.CharField() | serializers.UUIDField():  # which takes a number for an id's bits
            return isinstance(value, str)
    return True
