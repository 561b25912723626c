"""Answers of a detail that stands beside the queue of Today as well as on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kol_crm.core.answers import go_on, toast
from kol_crm.core.errors import Conflict, Refused


def settled(request: HttpRequest, page: str, words: str, undo_url: str = "") -> HttpResponse:
    """Done: Today moves on to its next row; on ``page``, its own, it is shown as it now stands."""
    if request.htmx and request.htmx.current_url_abs_path != page:
        return toast(HttpResponse(status=204), words, undo_url=undo_url, kol_changed={})
    return go_on(request, page, words, undo_url=undo_url)


def undo(
    request: HttpRequest,
    act: Callable[[], Any],
    page: str,
    words: str,
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """The inverse of a step, asked on ``page`` or by an Undo elsewhere, which stays where it is.

    ``show(problem=, status=)`` draws the detail as it now stands.
    """
    try:
        act()
    except (Refused, Conflict, ValidationError) as error:
        if isinstance(error, ValidationError):
            problem, status = " ".join(error.messages), 422
        else:
            problem, status = str(getattr(error, "message", "")) or _("Somebody changed it meanwhile."), 409
        if request.htmx:
            return toast(HttpResponse(status=status), problem, kind="bad")
        return show(problem=problem, status=status)
    return settled(request, page, words)


def step(
    request: HttpRequest,
    form: Any,
    act: Callable[..., Any],
    show: Callable[..., HttpResponse],
    page: str,
    done: Any,
    undo: str = "",
) -> HttpResponse:
    """Run ``act`` with what the form says, on the version that the form carries.

    ``show(form=, problem=, status=)`` draws the detail as it now stands. What was typed stays in the form,
    also when somebody else was quicker.
    """
    if not form.is_valid():
        return show(form=form, status=422)
    try:
        act(**form.cleaned_data)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return show(form=form, status=422)
    except PermissionDenied as denied:
        return show(form=form, problem=str(denied), status=403)
    except Refused as refused:
        return show(form=form, problem=refused.message, status=409)
    except Conflict as conflict:
        form.data = form.data.copy()
        form.data["version"] = str(conflict.current.version)
        problem = _("Somebody changed it meanwhile. This is how it stands now; what you wrote is kept.")
        return show(form=form, problem=problem, status=409)
    return settled(request, page, done, undo)
