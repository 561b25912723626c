"""Who calls the API, and what their token allows."""

import hmac
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from kol_crm.core.kept import KeptRows
from kol_crm.core.models import ApiToken

SCOPES = (
    "kols:read",
    "kols:write",
    "figures:write",
    "contacts:read",
    "users:write",
    "policy:write",
)
INVALID = "Invalid token."  # in the words of Django REST framework, which has them in all languages
NOTED_AGAIN = timedelta(hours=1)
DEFAULT_SCOPES = ("kols:read", "kols:write", "figures:write")


OF_KEY = KeptRows(lambda key: ApiToken.objects.filter(token_key=key).select_related("user__team"))


class TokenAuthentication(KnoxTokenAuthentication):
    """``Authorization: Token …``; remembers to the hour when the token was last used."""

    def authenticate_credentials(self, token):
        """As knox does, in one statement: the team comes along, which decides what is seen."""
        now, text = timezone.now(), token.decode("utf-8", "replace")
        for row in OF_KEY.of(text[: CONSTANTS.TOKEN_KEY_LENGTH]):
            if row.expiry is not None and row.expiry < now:
                row.delete()
            elif hmac.compare_digest(hash_token(text), row.digest):
                if row.last_used_at is None or now - row.last_used_at > NOTED_AGAIN:
                    ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
                return self.validate_user(row)
        raise AuthenticationFailed(gettext(INVALID))


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "kol_crm.core.api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token …`"}


class HasScope(BasePermission):
    """The view's ``scopes`` names the scope it needs to read and to write.

    A write to one row asks for it only once the row is known to be visible (``Resource.demand_write_scope``),
    so that a token without the scope learns nothing about rows it may not see.
    """

    def has_permission(self, request, view) -> bool:
        if request.auth is None:
            return False
        if request.method not in SAFE_METHODS and "pk" in view.kwargs:
            return True
        return request.auth.allows(view.scopes["read" if request.method in SAFE_METHODS else "write"])
