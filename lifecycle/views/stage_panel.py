"""The stage of one KOL inside their file: what is written, the gate ahead, the moves (UI, screen 3)."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core import policy
from lifecycle import stage_words
from lifecycle.days import installation_day
from lifecycle.models import Move, Stay
from lifecycle.services import gate, steps
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404, may

MOVES_SHOWN = 20


@require_safe
def stage_panel(request: HttpRequest, pk: UUID):
    kol = kol_or_404(request.user, pk, queryset=Kol.objects.select_related("owner", "main_field"))
    day, rules = installation_day(timezone.now()), policy.current()
    here, ahead = stage_words.words(kol.stage, rules), steps.next_stage(kol.stage)
    checks = gate.ask(kol, ahead, day) if ahead else []
    titles = (
        (_("Who enters"), here.entry),
        (_("When one leaves"), here.exit),
        (_("What we do here"), here.playbook),
    )
    moves = Move.objects.filter(kol=kol).standing().select_related("user").order_by("-at", "-id")
    context = {
        "kol": kol,
        "day": day,
        "stay": Stay.objects.filter(kol=kol, until=None).select_related("entered_by").first(),
        "written": [(title, text) for title, text in titles if text],
        "ahead": ahead,
        "ahead_label": Stage(ahead).label if ahead else "",
        "checks": checks,
        "passed": len(checks) - len(gate.shut(checks)),
        "moves": moves[:MOVES_SHOWN],
        "may_edit": may(request.user, kol, EDIT),
    }
    return render(request, "lifecycle/stage/_panel.html", context)
