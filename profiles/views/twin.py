"""Twins: told while a new file is typed, looked for from a file (DOMAIN 2.2)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from profiles.forms.editor import KolEditor
from profiles.models import Duplicate
from profiles.models.querysets import EDIT
from profiles.services import access, creating, duplicate


@require_POST
def hints(request):
    """Who is on file like what is being typed; all of it is posted, so that no address holds a contact."""
    facts, lists = _typed(request)
    told = creating.look(page_actor(request), facts, **lists)
    return render(request, "profiles/twin/_told.html", {"told": told, "asks": "asks" in request.POST})


@require_POST
def tell(request):
    """Tell those whose files one may not see; they are found again from what is typed, no id leaves."""
    facts, lists = _typed(request)
    words = creating.tell(page_actor(request), facts, **lists)
    said = _("They were told. Wait for their answer before you create the file.") if words else ""
    return toast(HttpResponse(status=204), said) if said else HttpResponse(status=204)


def _typed(request) -> tuple[dict, dict]:
    if not access.may_create(request.user):
        raise PermissionDenied
    return KolEditor(request.POST, user=request.user).so_far()


@require_POST
def search(request, pk: UUID):
    """Look for the twins of one file now, and show them."""
    kol = access.kol_or_404(request.user, pk, EDIT)
    duplicate.refresh(page_actor(request), [kol.pk])
    found = Duplicate.objects.visible_to(request.user).of([kol.pk]).filter(state=Duplicate.State.OPEN).count()
    if not found:
        words = _("Nobody on file looks like %(name)s.") % {"name": kol.name}
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), words)
    words = ngettext("%(n)d file may be of the same person.", "%(n)d files may be of the same person.", found)
    url = f"{reverse('profiles:duplicate-list')}?{urlencode({'kol': str(kol.pk)})}"
    return go_on(request, url, words % {"n": found})
