"""Settings: sources, the systems that push files by the API."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles import changes
from profiles.forms.source import SourceForm
from profiles.models import Source
from profiles.services import source as verbs


@require_safe
def source_list(request):
    rights.demand(request.user, rights.edits_attributes)
    rows = Source.objects.select_related("owner").annotate(files=Count("external_ids"))
    shown = [
        {"row": row, "owns": [changes.field_words(changes.KOL, name) for name in row.owns]} for row in rows
    ]
    return render(request, "profiles/source/list.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def source_add(request):
    rights.demand(request.user, rights.edits_attributes)
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.add(page_actor(request), form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("profiles:source-list")
    status = 422 if request.method == "POST" else 200
    return render(request, "profiles/source/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def source_edit(request, pk: UUID):
    rights.demand(request.user, rights.edits_attributes)
    row = Source.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    form, status = SourceForm(request.POST if request.method == "POST" else None, row=row), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verbs.edit(page_actor(request), row, form.values, form.cleaned_data["version"])
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("profiles:source-list")
    context = {"form": form, "row": row, "changes": trail.of(row)}
    return render(request, "profiles/source/form.html", context, status=status)
