"""Every refusal of the API as ``application/problem+json`` (RFC 9457) with a stable code."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kol_crm.core.api.problems import PROBLEM
from kol_crm.core.errors import Conflict, Moved, Refused


class PreconditionRequired(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = "Send If-Match with the ETag you hold, or * to insist."


class PreconditionFailed(exceptions.APIException):
    """The version held by the client is stale; ``extra`` says what has changed since."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale_version"
    default_detail = "The row has changed since you read it."

    def __init__(self, conflict: Conflict):
        super().__init__()
        self.extra = {"version": conflict.current.version, "changed": sorted(conflict.changed)}


class FullSyncRequired(exceptions.APIException):
    """The cursor is worth nothing any more; ``extra`` says why, and where to begin anew."""

    status_code = status.HTTP_410_GONE
    default_code = "full_sync_required"
    default_detail = "Begin anew: take a cursor at start, then list everything, then read on from the cursor."

    def __init__(self, reason: str, start: str):
        super().__init__()
        self.extra = {"reason": reason, "start": start}


def by_field(error: DjangoValidationError) -> dict[str, list[str]]:
    """Messages keyed by field; those of the whole form under ``non_field_errors``."""
    if not hasattr(error, "error_dict"):
        return {"non_field_errors": error.messages}
    return {
        "non_field_errors" if field == NON_FIELD_ERRORS else field: messages
        for field, messages in error.message_dict.items()
    }


def flat(detail: Any, place: str = "") -> dict[str, list[str]]:
    """Errors of nested bodies keyed as the verbs do it: ``contacts.0.value``."""
    if isinstance(detail, list) and any(isinstance(one, dict) for one in detail):
        detail = dict(enumerate(detail))
    if not isinstance(detail, dict):
        return {place or "non_field_errors": [str(message) for message in detail]}
    found: dict[str, list[str]] = {}
    for key, inner in detail.items():
        if inner:
            found |= flat(inner, f"{place}.{key}" if place else str(key))
    return found


def problem_body(code: int, kind: str, title: str) -> dict[str, Any]:
    """What every refusal says at least."""
    return {"type": f"urn:kol-crm:problem:{kind}", "title": title, "status": code, "code": kind}


def _response(code: int, kind: str, title: str, **more) -> Response:
    return Response(problem_body(code, kind, title) | more, status=code, content_type=PROBLEM)


def _moved(moved: Moved, request) -> Response:
    """Reading leads on; what was to be written is not: the client decides."""
    url = request.get_full_path().replace(str(moved.row), str(moved.to))
    if request.method in SAFE_METHODS:
        return Response(status=301, headers={"Location": url})
    words = "This has become a part of another row."
    response = _response(409, "merged", words, survivor=str(moved.to))
    response["Location"] = url
    return response


def problem(exc: Exception, context: dict) -> Response | None:
    """DRF's exception handler: the same error under the same key as on the page."""
    set_rollback()
    return _moved(exc, context["request"]) if isinstance(exc, Moved) else _refusal(exc)


def _refusal(exc: Exception) -> Response | None:
    match exc:
        case Http404():
            return _response(404, "not_found", "Not found.")
        case PermissionDenied():
            return _response(403, "permission_denied", str(exc) or "You may not do this.")
        case Conflict():
            return _refusal(PreconditionFailed(exc))
        case Refused():
            return _response(409, exc.code, str(exc.message), **exc.details)
        case DjangoValidationError():
            return _response(400, "invalid", "Some fields were refused.", errors=by_field(exc))
        case exceptions.ValidationError():
            return _response(400, "invalid", "Some fields were refused.", errors=flat(exc.detail))
        case exceptions.APIException():
            more = getattr(exc, "extra", {})
            response = _response(exc.status_code, exc.default_code, str(exc.detail), **more)
            if header := getattr(exc, "auth_header", None):
                response["WWW-Authenticate"] = header
            if wait := getattr(exc, "wait", None):
                response["Retry-After"] = str(int(wait))
            return response
    return None
