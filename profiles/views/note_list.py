"""The lists of promises, requests and needs: what is open, and with whom (DOMAIN 3.9)."""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kol_crm.core import lists
from kol_crm.core.lists import Listing, ListSpec
from profiles.models import Need, Promise
from profiles.note_filters import ANSWERS, SPANS
from profiles.note_lists import NEEDS, PROMISES, REQUESTS
from profiles.views.facets import FACETS, opened

DOTS = {"overdue": "bad", "week": "warn"}


@dataclass(frozen=True)
class ListPage:
    """What stands over the rows: ``states`` as segments, ``kinds`` of the parameter ``kind_key`` as chips."""

    spec: ListSpec
    kind: str
    label: Any
    icon: str
    states: tuple
    kind_key: str = ""
    kinds: tuple = ()

    @property
    def url(self) -> str:
        return reverse(f"profiles:{self.kind}-list")


PAGES = (
    ListPage(
        PROMISES,
        "promise",
        _("Promises"),
        "handshake",
        tuple(Promise.State.choices),
        "by",
        tuple(Promise.By.choices),
    ),
    ListPage(REQUESTS, "request", _("Requests"), "message-circle-question-mark", ANSWERS),
    ListPage(
        NEEDS, "need", _("Needs"), "hand-helping", tuple(Need.State.choices), "kind", tuple(Need.Kind.choices)
    ),
)


@require_safe
def promise_list(request):
    return _list(request, PAGES[0])


@require_safe
def request_list(request):
    return _list(request, PAGES[1])


@require_safe
def need_list(request):
    return _list(request, PAGES[2])


def _list(request, page: ListPage):
    """Without filters in the address it opens on what is open: one's own, for a manager the team's."""
    if not request.GET and not request.htmx:
        mine = {"owner": "me"} if request.user.role == request.user.Role.OPERATOR else {}
        return redirect(f"{request.path}?{urlencode({'state': 'open', **mine})}")
    return lists.render_list(request, page.spec, lambda listing: _context(listing, page))


def _context(listing: Listing, page: ListPage) -> dict:
    on = listing.filterset.active

    def chips(name: str, choices) -> list[dict]:
        chosen = on.get(name) or []
        chosen = [chosen] if isinstance(chosen, str) else chosen
        return [
            {
                "label": label,
                "on": value in chosen,
                "dot": DOTS.get(value, ""),
                "url": listing.url(**{name: [] if value in chosen else [value]}),
            }
            for value, label in choices
        ]

    return {
        "page": page,
        "day": listing.filterset.day,
        "tabs": [
            {"label": one.label, "url": one.url, "active": one is page, "icon": one.icon} for one in PAGES
        ],
        "groups": [
            {"label": _("State"), "chips": chips("state", page.states)},
            {"label": _("Due"), "chips": chips("due", SPANS)},
            *([{"label": _("Kind"), "chips": chips(page.kind_key, page.kinds)}] if page.kinds else []),
        ],
        "facets": [
            opened(FACETS["owner"], listing.filterset, listing.params, listing.path)
            | {"clear_url": listing.url(owner=None)}
        ],
    }
