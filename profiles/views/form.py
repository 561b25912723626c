"""Creating and editing a whole file (UI, screen 3; RELIABILITY 3)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core import merging
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Moved
from profiles.changes import told as told_of
from profiles.forms.editor import KolEditor
from profiles.models import Kol
from profiles.models.querysets import EDIT
from profiles.services import access, creating
from profiles.services import kol as verbs
from profiles.services.creating import Told, TwinsFound
from profiles.views import gone

EDITED = Kol.objects.select_related("agency", "type", "owner")


@require_http_methods(["GET", "HEAD", "POST"])
def kol_create(request):
    """A new file; it belongs to whoever makes it, unless a manager names another owner.

    Somebody like this on file is told first; ``insist`` goes on over it (DOMAIN 2.2).
    """
    user = request.user
    if not access.may_create(user):
        raise PermissionDenied
    editor = KolEditor(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and editor.is_valid():
        facts, lists = editor.values()
        facts["owner"] = editor.form.cleaned_data["owner"]
        if facts["owner"] is None:
            facts["team"] = user.team  # whoever of the team wants it may claim it
        insist = request.POST.get("insist") == "on"
        try:
            kol = creating.create(page_actor(request), facts, insist=insist, **lists)
        except ValidationError as error:
            editor.take(error)
        except TwinsFound as found:
            if found.problem is None:
                return _show(request, editor, status=409, told=found.told, asks=True)
            editor.take(found.problem)
            return _show(request, editor, told=found.told)
        else:
            return go_on(request, _url(kol), _("%(name)s is on file.") % {"name": kol.name})
    return _show(request, editor)


@require_http_methods(["GET", "HEAD", "POST"])
def kol_edit(request, pk: UUID):
    """Every fact of a file. What others saved meanwhile is merged; what both changed is asked."""
    try:
        kol = gone.kol_to_edit(request, pk, EDITED)
    except Moved as moved:
        if request.method == "POST":
            return _offer(request, moved.to)
        raise
    editor = KolEditor(request.POST if request.method == "POST" else None, user=request.user, kol=kol)
    if request.method != "POST" or not editor.is_valid():
        return _show(request, editor)
    if lost := gone.words(kol):
        editor.form.add_error(None, lost)
        return _show(request, editor, status=409)
    actor = page_actor(request)

    def act(editor: KolEditor) -> Kol:
        facts, lists = editor.values()
        return verbs.edit(actor, kol, facts, editor.base_version, **lists)

    try:
        saved = merging.save(editor, act)
    except ValidationError as error:
        editor.take(error)
        return _show(request, editor)
    except merging.Unmerged as unmerged:
        return _show(request, unmerged.editor, status=409)
    words = _("Saved.") if saved.written else _("Nothing had changed.")
    return go_on(request, _url(kol), " ".join(filter(None, (words, told_of(saved.others, request.user)))))


def _offer(request, survivor: UUID):
    """The file was merged while it was edited: what was typed, on top of the one that stands for both."""
    kol = access.kol_or_404(request.user, survivor, EDIT, EDITED)
    editor = KolEditor(request.POST, user=request.user, kol=kol)
    editor.is_valid()
    if editor.form.cleaned_data.get("version") is not None:  # else the page was incomplete, which it says
        editor = editor.on(kol)
    return _show(request, editor, status=409, merged=True)


def _url(kol: Kol) -> str:
    return reverse("profiles:kol-detail", args=[kol.pk])


def _show(request, editor: KolEditor, status: int = 0, *, told: Told | None = None, **more: bool):
    """``merged``: the file became a part of this one meanwhile; ``told`` and ``asks``: twins, and whether to
    create over them.
    """
    usual = 422 if editor.data is not None else 200
    context = {"editor": editor, "kol": editor.kol, "told": told, **more}
    return render(request, "profiles/kol/form.html", context, status=status or usual)
