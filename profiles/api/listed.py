"""``/api/v1/kols/{id}/contacts/``, ``accounts/``, ``quotes/``: one row, the others left as they are."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from profiles.api import listed_bodies as bodies
from profiles.api.bodies import lists_of
from profiles.api.file import FileResource
from profiles.api.listed_bodies import ID
from profiles.api.representation import ACCOUNT, contacts_of
from profiles.models import Kol
from profiles.services import access, listed, quote, sharing

CONTACTS, ACCOUNTS, QUOTES = listed.LISTS
BODIES = {CONTACTS: bodies.ContactRow, ACCOUNTS: bodies.AccountRow, QUOTES: bodies.QuoteRow}


def both(name: str, row: type, answer: type):
    """What the OpenAPI document says of a list: read it, add to it."""
    added = extend_schema(methods=["POST"], request=row, responses={201: answer}, parameters=[IF_MATCH])
    read = extend_schema(methods=["GET"], responses=answer(many=True), operation_id=f"kols_{name}_list")
    return lambda view: read(added(view))


def one(row: type, answer: type):
    """What it says of one row: change it, take it off."""
    changed = extend_schema(
        methods=["PATCH"], request=row(partial=True), responses=answer, parameters=[IF_MATCH]
    )
    removed = extend_schema(methods=["DELETE"], responses={204: None}, parameters=[IF_MATCH])
    return lambda view: changed(removed(view))


class ListedResource(FileResource):
    """Rows of a file; ``ETag`` is the file's version, which every change of a row raises."""

    @both(CONTACTS, bodies.ContactRow, bodies.ContactAnswer)
    @action(detail=True, methods=["get", "post"])
    def contacts(self, request, pk: str):
        """The contact points, masked unless the token has ``contacts:read`` and its user edits the file."""
        return self._list_or_add(pk, CONTACTS)

    @one(bodies.ContactRow, bodies.ContactAnswer)
    @action(detail=True, methods=["patch", "delete"], url_path=f"contacts/(?P<contact>{ID})")
    def contact(self, request, pk: str, contact: str):
        """Change what is sent: another value, preferred, verified, dead, shared; or take it off."""
        return self._change_or_remove(pk, CONTACTS, contact)

    @extend_schema(responses=bodies.SharedAnswer)
    @action(detail=True, url_path=f"contacts/(?P<contact>{ID})/holders")
    def holders(self, request, pk: str, contact: str):
        """Who else has this contact: files and agencies that you see, and how many others (DOMAIN 2.2)."""
        kol = access.kol_or_404(request.user, pk)
        row = kol.contacts.filter(pk=bodies.id_of(contact)).first()
        if row is None:
            raise Http404
        found = sharing.holders(request.user, row)
        return Response(
            {
                "shared": row.shared,
                "kols": [{"id": one.pk, "name": one.name} for one in found.kols],
                "agencies": [{"id": one.pk, "name": one.name} for one in found.agencies],
                "hidden": found.hidden,
            }
        )

    @both(ACCOUNTS, bodies.AccountRow, bodies.AccountAnswer)
    @action(detail=True, methods=["get", "post"])
    def accounts(self, request, pk: str):
        """The accounts, each with its last followers."""
        return self._list_or_add(pk, ACCOUNTS)

    @one(bodies.AccountRow, bodies.AccountAnswer)
    @action(detail=True, methods=["patch", "delete"], url_path=f"accounts/(?P<account>{ID})")
    def account(self, request, pk: str, account: str):
        """Change what is sent, or take it off; one with figures stays."""
        return self._change_or_remove(pk, ACCOUNTS, account)

    @both(QUOTES, bodies.QuoteRow, bodies.QuoteAnswer)
    @action(detail=True, methods=["get", "post"])
    def quotes(self, request, pk: str):
        """The prices that they ask (DOMAIN 3.2)."""
        return self._list_or_add(pk, QUOTES)

    @one(bodies.QuoteRow, bodies.QuoteAnswer)
    @action(detail=True, methods=["patch", "delete"], url_path=f"quotes/(?P<quote>{ID})")
    def quote(self, request, pk: str, quote: str):
        """Change what is sent, or take it off."""
        return self._change_or_remove(pk, QUOTES, quote)

    def _list_or_add(self, pk: str, name: str) -> Response:
        if self.request.method == "GET":
            kol = access.kol_or_404(self.request.user, pk)
            return etagged(self._shown(kol, name, getattr(kol, name).all()), kol.version)
        kol = self.file(pk)
        version = self.version_asked(kol)
        sent = self.checked(BODIES[name])
        before = set(getattr(kol, name).values_list("pk", flat=True))
        saved = listed.put(self.actor, kol, name, _values(name, sent), version)
        added = getattr(saved, name).exclude(pk__in=before).order_by("-pk")[:1]
        (row,) = self._shown(saved, name, added)
        return etagged(row, saved.version, 201, Location=f"{self.request.path}{row['id']}/")

    def _change_or_remove(self, pk: str, name: str, row: str) -> Response:
        kol = self.file(pk)
        key = bodies.id_of(row)
        if not getattr(kol, name).filter(pk=key).exists():
            raise Http404
        version = self.version_asked(kol)
        if self.request.method == "DELETE":
            saved = listed.remove(self.actor, kol, name, key, version)
            return Response(status=204, headers={"ETag": saved.etag})
        sent = self.checked(BODIES[name], partial=True)
        saved = listed.put(self.actor, kol, name, _values(name, sent) | {"id": key}, version)
        (answer,) = self._shown(saved, name, getattr(saved, name).filter(pk=key))
        return etagged(answer, saved.version)

    def _shown(self, kol: Kol, name: str, rows: QuerySet) -> list[dict[str, Any]]:
        if name != CONTACTS:
            return list(rows.values(*(ACCOUNT if name == ACCOUNTS else ("id", *quote.EDITABLE))))
        editable = Kol.objects.visible_to(self.request.user, "edit").filter(pk=kol.pk)
        own = editable if self.in_clear else Kol.objects.none()
        return contacts_of(rows, own, self.actor, detail="1 files")[kol.pk]


def _values(name: str, sent: dict[str, Any]) -> dict[str, Any]:
    """The row as the verb takes it: what was only read is left out."""
    return lists_of({name: [sent]})[name][0] if name != QUOTES else dict(sent)
