"""What the OpenAPI document says of every operation by itself: refusals, strict bodies, single answers."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, is_list_serializer, is_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from kol_crm.core.api import deprecation, field_shapes, filter_shapes
from kol_crm.core.api.problems import PROBLEM, ProblemAnswer
from kol_crm.core.api.strict import StrictSerializer

MERGED = {
    "description": "It has become a part of another row: `Location` leads there.",
    "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
}
TITLES = {
    "400": "Some fields or parameters were refused.",
    "401": "No token that is known and good.",
    "403": "No right, or the token lacks the scope.",
    "404": "Not there, or not visible.",
    "406": "Not to be had in the form that `Accept` asks for.",
    "409": "The state of things forbids it: `code` says what.",
    "410": "The cursor is worth nothing any more: begin anew.",
    "412": "If-Match is stale.",
    "413": "Send less at once.",
    "415": "The body is of no type that is read here.",
    "422": "Something else was sent under this Idempotency-Key.",
    "428": "If-Match is missing.",
    "429": "Too many calls: nothing was done; send it again after `Retry-After` seconds.",
}
_TEXT = {"schema": {"type": "string"}}
HEADERS = {
    "401": {"WWW-Authenticate": _TEXT},
    "429": {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."},
        "RateLimit-Policy": {**_TEXT, "description": "`q` calls at once, free again after `w` seconds."},
        "RateLimit": {**_TEXT, "description": "`r` calls left now, all free in `t` seconds."},
    },
}


class Schema(AutoSchema):
    """Of every operation, unless it names the answer itself."""

    def _is_list_view(self, serializer=None) -> bool:
        """An answer is an array only where it is declared as one (``many=True``)."""
        if isinstance(serializer, serializers.BaseSerializer):
            return is_list_serializer(serializer)
        return super()._is_list_view(serializer)

    def _map_serializer_field(self, field, direction, bypass_extensions=False):  # noqa: FBT002 - its own
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if schema is not None and "$ref" not in schema:
            field_shapes.narrow(field, schema, direction)
        return schema

    def _insert_field_validators(self, field, schema):
        super()._insert_field_validators(field, schema)
        field_shapes.with_blank(schema)

    def _map_basic_serializer(self, serializer, direction):
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        deprecation.mark_fields(serializer, schema)
        return schema

    def _get_parameters(self):
        """Of the query string each may stand without a value, unless it must be there (``queries.py``)."""
        parameters = super()._get_parameters()
        for one in parameters:
            if one["in"] == "query" and not one.get("required"):
                one["schema"] = filter_shapes.or_blank(one["schema"])
        return parameters

    def is_deprecated(self) -> bool:
        return deprecation.of_action(self.view) is not None

    def _get_response_bodies(self, direction="response"):
        answers = super()._get_response_bodies(direction)
        declared = self.get_response_serializers()
        if self.method == "DELETE" and is_serializer(declared):  # the library takes it for an empty answer
            answers = {"200": self._get_response_for_code(declared, "200")}
        for code in self._refusals():
            answers.setdefault(code, {"$ref": f"#/components/responses/{self._refusal(code)}"})
        if self.method in SAFE_METHODS and "{" in self.path:
            answers.setdefault("301", MERGED)
        if found := deprecation.of_action(self.view):
            deprecation.describe(found, answers)
        return dict(sorted(answers.items()))

    def _refusals(self) -> list[str]:
        """Which statuses a call of this kind may be refused with."""
        codes = ["400", "401", "403", "404", "406", "429"]
        given = self.get_override_parameters()
        headers = {getattr(one, "name", "") for one in given if getattr(one, "location", "") == "header"}
        if self.method not in SAFE_METHODS:
            codes += ["409", "412"]  # a version may stand in the body too
        if "If-Match" in headers:
            codes.append("428")
        if self.method == "POST":
            codes += ["413", "422"]
        if self._get_request_body():
            codes.append("415")
        return codes

    def _refusal(self, code: str) -> str:
        """The name of the component that describes this status, registered once."""
        name = f"Refused{code}"
        body: dict[str, Any] = self._get_response_for_code(ProblemAnswer, code, [PROBLEM])
        body["description"] = TITLES[code]
        if code in HEADERS:
            body["headers"] = HEADERS[code]
        component = ResolvedComponent(name, ResolvedComponent.RESPONSE, body, name)
        self.registry.register_on_missing(component)
        return name
