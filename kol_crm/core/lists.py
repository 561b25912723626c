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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kol_crm.core import display, paging, rare, wording
from kol_crm.core.columns import Column, Columns
from kol_crm.core.display import Display
from kol_crm.core.filters import FilterSet
from kol_crm.core.list_address import page_size, without_blanks
from kol_crm.core.paging import Count, Cursor, Order, Page, Sort


@dataclass(frozen=True)
class ListSpec:
    """What makes a list.

    ``rows(user)`` are all rows this reader may see; ``prepare`` adds, after filtering, what a row's template
    needs (``for_list``); with ``by_keys`` only keys are read so, and it makes the page's rows of them.
    ``template`` is the whole page and includes ``rows_template``, the part htmx swaps; ``panel_template`` is
    the short form inside another page (``?kol=…``), by default the same part. ``by_sight``: users of the same
    ``sight`` see the same rows on any day, so that the statement of a page is written once.
    With ``choice`` its readers choose columns and keep views (docs/views.md) that open at the address named
    ``page``, grouped by any of ``groups``, the rows ``inside`` one of them by ``group_template``;
    ``withheld`` tells words that no view may keep.
    """

    name: str
    rows: Callable[[Any], QuerySet]
    filterset: type[FilterSet]
    sorts: tuple[Sort, ...]
    default_sort: str
    template: str
    rows_template: str
    columns: tuple[Column, ...] = ()
    choice: Columns | None = None
    page: str = ""
    groups: Mapping[str, Any] = field(default_factory=dict)
    inside: Callable[[str, str], Q] = lambda _group, _value: Q()
    group_template: str = ""
    withheld: Callable[[str], bool] = lambda _words: False
    prepare: Callable[[QuerySet], QuerySet] = lambda rows: rows
    by_keys: Callable[[Sequence[Any]], list] | None = None
    by_sight: bool = False
    panel_template: str = ""
    page_size: int = 50
    cap: int = paging.CAP

    def prepared(self, rows: QuerySet, order: Order) -> QuerySet:
        if self.by_keys is None:
            return self.prepare(rows)
        return rows.values(rows.model._meta.pk.name, order.sort.column)

    def made(self, page: Page, key: str) -> Page:
        """The page with its rows."""
        if self.by_keys is None or not page.rows:
            return page
        return replace(page, rows=self.by_keys([row[key] for row in page.rows]))

    @property
    def offered(self) -> Columns:
        """The columns to choose from. Raises ``ValueError`` where there is no choice."""
        if self.choice is None:
            raise ValueError(f"the columns of {self.name} are not chosen")
        return self.choice


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
    display: Display | None = None

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
        columns = self.display.columns if self.display else self.spec.columns
        return [self._head(column, sorts.get(column.sort)) for column in columns]

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


def read(
    spec: ListSpec, params: QueryDict, user, now: datetime, *, path: str = "", folded: bool = False
) -> Listing:
    """Filter, sort and page. What is not understood stands in ``problems``, and then there are no rows.

    ``folded``: of a grouped list no rows but those inside the one group that is asked for.
    """
    params = asked = without_blanks(params)
    shown = None
    if spec.choice is not None:
        shown = display.read(params, spec.name, spec.choice, spec.groups, user)
        params, asked = shown.params, shown.filters
    filterset = spec.filterset(asked, spec.rows(user), user=user, now=now)
    problems, counted, group = dict(filterset.problems), None, Q()
    problems |= shown.problems if shown else {}
    if shown and shown.inside is not None and not problems:
        try:
            group = spec.inside(shown.group, shown.inside)
        except ValueError:
            problems["inside"] = [str(_("There is no such group."))]
    matching = filterset.qs.filter(group)
    order = Order.read(spec.sorts, spec.default_sort)
    cursor, size = None, spec.page_size
    try:
        order = Order.read(spec.sorts, params.get("sort") or spec.default_sort)
        size = page_size(params.get("limit"), spec.page_size)
        if token := params.get("cursor"):
            cursor = Cursor.decode(token, order, matching.model)
    except ValidationError as error:
        problems |= error.message_dict
    if problems:
        found, counted = Page([], None, None), Count(0)
    else:
        is_folded = folded and shown is not None and bool(shown.group) and shown.inside is None
        found, matching, counted = _found(spec, filterset, group, order, cursor, size, is_folded=is_folded)
    return Listing(spec, params, filterset, order, found, matching, path, problems, counted, shown)


def _found(
    spec: ListSpec,
    filterset: FilterSet,
    group: Q,
    order: Order,
    cursor: Cursor | None,
    size: int,
    *,
    is_folded: bool,
) -> tuple[Page, QuerySet, Count | None]:
    """The page, all that match, and how many they are where finding them told it."""
    matching, counted, few, kept = filterset.qs.filter(group), None, None, None
    if filterset.active:
        matching, counted, few = rare.first(matching, spec.cap, order.sort.column)
    elif spec.by_sight and filterset.asks_nothing and not group:
        kept = (spec.name, spec.by_keys is None, *filterset.user.sight)
    walking = filterset.walking() if counted is not None and counted.more else None
    if is_folded:
        page = Page([], None, None)
    elif walking is not None:
        ways = spec.prepared(matching, order), spec.prepared(walking.filter(group), order)
        page = paging.page_of_many(*ways, order, cursor, size, keys_only=spec.by_keys is not None)
    elif few is not None and spec.by_keys is not None and rare.sorts_alike(matching.model, order):
        page = rare.page(matching, few, order, cursor, size)
    else:
        page = paging.page(spec.prepared(matching, order), order, cursor, size, kept)
    return spec.made(page, matching.model._meta.pk.name), matching, counted


def list_page(
    spec: ListSpec, params: QueryDict, user, now: datetime, *, path: str = "", folded: bool = False
) -> Listing:
    """For the API and exports: as ``read``, but raises ``ValidationError`` keyed by parameter (a 400).

    An API list hands in ``dataclasses.replace(spec, prepare=…)`` with ``values()`` of its own.
    """
    listing = read(spec, params, user, now, path=path, folded=folded)
    if listing.problems:
        raise ValidationError(listing.problems)
    return listing


def render_list(
    request: HttpRequest, spec: ListSpec, context: Callable[[Listing], dict] | None = None
) -> HttpResponse:
    """The list as a page; for htmx only the part asked for. ``context`` adds to what the template knows."""
    listing = read(spec, request.GET, request.user, timezone.now(), path=request.path, folded=True)
    known = {"listing": listing, "is_part": _is_part(request)}
    return render(request, _template(request, spec, listing), known | (context(listing) if context else {}))


def _is_part(request) -> bool:
    """Whether htmx swaps a part: not when it follows a link to a page, nor when it restores history."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _template(request, spec: ListSpec, listing: Listing) -> str:
    if not _is_part(request):
        return spec.template
    if listing.display and listing.display.inside is not None and not listing.problems:
        return spec.group_template
    return spec.panel_template if spec.panel_template and "kol" in request.GET else spec.rows_template
