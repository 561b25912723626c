"""What every operation of the OpenAPI document may answer besides its own: 401 and 429."""

from typing import Any

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "For people."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs; it stays what it is."},
    },
    "required": ["type", "title", "status", "code"],
}
_TEXT = {"type": "string"}
_HEADERS = {
    "RateLimit-Policy": {"schema": _TEXT, "description": "`q` calls at once, free again after `w` seconds."},
    "RateLimit": {"schema": _TEXT, "description": "`r` calls left now, all free in `t` seconds."},
}


def _refusal(description: str, headers: dict[str, Any]) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        "description": description,
        "headers": headers,
        "content": {"application/problem+json": problem},
    }


RESPONSES = {
    "Unauthorized": _refusal(
        "`not_authenticated`, `authentication_failed`: no token, or one that opens nothing.",
        {"WWW-Authenticate": {"schema": _TEXT}},
    ),
    "TooManyRequests": _refusal(
        "`too_many_requests`: nothing was done; send it again after `Retry-After` seconds.",
        {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}, **_HEADERS},
    ),
}


def refusals(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components.setdefault("responses", {}).update(RESPONSES)
    for operations in result["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            responses.setdefault("401", {"$ref": "#/components/responses/Unauthorized"})
            responses.setdefault("429", {"$ref": "#/components/responses/TooManyRequests"})
    return result
