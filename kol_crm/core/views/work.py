"""How far background work is: a part that asks again by itself, and the button that stops it."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kol_crm.core import work as works
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Notice, User, Work
from kol_crm.core.notices import NoticeKind, Told

QUIET = works.LEASE + works.LEASE  # without a word from the worker for so long, the page says that it waits


@require_GET
def state(request, pk):
    """A page; for htmx the part, which asks again every second until the work is over."""
    work = own_work(request.user, pk)
    template = "core/work/_progress.html" if request.htmx else "core/work/page.html"
    return render(request, template, context(work))


@require_POST
def cancel(request, pk):
    """Stop after the piece in hand: what is written stays."""
    work = own_work(request.user, pk)
    url = reverse("core:work", args=[work.pk])
    try:
        works.cancel(page_actor(request), work)
    except Refused as refusal:
        return go_on(request, url, refusal.message, error=True)
    return go_on(request, url, _("Stopped. What was written so far stays."))


def own_work(user: User, pk: UUID) -> Work:
    """One's own work. Raises ``Http404``."""
    try:
        return Work.objects.get(pk=pk, user=user)
    except ObjectDoesNotExist:
        raise Http404 from None


def context(work: Work) -> dict:
    """What the part needs: ``words`` say what came of it once it is over."""
    kind = works.kinds.get(work.kind)
    waits = work.state == Work.State.WAITING and timezone.now() - work.created_at > QUIET
    return {
        "work": work,
        "kind": kind,
        "waits_long": waits,
        "words": kind.words(work) if kind and not work.is_open else "",
        "result_url": kind.url(work) if kind and work.state == Work.State.DONE else "",
    }


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    found = {work.pk: work for work in Work.objects.filter(pk__in=[n.subject for n in notices], user=user)}
    told = {}
    for notice in notices:
        work = found.get(notice.subject) if notice.subject else None
        kind = works.kinds.get(work.kind) if work else None
        if work and kind:
            words = _("did not succeed") if work.state == Work.State.FAILED else kind.words(work)
            url = kind.url(work) if work.state == Work.State.DONE else reverse("core:work", args=[work.pk])
            told[notice.pk] = Told(f"{kind.label}: {words}", url)
    return told


NOTICE = NoticeKind(gettext_lazy("Background work"), "loader", _tell)
