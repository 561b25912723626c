"""Small forms in the panel at the right: one verb each, posted on the version that the page showed."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kol_crm.core.answers import go_on, toast
from kol_crm.core.errors import Conflict, Refused
from profiles.models import Agency, Kol


def answer(
    request,
    kol: Kol | Agency | None,
    form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title,
    done,
    save=None,
    note="",
    back="",
    onward: Callable[[Any], str] | None = None,
    undo: Callable[[Any], str] = lambda _result: "",
    stays: bool = False,
):
    """GET shows ``form``; POST runs ``act`` and goes on to the file (or ``back``) with the toast ``done``.

    ``onward``: from what ``act`` gave back, where to go on instead.
    ``stays``: the page below stays as it is, and only the panel goes.
    ``undo``: from what ``act`` gave back, the address by which the toast takes it back.
    """
    context = {
        "kol": kol,
        "back": back or reverse("profiles:kol-detail", args=[kol.pk]),
        "form": form,
        "title": title,
        "save": save or _("Save"),
        "note": note,
    }
    if request.method != "POST":
        return _show(request, context)
    if not form.is_valid():
        return _show(request, context, status=422)
    try:
        result = act(form.cleaned_data)
    except ValidationError as error:
        _take(form, error)
        return _show(request, context, status=422)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return _show(request, context, status=409)
    except Conflict as conflict:
        form.data = form.data.copy()
        form.data["version"] = str(conflict.current.version)
        form.add_error(
            None, _("Somebody changed this file meanwhile. Nothing was saved; save again if it still holds.")
        )
        return _show(request, context, status=409)
    if stays and request.htmx:
        return toast(HttpResponse(), done, undo_url=undo(result))
    return go_on(request, onward(result) if onward else context["back"], done, undo_url=undo(result))


def _take(form, error: ValidationError) -> None:
    errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in errors.items():
        form.add_error(name if name in form.fields else None, messages)


def _show(request, context: dict, status: int = 200):
    template = "profiles/side/_form.html" if request.htmx else "profiles/side/page.html"
    return render(request, template, context, status=status)
