"""The picture of a KOL: shown, changed, taken off, each with undo (UI, "Avatars")."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import handing_out, policy
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles.models import Kol, Picture
from profiles.models.querysets import EDIT, TRASH
from profiles.services import picture as verbs
from profiles.services.access import kol_or_404
from profiles.services.attachment import LARGEST


class PictureForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    file = forms.FileField(required=False)


@require_safe
def face(request, pk: UUID, picture: UUID, size: str):
    """One of the two sizes; also of a file in the trash, to those who see it there."""
    if size not in ("small", "large"):
        raise Http404
    files = Q(kol__in=Kol.objects.visible_to(request.user)) | Q(
        kol__in=Kol.objects.visible_to(request.user, TRASH)
    )
    row = Picture.objects.filter(files, kol=pk, pk=picture).select_related(size).first()
    if row is None:
        raise Http404
    return handing_out.thumbnail(getattr(row, size))


@require_http_methods(["GET", "HEAD", "POST"])
def picture(request, pk: UUID):
    """GET the panel; POST a ``file``, or ``remove``."""
    kol = kol_or_404(request.user, pk, EDIT)
    if request.method != "POST":
        return _show(request, kol)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(
            request, kol, " ".join(form.errors.get("file", [_("The page was incomplete. Reload it.")])), 422
        )
    file, removes = form.cleaned_data["file"], "remove" in request.POST
    if file is None and not removes:
        return _show(request, kol, _("Choose a picture."), 422)
    before, version = kol.picture_id, form.cleaned_data["version"]
    actor = page_actor(request)
    try:
        kol = verbs.remove(actor, kol, version) if removes else verbs.put(actor, kol, file.read(), version)
    except ValidationError as error:
        return _show(request, kol, " ".join(error.messages), 422)
    except Conflict as conflict:
        words = _("Somebody changed this file meanwhile. Nothing was saved; save again if it still holds.")
        return _show(request, conflict.current, words, 409)
    undo = urlencode({"to": before or "", "of": kol.picture_id or ""})
    words = _("The picture is taken off.") if removes else _("The picture is changed.")
    url = reverse("profiles:kol-picture-undo", args=[kol.pk])
    return go_on(request, _url(kol), words, undo_url=f"{url}?{undo}")


@require_POST
def undo(request, pk: UUID):
    """Show the picture ``to`` again, as long as ``of`` is the one that stands."""
    kol = kol_or_404(request.user, pk, EDIT)
    if request.GET.get("of", "") != str(kol.picture_id or ""):
        return toast(HttpResponse(status=409), _("Somebody changed the picture meanwhile."), kind="bad")
    try:
        to = UUID(request.GET["to"]) if request.GET.get("to") else None
        verbs.put_back(page_actor(request), kol, to, kol.version)
    except (ValueError, ValidationError, Conflict):
        return toast(HttpResponse(status=409), _("This picture is no longer there."), kind="bad")
    return go_on(request, _url(kol), _("The picture is as it was."))


def _url(kol: Kol) -> str:
    return reverse("profiles:kol-detail", args=[kol.pk])


def _show(request, kol: Kol, problem: str = "", status: int = 200):
    template = "profiles/picture/_panel.html" if request.htmx else "profiles/picture/page.html"
    context = {"kol": kol, "problem": problem, "largest": policy.current().get(LARGEST)}
    return render(request, template, context, status=status)
