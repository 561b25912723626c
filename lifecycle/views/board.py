"""The board page, and a column of it on its own (UI, screen 4)."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from lifecycle.board import Board
from lifecycle.filters import SPANS
from lifecycle.services.steps import ORDER
from profiles.models import Stage
from profiles.views.facets import FACETS, opened, words_of

NO_ID = "00000000-0000-0000-0000-000000000000"
ON_THE_BAR = ("owner", "level", "field", "verdict")
# Marks of a card: the filter, the figure of the column, words, icon
MARKED = (
    ("stale", "stale", _lazy("Stale figures"), "hourglass"),
    ("long_in_stage", "aged", _lazy("Long in stage"), "timer"),
)


@require_safe
def board(request: HttpRequest):
    """Introduction to late with their first cards; departed is folded unless it is the column asked for."""
    read = Board(request.GET, request.user, timezone.now())
    asked = read.filterset.active.get("column", Stage.INTRODUCTION)
    unfolded = [Stage.DEPARTED] if asked == Stage.DEPARTED else []
    columns = read.columns([*ORDER, *unfolded], folded=[] if unfolded else [Stage.DEPARTED])
    context = {
        "board": read,
        "columns": columns,
        "active": sum(column.tally.total for column in columns if column.stage != Stage.DEPARTED),
        "tabs": [
            {
                "label": column.label,
                "url": _url(request, column=column.stage),
                "active": column.stage == asked,
                "count": column.tally.total,
            }
            for column in columns
        ],
        "asked": asked,
        "move_url": reverse("lifecycle:move", args=[NO_ID]).replace(NO_ID, "{kol}"),
        "chips": _chips(request, read, columns),
        "params": request.GET,
    }
    return render(request, "lifecycle/board/page.html", context)


@require_safe
def column(request: HttpRequest, stage: str):
    """One column, or with ``cursor`` the next cards of it."""
    if stage not in Stage.values:
        raise Http404
    read = Board(request.GET, request.user, timezone.now())
    token = request.GET.get("cursor", "")
    try:
        [found] = read.columns([stage], token=token)
    except ValidationError as error:
        raise Http404 from error
    template = "lifecycle/board/_cards.html" if token else "lifecycle/board/_column.html"
    return render(request, template, {"board": read, "column": found, "params": request.GET})


def _url(request: HttpRequest, **changes) -> str:
    params = _without_place(request)
    for name, value in changes.items():
        params.setlist(name, [value] if isinstance(value, str) else value or [])
    return f"{request.path}?{params.urlencode()}"


def _facet(request: HttpRequest, read: Board, key: str) -> dict:
    """A chip whose options are fetched when it is opened."""
    value = read.filterset.active.get(key, ())
    return {
        "key": key,
        "label": FACETS[key].label,
        "values": words_of(key, value) if value else [],
        "open_url": f"{reverse('lifecycle:board-facet', args=[key])}?{_without_place(request).urlencode()}",
        "clear_url": _url(request, **{key: None}),
    }


@require_safe
def facet(request: HttpRequest, key: str):
    """What such a chip opens."""
    if key not in ON_THE_BAR:
        raise Http404
    read = Board(request.GET, request.user, timezone.now())
    options = opened(FACETS[key], read.filterset, request.GET, reverse("lifecycle:board"))
    return render(request, "core/list/_facet_options.html", {"facet": options})


def _without_place(request: HttpRequest):
    params = request.GET.copy()
    params.pop("cursor", None)
    return params


def _chips(request: HttpRequest, read: Board, columns) -> dict:
    """``facets`` as popovers, ``spans`` of the next review, ``others`` that came with the address."""
    on = read.filterset.active
    chosen = on.get("review", [])
    counts = {
        "overdue": sum(column.tally.overdue for column in columns),
        "soon": sum(column.tally.soon for column in columns),
    }
    return {
        "facets": [_facet(request, read, key) for key in ON_THE_BAR],
        "spans": [
            *(
                {
                    "label": label,
                    "dot": {"overdue": "bad", "soon": "warn"}[name],
                    "icon": "",
                    "count": counts[name],
                    "on": name in chosen,
                    "url": _url(request, review=[] if name in chosen else [name]),
                }
                for name, label in SPANS
                if name in counts
            ),
            *(
                {
                    "label": label,
                    "dot": "",
                    "icon": icon,
                    "count": sum(getattr(column.tally, name) for column in columns),
                    "on": bool(on.get(key)),
                    "url": _url(request, **{key: None if on.get(key) else "true"}),
                }
                for key, name, label, icon in MARKED
            ),
        ],
        "others": [
            {
                "label": read.filterset.filters[name].label,
                "value": value if isinstance(value, str) else _("on"),
                "remove_url": _url(request, **{name: None}),
            }
            for name, value in on.items()
            if name not in (*ON_THE_BAR, "review", "column", *(key for key, *_rest in MARKED))
        ],
    }
