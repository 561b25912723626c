"""Creating and editing a whole file (UI, screen 3; RELIABILITY 3)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles.forms.editor import KolEditor
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import access
from profiles.services import kol as verbs


@require_http_methods(["GET", "HEAD", "POST"])
def kol_create(request):
    """A new file; it belongs to whoever makes it, unless a manager names another owner."""
    user = request.user
    if not access.may_create(user):
        raise PermissionDenied
    editor = KolEditor(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and editor.is_valid():
        facts, lists = editor.values()
        facts["owner"] = editor.form.cleaned_data["owner"]
        if facts["owner"] is None:
            facts["team"] = user.team  # whoever of the team wants it may claim it
        try:
            kol = verbs.create(page_actor(request), facts, **lists)
        except ValidationError as error:
            editor.take(error)
        else:
            return go_on(request, _url(kol), _("%(name)s is on file.") % {"name": kol.name})
    return _show(request, editor)


@require_http_methods(["GET", "HEAD", "POST"])
def kol_edit(request, pk: UUID):
    """Every fact of a file. A stale save changes nothing and shows both values, what was typed kept."""
    kol = access.kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("agency", "type", "owner"))
    editor = KolEditor(request.POST if request.method == "POST" else None, user=request.user, kol=kol)
    if request.method == "POST" and editor.is_valid():
        facts, lists = editor.values()
        try:
            saved = verbs.edit(page_actor(request), kol, facts, editor.version, **lists)
        except ValidationError as error:
            editor.take(error)
        except Conflict as conflict:
            return _show(request, editor.on(conflict.current), stale=True)
        else:
            words = _("Saved.") if saved.version != editor.version else _("Nothing had changed.")
            return go_on(request, _url(kol), words)
    return _show(request, editor)


def _url(kol: Kol) -> str:
    return reverse("profiles:kol-detail", args=[kol.pk])


def _show(request, editor: KolEditor, *, stale: bool = False):
    status = 409 if stale else 422 if editor.data is not None else 200
    return render(
        request,
        "profiles/kol/form.html",
        {"editor": editor, "kol": editor.kol, "stale": stale},
        status=status,
    )
