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


def step(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    show: Callable[..., HttpResponse],
    page: str,
    done: str,
) -> HttpResponse:
    """One verb of a detail, on the version that its form carries.

    ``show(form=, problem=, status=, fresh=)`` draws the detail again; ``fresh`` asks for the row as it now
    stands. What was typed stays in the form, also when somebody else was quicker.
    """
    if not form.is_valid():
        return show(form=form, status=422)
    try:
        act(form.cleaned_data)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return show(form=form, status=422)
    except PermissionDenied as refused:
        return show(form=form, problem=str(refused), status=403)
    except Refused as refused:
        return show(form=form, problem=refused.message, status=409, fresh=True)
    except Conflict as conflict:
        problem = _("Somebody changed it meanwhile. This is how it stands now; what you wrote is kept.")
        form.data = form.data.copy()
        form.data["version"] = str(conflict.current.version)
        return show(form=form, problem=problem, status=409, fresh=True)
    return settled(request, page, done)
