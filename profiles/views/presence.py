"""Who else has the file open, and whether somebody saved a newer one (RELIABILITY 3)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kol_crm.core import history, presence
from kol_crm.core.dispatcher import database_clock
from profiles.changes import told
from profiles.models import Kol
from profiles.models.querysets import TRASH
from profiles.services.access import kol_or_404


@require_POST
def ping(request, pk: UUID):
    """Every 12 seconds from an open page, each time under the right of that moment.

    Who may take the file out of the trash is told that it lies there, and asks no more.
    """
    try:
        kol = kol_or_404(request.user, pk)
    except Http404:
        if not Kol.objects.visible_to(request.user, TRASH).filter(pk=pk).exists():
            raise
        return render(request, "profiles/kol/_presence_trash.html")
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isdecimal() and int(sent) <= kol.version else kol.version
    others = presence.ping(request.user, kol.pk, database_clock())
    news = told(history.changes_since(kol, version), request.user) if version < kol.version else ""
    context = {"kol": kol, "others": others, "news": news, "version": version if news else kol.version}
    return render(request, "profiles/kol/_presence.html", context)
