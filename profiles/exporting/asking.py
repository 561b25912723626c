"""The list as an export asks it: the one declaration from which page and API are made (HOUSE)."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kol_crm.core import lists
from kol_crm.core.display import ORIGIN, PLACE, without
from kol_crm.core.lists import Listing, ListSpec
from kol_crm.core.paging import Order
from profiles.models import Kol
from profiles.search import reads_as_contact
from profiles.views.list import KOLS

AT_ONCE = 10_000
PACKED = 16  # bytes of an id
PACK = "SELECT string_agg(uuid_send(id), ''::bytea) FROM ({rows}) AS sorted (id)"


def listing(params: QueryDict, user, now: datetime) -> Listing:
    """What the list shows at this address. Raises ``ValidationError`` keyed by parameter.

    A term that reads as contact data is refused: the address is kept, and nothing that is kept holds any.
    """
    found = lists.list_page(whole(KOLS), without(params, "cursor", "limit"), user, now)
    if reads_as_contact(found.params.get("q", "")):
        raise ValidationError(
            {"q": _("A search by contact data cannot be exported: nothing keeps the term.")}
        )
    return found


def whole(spec: ListSpec) -> ListSpec:
    """The list where only what matches is of interest, no page of it."""
    return replace(spec, page_size=1)


def state(found: Listing) -> str:
    """The address to keep: a saved view in it is spelled out, so that changing it later changes nothing."""
    kept = without(found.params, *ORIGIN, *(name for name in PLACE if name != "inside"), "layout")
    return kept.urlencode()


def in_order(found: Listing, ids: list[UUID] | None) -> QuerySet[Kol]:
    """All rows in the order of the list, the unknown last; with ``ids`` these alone, matching or not."""
    rows = found.matching
    if ids is not None:
        rows = Kol.objects.visible_to(found.filterset.user, "trash" if is_trash(found) else "view")
        rows = rows.filter(pk__in=ids)
    return rows.order_by(*_ordering(found.order))


def is_trash(found: Listing) -> bool:
    return bool(found.filterset.active.get("archived"))


def packed(rows: QuerySet[Kol], size: int) -> list[bytes]:
    """The ids of rows in order, sixteen bytes each, so many to a pack: one reading of the list.

    Whatever changes from now on, none comes twice and none is lost. PostgreSQL packs them itself: to fetch
    each alone takes longer than to read them.
    """
    if connection.vendor != "postgresql":
        keys = (pk.bytes for pk in rows.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE))
        return list(iter(lambda: b"".join(islice(keys, size)), b""))
    sql, params = rows.values_list("pk").query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(PACK.format(rows=sql), params)
        (pack,) = cursor.fetchone()
    whole = bytes(pack or b"")
    return [whole[place : place + size * PACKED] for place in range(0, len(whole), size * PACKED)]


def _ordering(order: Order) -> tuple:
    column = F(order.sort.column)
    if not order.sort.nullable:
        return (column.desc(), "-pk") if order.descending else (column.asc(), "pk")
    if order.descending:
        return column.desc(nulls_last=True), "-pk"
    return column.asc(nulls_last=True), "pk"
