"""The board page, and a column of it on its own (UI, screen 4)."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifecycle.board import Board
from lifecycle.filters import SPANS
from lifecycle.services.steps import ORDER
from profiles.models import Stage
from profiles.views.facets import FACETS, opened

ON_THE_BAR = ("owner", "level", "field", "verdict")


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
    params = request.GET.copy()
    params.pop("cursor", None)
    for name, value in changes.items():
        params.setlist(name, [value] if isinstance(value, str) else value or [])
    return f"{request.path}?{params.urlencode()}"


def _chips(request: HttpRequest, read: Board, columns) -> dict:
    """``facets`` as popovers, ``spans`` of the next review, ``others`` that came with the address."""
    on = read.filterset.active
    chosen = on.get("review", [])
    counts = {
        "overdue": sum(column.tally.overdue for column in columns),
        "soon": sum(column.tally.soon for column in columns),
    }
    return {
        "facets": [
            opened(FACETS[key], read.filterset, request.GET, request.path)
            | {"clear_url": _url(request, **{key: None})}
            for key in ON_THE_BAR
        ],
        "spans": [
            {
                "label": label,
                "dot": {"overdue": "bad", "soon": "warn"}[name],
                "count": counts[name],
                "on": name in chosen,
                "url": _url(request, review=[] if name in chosen else [name]),
            }
            for name, label in SPANS
            if name in counts
        ],
        "others": [
            {
                "label": read.filterset.filters[name].label,
                "value": value if isinstance(value, str) else _("on"),
                "remove_url": _url(request, **{name: None}),
            }
            for name, value in on.items()
            if name not in (*ON_THE_BAR, "review", "column")
        ],
    }
