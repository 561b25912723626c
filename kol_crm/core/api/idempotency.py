"""``Idempotency-Key``: what a client sends with a POST to be able to send it again (RELIABILITY 2)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.response import Response

from kol_crm.core import idempotency
from kol_crm.core.idempotency import Done

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
LARGEST_BODY = 20 * 1024 * 1024
COUNTING = ("If-Match", "Insist-On-Twin")  # headers that make the same body another request
KEPT = ("id", "version")
# What a replay says at the fields of a refused item: the words, which may name somebody, are not kept.
AGAIN = "Refused when this was sent first; send it under another key to be told why."

PRINTABLE = {"type": "string", "pattern": rf"^[!-~]([ -~]{{0,{LONGEST - 2}}}[!-~])?$"}
KEY = OpenApiParameter(
    HEADER,
    PRINTABLE,
    OpenApiParameter.HEADER,
    required=True,
    description="A key of your own (a UUID), the same when the same is sent again; kept for seven days.",
)


class KeyMissing(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_missing"
    default_detail = "Send an Idempotency-Key, and the same one when you send this again."


class KeyMalformed(KeyMissing):
    default_code = "idempotency_key_malformed"
    default_detail = f"An Idempotency-Key has 1 to {LONGEST} printable ASCII characters."


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = "Something else was sent under this Idempotency-Key."


class KeyRunning(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_key_running"
    default_detail = "What was sent under this Idempotency-Key is not answered yet."
    wait = 1  # seconds: Retry-After


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = "Send less at once."


def key_of(request) -> str:
    """The key that was sent, or nothing. Raises ``KeyMalformed``."""
    if HEADER not in request.headers:
        return ""
    key = request.headers[HEADER].strip()
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise KeyMalformed
    return key


def answer(resource, key: str, handler: Callable[..., Response], *args, **kwargs) -> Response:
    """What ``handler`` answers; sent again, the same status and ids, the objects as they stand now."""
    first: list[Response] = []

    def act() -> Done:
        first.append(handler(resource.request, *args, **kwargs))
        return Done(first[0].status_code, _kept(first[0]))

    digest = _digest(resource.request)
    try:
        done, replayed = idempotency.once(resource.actor, key, digest, act)
    except idempotency.Running:
        raise KeyRunning from None
    except idempotency.Reused:
        raise KeyReused from None
    if not replayed:
        return first[0]
    response = resource.replayed(done.status, done.answer)
    response.status_code = done.status
    response[REPLAYED] = "true"
    if done.answer.get("location"):
        response["Location"] = done.answer["location"]
    return response


def _digest(request) -> str:
    """Of address, headers that count, and body; keyed, for a body holds personal data."""
    plain = request._request
    if not hasattr(plain, "_body"):  # as ``body`` reads it, whose limit is one of forms
        if int(plain.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise BodyTooLarge
        plain._body = plain.read()
    said = [request.method, plain.get_full_path(), *(request.headers.get(name, "") for name in COUNTING)]
    head = "\n".join(said).encode() + b"\n\n"
    return salted_hmac("idempotency", head + plain._body, algorithm="sha256").hexdigest()


def _kept(response: Response) -> dict[str, Any]:
    """Of what was answered what may be kept: ids and versions. A resource may say more in ``kept``."""
    kept = dict(getattr(response, "kept", {}))
    if not kept and isinstance(response.data, Mapping):
        kept = {name: response.data[name] for name in KEPT if name in response.data}
        kept = {name: one if isinstance(one, int) else str(one) for name, one in kept.items()}
    if "Location" in response:
        kept["location"] = response["Location"]
    return kept
