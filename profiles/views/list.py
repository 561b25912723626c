"""The KOL list: tabs, chips, rows, search, claiming in bulk (UI, screen 2)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from kol_crm.core.lists import Column, Listing, ListSpec, render_list
from kol_crm.core.paging import Sort
from profiles import search
from profiles.filters import KolFilter
from profiles.forms.claim import ClaimForm
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from profiles.views import rows
from profiles.views.facets import FACETS, chips, more, opened, tabs

SORTS = (
    Sort("name", "sort_name", _("Name")),
    Sort("stage_since", "stage_since", _("In stage since"), nullable=True),
    Sort("followers", "own_followers", _("Own followers"), descending_first=True, nullable=True),
    Sort("last_touch", "last_touch_at", _("Last touch"), nullable=True),
    Sort("due", "next_due", _("Next due"), nullable=True),
    Sort("risk", "risk", _("Risk"), descending_first=True, nullable=True),
    Sort("birthday", "next_birthday", _("Birthday"), nullable=True),
    Sort("created", "created_at", _("Created"), descending_first=True),
)
COLUMNS = (
    Column("kol", _("KOL"), sort="name", css="col-kol"),
    Column("stage", _("Stage"), sort="stage_since", css="col-stage"),
    Column("level", _("Level"), css="col-level"),
    Column("fields", _("Fields"), css="col-fields"),
    Column("owner", _("Owner"), css="col-owner"),
    Column("verdict", _("Verdict"), css="col-verdict"),
    Column("touch", _("Last touch"), sort="last_touch", css="col-touch", right=True),
    Column("due", _("Next due"), sort="due", css="col-due"),
    Column("followers", _("Own followers · 90 d"), sort="followers", css="col-followers"),
    Column("bond", _("Bond"), css="col-score", right=True),
    Column("risk", _("Risk"), sort="risk", css="col-score", right=True),
)
KOLS = lists.register(
    ListSpec(
        name="kols",
        rows=lambda user: Kol.objects.visible_to(user),
        prepare=rows.values,
        filterset=KolFilter,
        sorts=SORTS,
        default_sort="due",
        columns=COLUMNS,
        template="profiles/kol/list.html",
        rows_template="profiles/kol/_rows.html",
    )
)


DUE_ICONS = {kind: icon for kind, (_words, icon) in rows.DUE_KINDS.items()}


def _context(listing: Listing) -> dict:
    return {
        "tabs": tabs(listing),
        "chips": chips(listing),
        "rows": rows.rows(listing.rows, listing.filterset.day),
        "due_icons": DUE_ICONS,
    }


@require_safe
def kol_list(request: HttpRequest):
    return render_list(request, KOLS, _context)


@require_safe
def kol_facet(request: HttpRequest, key: str):
    """What a chip opens: the options of one facet, or under ``more`` the remaining filters."""
    filterset = KolFilter(request.GET, KOLS.rows(request.user), user=request.user, now=timezone.now())
    path = reverse("profiles:kol-list")
    if key == "more":
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
    known = search.by_contact(request.user, term)
    if not known and not search.reads_as_contact(term):
        return redirect(f"{reverse('profiles:kol-list')}?{urlencode({'q': term})}")
    found = Kol.objects.visible_to(request.user)
    found = found.filter(pk__in=known) if known else search.matching(found, term)
    kols = list(rows.values(found.order_by("sort_name", "pk"))[: KOLS.page_size])
    context = {
        "rows": rows.rows(kols, timezone.localdate()),
        "listing": {
            "heads": [{"label": column.label, "css": column.css, "right": column.right} for column in COLUMNS]
        },
        "by_contact": bool(known),
        "due_icons": DUE_ICONS,
    }
    return render(request, "profiles/kol/found.html", context)


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
