"""Lists: one declaration from which the page, the panel in another page, the API and the export are made.

    KOLS = lists.register(
        ListSpec(
            name="kols",
            rows=lambda user: Kol.objects.visible_to(user),
            prepare=lambda kols: kols.for_list(),
            filterset=KolFilter,
            sorts=(Sort("name", "sort_name", _("Name")), Sort("due", "next_due", _("Due"), nullable=True)),
            default_sort="due",
            columns=(Column("kol", _("KOL"), sort="name"), Column("due", _("Due"), sort="due")),
            template="profiles/kol/list.html",
            rows_template="profiles/kol/_rows.html",
        )
    )

    def kol_list(request):
        return render_list(request, KOLS)

All state is in the address: the filters, ``sort`` (``key`` or ``-key``), ``cursor`` (the place, left out on
page one), ``limit`` (rows a page). docs/lists.md tells more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kol_crm.core import paging, wording
from kol_crm.core.filters import FilterSet
from kol_crm.core.paging import Count, Cursor, Order, Page, Sort

LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Column:
    """A head of the table: ``sort`` names the ``Sort`` a click asks for, ``css`` its ``<col>``."""

    key: str
    label: Any
    sort: str = ""
    css: str = ""
    right: bool = False


@dataclass(frozen=True)
class ListSpec:
    """What makes a list.

    ``rows(user)`` are all rows this reader may see; ``prepare`` adds, after filtering, what a row's template
    needs (``for_list``). ``template`` is the whole page and includes ``rows_template``, the part htmx swaps;
    ``panel_template`` is the short form inside another page (``?kol=…``), by default the same part.
    """

    name: str
    rows: Callable[[Any], QuerySet]
    filterset: type[FilterSet]
    sorts: tuple[Sort, ...]
    default_sort: str
    template: str
    rows_template: str
    columns: tuple[Column, ...] = ()
    prepare: Callable[[QuerySet], QuerySet] = lambda rows: rows
    panel_template: str = ""
    page_size: int = 50
    cap: int = paging.CAP


_registered: dict[str, ListSpec] = {}


def register(spec: ListSpec) -> ListSpec:
    """Make the list known, so that the tests over all lists cover it."""
    _registered[spec.name] = spec
    return spec


def registered() -> tuple[ListSpec, ...]:
    return tuple(_registered.values())


@dataclass
class Listing:
    """One reading of a list: what was asked, what was found, and the addresses that lead on from there."""

    spec: ListSpec
    params: QueryDict
    filterset: FilterSet
    order: Order
    page: Page
    matching: QuerySet
    path: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)
    counted: Count | None = None

    @cached_property
    def total(self) -> Count:
        """How many match, counted to the cap: one query, unless filtering or a lone page has told it."""
        if self.counted is None and self.page.next is None and self.page.previous is None:
            return Count(len(self.rows))
        return self.counted or paging.capped_count(self.matching, self.spec.cap)

    @property
    def total_text(self) -> str:
        """ "312", or "1,000+" beyond the cap."""
        return wording.capped(self.total.value + self.total.more, self.spec.cap, wording.babel_locale())

    @property
    def rows(self) -> list:
        return self.page.rows

    def url(self, **changes) -> str:
        """The address with these parameters changed (None or empty: left out); always back on page one."""
        params = self.params.copy()
        params.pop("cursor", None)
        for name, value in changes.items():
            params.setlist(name, [str(value)] if isinstance(value, str | int) else list(value or ()))
        query = params.urlencode()
        return f"{self.path}?{query}" if query else self.path

    def page_url(self, token: str | None) -> str | None:
        return token and self.url(cursor=token)

    @property
    def pager(self) -> dict:
        """For ``_parts/pager.html``."""
        return {
            "first": self.page.start,
            "last": self.page.end if self.rows else None,
            "total_text": self.total_text,
            "previous_url": self.previous_url,
            "next_url": self.next_url,
        }

    @property
    def explained(self) -> list[dict]:
        """For ``core/list/_problems.html``: a problem with its filter's words and the address without it."""
        return [
            {
                "name": name,
                "label": self.filterset.filters[name].label if name in self.filterset.filters else name,
                "messages": messages,
                "remove_url": self.url(**{name: None}),
            }
            for name, messages in self.problems.items()
        ]

    @property
    def next_url(self) -> str | None:
        return self.page_url(self.page.next)

    @property
    def previous_url(self) -> str | None:
        return self.page_url(self.page.previous)

    @cached_property
    def heads(self) -> list[dict]:
        """Column heads: ``key, label, css, right, url`` (None: no sort), ``aria`` (present direction)."""
        sorts = {sort.key: sort for sort in self.spec.sorts}
        return [self._head(column, sorts.get(column.sort)) for column in self.spec.columns]

    def _head(self, column: Column, sort: Sort | None) -> dict:
        url = aria = None
        if sort is not None and sort.key == self.order.sort.key:
            aria = "descending" if self.order.descending else "ascending"
            url = self.url(sort=str(Order(sort, descending=not self.order.descending)))
        elif sort is not None:
            url = self.url(sort=sort.first_choice)
        return {
            "key": column.key,
            "label": column.label,
            "css": column.css,
            "right": column.right,
            "url": url,
            "aria": aria,
        }


