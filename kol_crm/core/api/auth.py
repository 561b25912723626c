"""Who calls the API, and what their token allows."""

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from kol_crm.core import token_use
from kol_crm.core.api.too_many import TooMany
from kol_crm.core.doors import address_of

SCOPES = (
    "kols:read",
    "kols:write",
    "figures:write",
    "contacts:read",
    "users:write",
    "policy:write",
)
INVALID = "Invalid token."  # in the words of Django REST framework, which has them in all languages
DEFAULT_SCOPES = ("kols:read", "kols:write", "figures:write")


class TokenAuthentication(KnoxTokenAuthentication):
    """``Authorization: Token …``: whose it is, that it is not used too often, and where it was last used."""

    def authenticate(self, request):
        self.request = request
        return super().authenticate(request)

    def authenticate_credentials(self, token):
        """Raises 401 for nobody's token, 429 for one too many, be they right or wrong."""
        now, address = timezone.now(), address_of(self.request)
        found = token_use.read(token.decode("utf-8", "replace"), now)
        if found is None:
            standing = token_use.wrong(address, now)
            raise TooMany(standing) if standing.refused else AuthenticationFailed(gettext(INVALID))
        row, standing = found
        self.request.standing = standing  # told in the answer's headers (Resource.finalize_response)
        if standing.refused:
            raise TooMany(standing)
        token_use.note(row, address, self.request.headers.get("User-Agent", ""), now)
        return self.validate_user(row)


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
