"""Answers of a detail that stands beside the queue of Today as well as on a page of its own."""

from django.http import HttpRequest, HttpResponse

from kol_crm.core.answers import go_on, toast


def settled(request: HttpRequest, page: str, words: str, undo_url: str = "") -> HttpResponse:
    """Done: Today moves on to its next row; on ``page``, its own, it is shown as it now stands."""
    if request.htmx and request.htmx.current_url_abs_path != page:
        return toast(HttpResponse(status=204), words, undo_url=undo_url, kol_changed={})
    return go_on(request, page, words, undo_url=undo_url)
