"""The story of a file: following it, pinning entries, and whom one may mention (UI, screen 3)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kol_crm.core import notices
from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.models import Notice
from kol_crm.core.text import fold
from profiles import timeline
from profiles.models import Kol
from profiles.models.querysets import EDIT, TOUCH
from profiles.services import follow as follows
from profiles.services import mention, pin
from profiles.services.access import kol_or_404

OFFERED = 8


@require_POST
def follow(request, pk: UUID):
    """``on``: follow the file; without it, no longer. The button comes back."""
    kol = kol_or_404(request.user, pk)
    kol.is_followed = bool(request.POST.get("on"))
    if kol.is_followed:
        follows.follow(page_actor(request), kol)
        words = _("You are told what colleagues do here.")
    else:
        follows.unfollow(page_actor(request), kol)
        words = _("You follow this file no longer.")
    return toast(render(request, "profiles/kol/_follow.html", {"kol": kol}), words)


@require_POST
def put(request, pk: UUID):
    """Pin an entry (``kind``, ``entry``, ``at``) on top; with ``off`` it goes back into the stream."""
    kol = kol_or_404(request.user, pk, EDIT)
    try:
        entry = UUID(request.POST.get("entry", ""))
        at = datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        return HttpResponse(status=400)
    kind = request.POST.get("kind", "")
    if timeline.sources.get(kind) is None or at.tzinfo is None:
        return HttpResponse(status=400)
    if request.POST.get("off"):
        pin.take_off(page_actor(request), kol, entry)
        return toast(HttpResponse(status=204), _("Unpinned."), kol_changed={})
    try:
        pin.put(page_actor(request), kol, kind, entry, at)
    except ValidationError as error:
        return toast(HttpResponse(status=400), " ".join(error.messages), kind="bad")
    return toast(HttpResponse(status=204), _("Pinned on top."), kol_changed={})


@require_GET
def colleagues(request, pk: UUID):
    """Whom ``q`` could mention, while one types after an @."""
    kol = kol_or_404(request.user, pk, TOUCH, Kol.objects.select_related("team"))
    term = fold(request.GET.get("q", ""))
    people = [
        user
        for user in mention.colleagues(kol, request.user)[: mention.MOST]
        if term in fold(user.display_name) or fold(user.username).startswith(term)
    ]
    return render(request, "profiles/touch/_colleagues.html", {"people": people[:OFFERED]})


@require_POST
def mention_read(request, pk: UUID):
    """The row on Today is done: the mention was read."""
    mine = Notice.objects.filter(pk=pk, user=request.user, kind=mention.NOTICE)
    if not mine.exists():
        raise Http404
    notices.mark_read(page_actor(request), [pk])
    return toast(HttpResponse(status=204), _("Read."))
