"""The KOL list: tabs, chips, rows, search, claiming in bulk (UI, screen 2)."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists, view_bar
from kol_crm.core.doors import page_actor
from kol_crm.core.list_address import without_place
from kol_crm.core.lists import Listing, ListSpec, render_list
from kol_crm.core.paging import Sort
from profiles import attribute_filters, search
from profiles.filters import KolFilter
from profiles.forms.claim import ClaimForm
from profiles.models import Kol
from profiles.rules.link import holds_link
from profiles.services import access, attribute
from profiles.services import kol as kol_verbs
from profiles.services import link as links
from profiles.views import groups, rows, walk
from profiles.views.account_link import link_words
from profiles.views.due_kinds import DUE_KINDS
from profiles.views.facets import FACETS, builtin, chips, counted, more, opened

SORTS = (
    Sort("name", "sort_name", _("Name")),
    Sort("stage_since", "stage_since", _("In stage since"), nullable=True),
    Sort("followers", "own_followers", _("Own followers"), descending_first=True, nullable=True),
    Sort("last_touch", "last_touch_at", _("Last touch"), nullable=True),
    Sort("due", "next_due", _("Next due"), nullable=True),
    Sort("risk", "risk", _("Risk"), descending_first=True, nullable=True),
    Sort("bond", "bond", _("Bond"), nullable=True),
    Sort("birthday", "next_birthday", _("Birthday"), nullable=True),
    Sort("created", "created_at", _("Created"), descending_first=True),
)
KOLS = lists.register(
    ListSpec(
        name="kols",
        rows=lambda user: Kol.objects.visible_to(user),
        by_keys=rows.of,
        by_sight=True,
        filterset=KolFilter,
        sorts=SORTS,
        default_sort="due",
        choice=rows.COLUMNS,
        groups=groups.GROUPS,
        inside=groups.inside,
        group_template="profiles/kol/_group.html",
        page="profiles:kol-list",
        withheld=search.reads_as_contact,
        template="profiles/kol/list.html",
        rows_template="profiles/kol/_rows.html",
    )
)


DUE_ICONS = {kind: icon for kind, (_words, icon) in DUE_KINDS.items()}


def _context(listing: Listing) -> dict:
    columns = listing.display.columns
    heads = groups.heads(listing) if listing.display.is_folded else []
    if heads and all(head.total is not None for head in heads):
        listing.counted = counted(sum(head.total for head in heads))
    return {
        "heads": heads,
        "groups": [
            {
                "label": group.label,
                "url": listing.url(group=key, inside=None),
                "on": key == listing.display.group,
            }
            for key, group in groups.GROUPS.items()
        ],
        "ungrouped_url": listing.url(group=None, inside=None),
        "grouped_by": groups.GROUPS.get(listing.display.group),
        "views": view_bar.bar(listing, builtin(listing)),
        "chips": chips(listing),
        "rows": rows.rows(
            listing.rows,
            columns,
            listing.filterset.day,
            named="columns" in listing.params,
            query=_walk(listing),
        ),
        "due_icons": _icons(listing) if any(column.key == "due" for column in columns) else {},
        "peek_at": reverse("profiles:kol-peek", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
        "may_export": access.may_create(listing.filterset.user),
        "filter": without_place(listing.filterset.data.urlencode()),
    }


def _icons(listing: Listing) -> dict[str, str]:
    """Those of the rows; under group heads any may come."""
    if listing.display.is_folded:
        return DUE_ICONS
    shown = {row["next_due_kind"] for row in listing.rows}
    return {kind: icon for kind, icon in DUE_ICONS.items() if kind in shown}


def _walk(listing: Listing) -> str:
    """What leads from a file to the next one: which rows, in which order."""
    query = without_place(listing.filterset.data.urlencode())
    order = "" if str(listing.order) == listing.spec.default_sort else f"&sort={listing.order}"
    shown = listing.display
    if shown.group and shown.inside is not None:
        order += "&" + urlencode({"group": shown.group, "inside": shown.inside})
    return "?" + urlencode({walk.PARAMETER: f"{query}{order}".lstrip("&")})


@require_safe
def kol_list(request: HttpRequest):
    return render_list(request, KOLS, _context)


@require_safe
def kol_facet(request: HttpRequest, key: str):
    """What a chip opens: the options of one facet, or under ``more`` the remaining filters."""
    filterset = KolFilter(request.GET, KOLS.rows(request.user), user=request.user, now=timezone.now())
    path = reverse("profiles:kol-list")
    if key == "more":
        filterset.add(attribute_filters.of(attribute.standing()))
        return render(request, "profiles/kol/_more_filters.html", more(filterset, request.GET, path))
    if key not in FACETS:
        raise Http404
    facet = opened(FACETS[key], filterset, request.GET, path)
    return render(request, "core/list/_facet_options.html", {"facet": facet})


@require_POST
def kol_find(request: HttpRequest):
    """Search by a term that may be contact data: it arrives in the body and is shown in no address.

    A contact that is found shows its files; another term that does not read as contact data goes to the list.
    """
    term = request.POST.get("q", "").strip()
    if holds_link(term):
        return _found_by_link(request, term)
    known = search.by_contact(request.user, term)
    if not known and not search.stays_out_of_addresses(KOLS.rows(request.user), term):
        return redirect(f"{reverse('profiles:kol-list')}?{urlencode({'q': term})}")
    found = Kol.objects.visible_to(request.user)
    found = found.filter(pk__in=known) if known else search.matching(found, term)
    columns = rows.COLUMNS.chosen(())
    kols = list(rows.values(found.order_by("sort_name", "pk"))[: KOLS.page_size])
    context = {
        "rows": rows.rows(kols, columns, timezone.localdate()),
        "listing": {
            "heads": [{"label": column.label, "css": column.css, "right": column.right} for column in columns]
        },
        "by_contact": bool(known),
        "due_icons": DUE_ICONS,
    }
    return render(request, "profiles/kol/found.html", context)


def _found_by_link(request: HttpRequest, term: str):
    """A pasted profile link leads to who holds the account (DOMAIN 3.3)."""
    held = links.holder(KOLS.rows(request.user), term)
    if held is not None:
        return redirect("profiles:kol-detail", held.pk)
    return render(request, "profiles/kol/found.html", {"rows": [], "link": link_words(term)})


@require_POST
def kol_claim(request: HttpRequest):
    """Claim the ticked files that nobody owns (DOMAIN 3.14)."""
    form = ClaimForm(request.POST)
    claimed = kol_verbs.claim_many(page_actor(request), form.cleaned_data["kol"]) if form.is_valid() else 0
    if claimed:
        words = ngettext("%(n)d KOL is yours now.", "%(n)d KOLs are yours now.", claimed)
        messages.success(request, words % {"n": claimed})
    else:
        messages.error(request, _("None of these can be claimed: they have an owner."))
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "profiles:kol-list")
