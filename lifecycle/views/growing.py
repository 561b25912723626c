"""What the pages of personas, coaching and access share: one verb posted on the version that was shown."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from kol_crm.core.errors import Conflict, Refused
from lifecycle.views import beside

Show = Callable[..., HttpResponse]


def step(
    request, form, act: Callable[..., Any], show: Show, page: str, done: Any, undo: str = ""
) -> HttpResponse:
    """Run ``act`` with what the form says; ``show(form, problem, status)`` shows the row again if refused."""
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
    return beside.settled(request, page, done, undo)


def state_chips(listing, states) -> list[dict]:
    """The states of a list as filters; one that is chosen takes itself back."""
    chosen = set(listing.params.getlist("state"))
    return [
        {"label": label, "url": listing.url(state=None if value in chosen else value), "on": value in chosen}
        for value, label in states
    ]
