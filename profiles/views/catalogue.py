"""Settings: fields and types (DOMAIN 1.3, 1.4)."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles.forms.catalogue import NamedForm
from profiles.models import Field, Kol, KolField, KolType
from profiles.models.catalogue import Named
from profiles.services import catalogue


class Kind(NamedTuple):
    """One of the two lists as its page names it; ``used()``: how many files each entry stands on."""

    key: str
    model: type[Named]
    title: Any
    new: Any
    intro: Any
    used: Any


def _fields_used() -> dict:
    return dict(KolField.objects.values_list("field").annotate(n=Count("pk")))


def _types_used() -> dict:
    return dict(Kol.objects.filter(type__isnull=False).values_list("type").annotate(n=Count("pk")))


KINDS = {
    "field": Kind(
        "field",
        Field,
        gettext_lazy("Fields"),
        gettext_lazy("New field"),
        gettext_lazy("Verticals that KOLs are influential in. A retired one stays on its files."),
        _fields_used,
    ),
    "type": Kind(
        "type",
        KolType,
        gettext_lazy("Types"),
        gettext_lazy("New type"),
        gettext_lazy("Kinds of KOL. A retired one stays on its files."),
        _types_used,
    ),
}


@require_safe
def entries(request, kind: str):
    rights.demand(request.user, rights.edits_policy)
    what = KINDS[kind]
    used = what.used()
    rows = [{"row": row, "used": used.get(row.pk, 0)} for row in what.model._default_manager.all()]
    return render(request, "profiles/catalogue/list.html", {"kind": what, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, kind: str):
    rights.demand(request.user, rights.edits_policy)
    what = KINDS[kind]
    form = NamedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            catalogue.add(page_actor(request), what.model, **form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_url(what))
    status = 422 if request.method == "POST" else 200
    return render(request, "profiles/catalogue/form.html", _form_context(what, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, kind: str, pk: UUID):
    what, row = _row(request, kind, pk)
    form = NamedForm(request.POST if request.method == "POST" else None, row=row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                catalogue.edit(page_actor(request), row, form.facts, form.cleaned_data["version"])
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect(_url(what))
    return render(request, "profiles/catalogue/form.html", _form_context(what, form, row), status=status)


@require_POST
def act(request, kind: str, pk: UUID):
    """Up, down, retire, bring back."""
    what, row = _row(request, kind, pk)
    actor = page_actor(request)
    match request.POST.get("act"):
        case "up":
            catalogue.move(actor, row, -1)
        case "down":
            catalogue.move(actor, row, 1)
        case "retire":
            catalogue.edit(actor, row, {"retired": True}, None)
        case "bring_back":
            catalogue.edit(actor, row, {"retired": False}, None)
        case _:
            raise Http404
    return redirect(_url(what))


def _row(request, kind: str, pk: UUID) -> tuple[Kind, Named]:
    rights.demand(request.user, rights.edits_policy)
    what = KINDS[kind]
    row = what.model._default_manager.filter(pk=pk).first()
    if row is None:
        raise Http404
    return what, row


def _url(kind: Kind) -> str:
    return reverse(f"profiles:{kind.key}-list")


def _form_context(kind: Kind, form: NamedForm, row: Named | None = None) -> dict:
    changes = trail.of(row) if row else []
    return {"kind": kind, "form": form, "row": row, "list_url": _url(kind), "changes": changes}
