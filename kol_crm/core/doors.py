"""The doors through which people and machines act: each turns its caller into an ``Actor``."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from kol_crm.core.actor import Actor


def page_actor(request, *, reason: str = "") -> Actor:
    """Whoever is logged in, now."""
    return Actor(request.user, "page", timezone.now(), reason)


def api_actor(request) -> Actor:
    """The token's user, now; ``If-Match: *`` insists over a stale version and is recorded so."""
    return Actor(
        request.user, "api", timezone.now(), insists=request.headers.get("If-Match", "").strip() == "*"
    )


def address_of(request) -> str:
    """From where a program calls, as the login has it; empty where the server does not say."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return ""
