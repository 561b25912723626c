"""Who calls the API, and what their token allows."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission

SCOPES = ("kols:read", "kols:write", "figures:write", "contacts:read")
DEFAULT_SCOPES = ("kols:read", "kols:write", "figures:write")


class TokenAuthentication(KnoxTokenAuthentication):
    """``Authorization: Token …``; remembers to the hour when the token was last used."""

    def authenticate_credentials(self, token):
        user, auth_token = super().authenticate_credentials(token)
        now = timezone.now()
        if auth_token.last_used_at is None or (now - auth_token.last_used_at).total_seconds() > 3600:
            type(auth_token).objects.filter(pk=auth_token.pk).update(last_used_at=now)
        return user, auth_token


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
