"""Settings: the fields that admins add to the file (UI, screen 10)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import rights, trail
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles.forms.attribute import AttributeForm
from profiles.models import Attribute
from profiles.services import attribute as verbs


@require_safe
def attribute_list(request):
    """What is asked for, in its order, and what is no longer."""
    rights.demand(request.user, rights.edits_attributes)
    rows = list(Attribute.objects.annotate(files=Count("values")))
    context = {
        "standing": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at is not None],
    }
    return render(request, "profiles/attribute/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attribute_create(request):
    rights.demand(request.user, rights.edits_attributes)
    form = AttributeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = verbs.create(page_actor(request), form.values())
        except ValidationError as error:
            _take(form, error)
        else:
            return _done(request, _("Every file asks for %(name)s now.") % {"name": row})
    return _show(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def attribute_edit(request, pk: UUID):
    row = _attribute(request, pk)
    form = AttributeForm(request.POST if request.method == "POST" else None, attribute=row)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit(page_actor(request), row, form.values(), form.cleaned_data["version"])
        except ValidationError as error:
            _take(form, error)
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = str(conflict.current.version)
            form.add_error(
                None, _("Somebody changed this meanwhile. Nothing was saved; save again if it still holds.")
            )
            return _show(request, form, row, status=409)
        else:
            return _done(request, _("Saved."))
    return _show(request, form, row)


@require_POST
def attribute_retire(request, pk: UUID):
    """No longer asked for; the toast takes it up again."""
    row = _attribute(request, pk)
    verbs.retire(page_actor(request), row)
    undo = reverse("profiles:attribute-take-up", args=[row.pk])
    return _done(request, _("%(name)s is no longer asked for.") % {"name": row}, undo)


@require_POST
def attribute_take_up(request, pk: UUID):
    row = _attribute(request, pk)
    verbs.take_up(page_actor(request), row)
    return _done(request, _("Every file asks for %(name)s now.") % {"name": row})


def _attribute(request, pk: UUID) -> Attribute:
    """The row, if the reader may change what a file asks for. Raises ``Http404`` before that is asked."""
    row = get_object_or_404(Attribute, pk=pk)
    rights.demand(request.user, rights.edits_attributes)
    return row


def _done(request, words: str, undo: str = ""):
    return go_on(request, reverse("profiles:attribute-list"), words, undo_url=undo)


def _take(form: AttributeForm, error: ValidationError) -> None:
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)


def _show(request, form: AttributeForm, row: Attribute | None, status: int = 200):
    status = 422 if form.is_bound and status == 200 else status
    changes = trail.of(row) if row else []
    context = {"form": form, "attribute": row, "choices": form.rows(), "changes": changes}
    return render(request, "profiles/attribute/form.html", context, status=status)