def read(spec: ListSpec, params: QueryDict, user, now: datetime, *, path: str = "") -> Listing:
    """Filter, sort and page. What is not understood stands in ``problems``, and then there are no rows."""
    params = _without_blanks(params)
    filterset = spec.filterset(params, spec.rows(user), user=user, now=now)
    matching, problems, counted = filterset.qs, dict(filterset.problems), None
    order = Order.read(spec.sorts, spec.default_sort)
    cursor, size = None, spec.page_size
    try:
        order = Order.read(spec.sorts, params.get("sort") or spec.default_sort)
        size = _size(params.get("limit"), spec.page_size)
        if token := params.get("cursor"):
            cursor = Cursor.decode(token, order, matching.model)
    except ValidationError as error:
        problems |= error.message_dict
    if problems:
        found, counted = Page([], None, None), Count(0)
    else:
        if filterset.active:
            matching, counted = _rare_first(matching, spec.cap)
        found = paging.page(spec.prepare(matching), order, cursor, size)
    return Listing(spec, params, filterset, order, found, matching, path, problems, counted)


def _without_blanks(params: QueryDict) -> QueryDict:
    """A form sends each of its fields; one left empty asks for nothing."""
    given = QueryDict(mutable=True)
    for name, values in params.lists():
        if asked := [value for value in values if value]:
            given.setlist(name, asked)
    return given


def _rare_first(matching: QuerySet, cap: int) -> tuple[QuerySet, Count]:
    """What is rare is found first and then sorted; what is common is met by walking the list in its order.

    The planner takes the walk for rare rows too, which at a million files is a second for a term that nobody
    has (PERFORMANCE). So up to ``cap`` ids are asked for without an order, which also counts them.
    """
    few = list(matching.order_by().values_list("pk", flat=True)[: cap + 1])
    if len(few) > cap:
        return matching, Count(cap, more=True)
    return matching.filter(pk__in=few), Count(len(few))


def list_page(spec: ListSpec, params: QueryDict, user, now: datetime, *, path: str = "") -> Listing:
    """For the API and exports: as ``read``, but raises ``ValidationError`` keyed by parameter (a 400).

    An API list hands in ``dataclasses.replace(spec, prepare=…)`` with ``values()`` of its own.
    """
    listing = read(spec, params, user, now, path=path)
    if listing.problems:
        raise ValidationError(listing.problems)
    return listing


def render_list(
    request: HttpRequest, spec: ListSpec, context: Callable[[Listing], dict] | None = None
) -> HttpResponse:
    """The list as a page; for htmx only the part asked for. ``context`` adds to what the template knows."""
    listing = read(spec, request.GET, request.user, timezone.now(), path=request.path)
    known = {"listing": listing, "is_part": _is_part(request)}
    return render(request, _template(request, spec), known | (context(listing) if context else {}))


def _is_part(request) -> bool:
    """Whether htmx swaps a part: not when it follows a link to a page, nor when it restores history."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _template(request, spec: ListSpec) -> str:
    if not _is_part(request):
        return spec.template
    return spec.panel_template if spec.panel_template and "kol" in request.GET else spec.rows_template


def _size(asked: str | None, usual: int) -> int:
    if not asked:
        return usual
    if not asked.isdecimal() or not 1 <= int(asked) <= LARGEST_PAGE:
        raise ValidationError({"limit": _("A number from 1 to %(most)s.") % {"most": LARGEST_PAGE}})
    return int(asked)
