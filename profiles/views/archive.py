"""Whose a file is and whether it is archived: claim, archive, restore (DOMAIN 1.7, 3.14)."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from profiles.models.querysets import CLAIM, EDIT, RESTORE
from profiles.services import kol as verbs
from profiles.services.access import kol_or_404


@require_POST
def archive(request, pk: UUID):
    """Into the trash; the toast brings it back."""
    kol = kol_or_404(request.user, pk, EDIT)
    version = request.POST.get("version", "")
    if not version.isdecimal():
        return toast(HttpResponse(status=400), _("The page was incomplete. Reload it."), kind="bad")
    try:
        verbs.archive(page_actor(request), kol, int(version))
    except Conflict:
        words = _("Somebody changed this file meanwhile. Look again, then archive.")
        return go_on(request, reverse("profiles:kol-detail", args=[kol.pk]), words, error=True)
    undo = reverse("profiles:kol-restore", args=[kol.pk])
    return go_on(
        request, reverse("profiles:kol-list"), _("%(name)s is archived.") % {"name": kol.name}, undo_url=undo
    )


@require_POST
def restore(request, pk: UUID):
    """Out of the trash, with everything that hung on it."""
    kol = kol_or_404(request.user, pk, RESTORE)
    verbs.restore(page_actor(request), kol)
    url = reverse("profiles:kol-detail", args=[kol.pk])
    return go_on(request, url, _("%(name)s is back.") % {"name": kol.name})


@require_POST
def take(request, pk: UUID):
    """Claim a file that nobody owns."""
    kol = kol_or_404(request.user, pk, CLAIM)
    url = reverse("profiles:kol-detail", args=[kol.pk])
    try:
        verbs.claim(page_actor(request), kol)
    except Refused as refused:
        return go_on(request, url, refused.message, error=True)
    return go_on(request, url, _("%(name)s is yours now.") % {"name": kol.name})
