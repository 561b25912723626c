"""What all resources of the API have in common: preconditions, scopes after visibility, strict bodies."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from kol_crm.core import origin
from kol_crm.core.actor import Actor
from kol_crm.core.api import deprecation, idempotency, queries
from kol_crm.core.api.errors import PreconditionFailed, PreconditionRequired
from kol_crm.core.doors import api_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.history import changed_since
from kol_crm.core.lists import Listing, ListSpec, list_page
from kol_crm.core.models import ApiToken

LONGEST_VERSION = 18  # digits: more are no number of the database's


class Resource(viewsets.ViewSet):
    """Base of all resources. Refusals come in this order: 404 not visible, 403 no right, 428/412, 400."""

    scopes = {"read": "kols:read", "write": "kols:write"}
    lookup_value_regex = "[0-9a-f-]{36}"
    post: Any  # the handler of a POST, as the router sets it for each request
    added: tuple[str, ...] = ()  # how parameters begin that admins add, and no document names
    keyed: frozenset[str] = frozenset()  # actions that ask for an Idempotency-Key; others take one

    def initial(self, request, *args, **kwargs):
        """What this client writes is marked as its own; a POST under a key has its effect once."""
        super().initial(request, *args, **kwargs)
        request._request.GET = queries.checked(self, request, self.added)
        if request.method not in SAFE_METHODS and isinstance(request.auth, ApiToken):
            origin.declare(connection, origin.name_of(request.auth.digest))
        if request.method != "POST" or self.action is None:
            return
        key = idempotency.key_of(request)
        if not key and self.action in self.keyed:
            raise idempotency.KeyMissing
        if key:
            handler: Any = self.post
            self.post = partial(self._once, key, handler)

    def _once(self, key: str, handler, _request, *args, **kwargs) -> Response:
        return idempotency.answer(self, key, handler, *args, **kwargs)

    def replayed(self, status: int, answer: Mapping[str, Any]) -> Response:
        """The body of a request that was answered before: the object as it stands now, else its id."""
        pk = str(answer.get("id", ""))
        shows = getattr(self, "retrieve", None)
        if status != 204 and pk and shows and (self.action == "create" or self.kwargs.get("pk") == pk):
            return shows(self.request, pk=pk)
        return Response({name: answer[name] for name in idempotency.KEPT if name in answer} or None)

    @property
    def actor(self) -> Actor:
        return api_actor(self.request)

    def dispatch(self, request, *args, **kwargs):
        """Whatever becomes of the call, the connection forgets who called."""
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            origin.declare(connection, "")

    def finalize_response(self, request, response, *args, **kwargs):
        """What is deprecated says so; a token is told its limits (draft-ietf-httpapi-ratelimit-headers)."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        deprecation.announce(self, answer)
        if standing := getattr(request, "standing", None):
            limit = standing.limit
            answer["RateLimit-Policy"] = f'"token";q={limit.at_once};w={limit.window}'
            answer["RateLimit"] = f'"token";r={standing.left};t={standing.full_in}'
        return answer

    def perform_content_negotiation(self, request, force=False):  # noqa: FBT002 - its arguments
        """A method that is not there is 405, in whatever form it was asked for."""
        return super().perform_content_negotiation(request, force or self.action is None)

    def demand_write_scope(self) -> None:
        """For writes to a row: asked once the row is known to be visible."""
        self.demand_scope(self.scopes["write"])

    def demand_scope(self, scope: str) -> None:
        """Raises 403 unless the token has it."""
        token = self.request.auth
        if not (isinstance(token, ApiToken) and token.allows(scope)):
            raise PermissionDenied(f"The token has no scope {scope}.")

    def version_asked(self, row) -> int | None:
        """The version that If-Match names; None for ``*``. Raises 428 without it, 412 when it is stale."""
        match = self.request.headers.get("If-Match", "").strip()
        if not match:
            raise PreconditionRequired
        if match == "*":
            return None
        wanted = version_of(match)
        if wanted != row.version:
            since = frozenset() if wanted is None else changed_since(row, wanted)
            raise PreconditionFailed(Conflict(row, since))
        return wanted

    def version_if_asked(self, row) -> int | None:
        """As ``version_asked``, where If-Match is sent; a step by itself does not need it."""
        return self.version_asked(row) if self.request.headers.get("If-Match") else None

    def checked(self, serializer_class: type[serializers.Serializer], **options) -> dict[str, Any]:
        """The body's validated values. Raises a 400 keyed by field."""
        serializer = serializer_class(data=self.request.data, **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def listed(
        self,
        spec: ListSpec,
        shape,
        params: QueryDict | None = None,
        beside: Mapping[str, str] | None = None,
    ) -> Response:
        """A page of a list: ``shape(rows)`` turns the found rows into what is answered.

        ``beside``: what the addresses of the pages beside it carry on, and the list itself does not know.
        """
        return self.paged(self.page_of(spec, params), shape, beside)

    def page_of(self, spec: ListSpec, params: QueryDict | None = None) -> Listing:
        """The page of a list that was asked for. Raises a 400 keyed by parameter."""
        asked = self.request.GET if params is None else params
        spec = replace(spec, page_size=100)
        return list_page(spec, asked, self.request.user, timezone.now(), path=self.request.path)

    def paged(self, listing: Listing, shape, beside: Mapping[str, str] | None = None) -> Response:
        """A page that was read, as ``listed`` answers it."""
        base = f"{self.request.scheme}://{self.request.get_host()}"
        more = {name: value for name, value in (beside or {}).items() if value}
        end = f"&{urlencode(more)}" if more else ""
        return Response(
            {
                "next": listing.next_url and f"{base}{listing.next_url}{end}",
                "previous": listing.previous_url and f"{base}{listing.previous_url}{end}",
                "results": shape(list(listing.rows)),
            }
        )


def version_of(etag: str) -> int | None:
    """The version that a strong ETag of ours names; None where it is another's."""
    words = etag.strip('"')
    is_ours = etag == f'"{words}"' and words.isdecimal() and len(words) <= LONGEST_VERSION
    return int(words) if is_ours else None


def etagged(data: dict[str, Any], version: int, status: int = 200, **headers: str) -> Response:
    """An answer with its strong ETag, the version."""
    return Response(data, status=status, headers={"ETag": f'"{version}"', **headers})
