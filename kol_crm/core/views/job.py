"""The jobs: what ran, what runs next, what is stuck, and running one now (RELIABILITY 1, visibility)."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import job_board, outbox, rights
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Generation, Notice, Send, User
from kol_crm.core.notices import NoticeKind, Told
from kol_crm.core.services import holding_back
from kol_crm.core.services import job as verbs


@require_safe
def page(request):
    """Every job with its last and next run, and the outbox."""
    rights.demand(request.user, rights.edits_users)
    now = timezone.now()
    again = {name for name, kind in outbox.kinds.items() if kind.resend_uncertain}
    outbox_now = job_board.outbox(now)
    tiles = [{"label": Send.State(state).label, "value": n} for state, n in outbox_now.counts.items()]
    context = {"jobs": job_board.board(now), "outbox": outbox_now, "tiles": tiles, "again": again}
    return render(request, "core/job/page.html", context)


@require_POST
def run(request, name: str):
    """A worker runs it now."""
    rights.demand(request.user, rights.edits_users)
    try:
        verbs.run_now(page_actor(request), name)
    except ValidationError:
        raise Http404 from None
    return go_on(request, reverse("settings:jobs"), _("A worker runs it now."))


@require_POST
def send_again(request, pk):
    """One mail that failed or is uncertain."""
    rights.demand(request.user, rights.edits_users)
    try:
        verbs.send_again(page_actor(request), get_object_or_404(Send, pk=pk))
    except Refused as refusal:
        return go_on(request, reverse("settings:jobs"), refusal.message, error=True)
    return go_on(request, reverse("settings:jobs"), _("It goes with the next tick."))


@require_POST
def decide(request, act: str):
    """After a restore: ``release`` all, ``resume`` sending, ``send`` what is held, count it as ``sent``."""
    rights.demand(request.user, rights.edits_users)
    try:
        count = holding_back.decide(page_actor(request), act, request.POST.get("kind", ""))
    except ValidationError:
        raise Http404 from None
    except Refused as refusal:
        return go_on(request, reverse("settings:jobs"), refusal.message, error=True)
    said = {
        "release": _("Everything goes again, with the next tick."),
        "resume": _("New mail goes again."),
        "send": ngettext("%d mail goes after all.", "%d mails go after all.", count) % count,
        "sent": ngettext("%d mail counts as sent.", "%d mails count as sent.", count) % count,
    }
    return go_on(request, reverse("settings:jobs"), said[act])


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    if not rights.edits_users(user):
        return {}
    found = Generation.objects.in_bulk([notice.subject for notice in notices])
    words = _("Everything outbound is held: this database is %(cause)s")
    return {
        notice.pk: Told(words % {"cause": row.get_cause_display()}, reverse("settings:jobs"))
        for notice in notices
        if (row := found.get(notice.subject))
    }


HELD = NoticeKind(gettext_lazy("Sending is held"), "circle-alert", _tell)
