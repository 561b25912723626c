"""What an answer carries beside its page or part: what happened, how to undo it, where to go on."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails


def toast(
    answer: HttpResponse, text: Any, *, kind: str = "ok", undo_url: str = "", **events: Any
) -> HttpResponse:
    """Say what happened, for htmx; ``undo_url`` is what Undo posts to, ``events`` are triggered beside."""
    told = {"text": str(text), "kind": kind} | ({"undo_url": undo_url} if undo_url else {})
    answer["HX-Trigger"] = json.dumps(
        {"toast": told} | {name.replace("_", "-"): value for name, value in events.items()}
    )
    return answer


class HtmxRequest(HttpRequest):
    """A request as the htmx middleware hands it on."""

    htmx: HtmxDetails


def go_on(
    request: HtmxRequest, url: str, text: Any, *, undo_url: str = "", error: bool = False
) -> HttpResponse:
    """After a verb: the page at ``url`` afresh, with the toast."""
    level = messages.ERROR if error else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=undo_url)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
