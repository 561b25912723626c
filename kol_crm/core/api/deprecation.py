"""How an operation or a field of the API takes its leave: RFC 9745, RFC 8594 (policy: docs/api.md).

    @deprecated(since=date(2027, 1, 10), until=date(2027, 7, 10), instead="kols/<id>/facts/")
    def brief(self, request, pk): …

    class KolAnswer(serializers.Serializer):
        class Meta:
            deprecated = {"nickname": Deprecated(date(2027, 1, 10), date(2027, 7, 10), "aliases")}

An operation is announced by the headers of its answers and ``deprecated: true`` in the OpenAPI document; a
field in the document only, for it is always answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.http import http_date
from rest_framework.response import Response

SHORTEST = 180  # days that both stand (docs/api.md)
ATTRIBUTE = "deprecated_as"


@dataclass(frozen=True)
class Deprecated:
    """``since`` it should be used no more, from ``until`` it may be gone; ``instead``: what to use."""

    since: date
    until: date
    instead: str

    def __post_init__(self):
        if (self.until - self.since).days < SHORTEST:
            raise ValueError(f"What is deprecated stands for {SHORTEST} days more.")

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "Sunset": http_date(_midnight(self.until).timestamp()),
        }

    @property
    def words(self) -> str:
        return f"Deprecated since {self.since}, may be gone from {self.until}: use {self.instead}."


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def deprecated(*, since: date, until: date, instead: str) -> Callable[[Callable], Callable]:
    """Marks one action of a resource."""

    def mark(action: Callable) -> Callable:
        setattr(action, ATTRIBUTE, Deprecated(since, until, instead))
        return action

    return mark


def of_action(view: Any) -> Deprecated | None:
    """What is said of the action that a resource is asked for, if anything."""
    action = getattr(view, getattr(view, "action", None) or "", None)
    return getattr(action, ATTRIBUTE, None)


def announce(view: Any, response: Response) -> None:
    """Every answer of a deprecated action says so, its refusals too."""
    if found := of_action(view):
        for name, value in found.headers.items():
            response[name] = value


def describe(found: Deprecated, answers: dict[str, Any]) -> None:
    """Into the document: the headers of each answer that is written out there."""
    for answer in answers.values():
        if "$ref" not in answer:
            answer.setdefault("headers", {}).update(
                {name: {"schema": {"type": "string"}, "description": found.words} for name in found.headers}
            )


def mark_fields(serializer: Any, schema: dict[str, Any]) -> None:
    """Into the document: which fields of this body or answer are deprecated."""
    named = getattr(getattr(serializer, "Meta", None), "deprecated", {})
    for name, found in named.items():
        field = schema["properties"][name]
        field["deprecated"] = True
        field["description"] = f"{field.get('description', '')} {found.words}".strip()
