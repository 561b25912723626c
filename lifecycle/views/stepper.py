"""The four stages of one KOL with the days in each, as a part of the file page (UI, screen 3)."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core import wording
from lifecycle.days import installation_day
from lifecycle.models import Stay
from lifecycle.services import gate as gates
from lifecycle.services import steps
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404, may


@require_safe
def stepper(request: HttpRequest, pk: UUID):
    """Past stages with how long they took, the present one filled by the share of its gate that passes."""
    kol = kol_or_404(request.user, pk)
    day = installation_day(timezone.now())
    context = {"kol": kol, "steps": _steps(kol, day), "may_edit": may(request.user, kol, EDIT)}
    return render(request, "lifecycle/stage/_stepper.html", context)


def _steps(kol: Kol, day: date) -> list[dict]:
    stays: dict[str, list[Stay]] = {}
    for stay in Stay.objects.filter(kol=kol).order_by("since", "pk"):
        stays.setdefault(stay.stage, []).append(stay)
    place = steps.ORDER.index(kol.stage) if kol.stage in steps.ORDER else -1
    ahead = steps.ORDER[place + 1] if 0 <= place < len(steps.ORDER) - 1 else None
    checks = gates.ask(kol, ahead, day) if ahead else []
    passed = len(checks) - len(gates.shut(checks))
    found = []
    for index, stage in enumerate(steps.ORDER):
        here = stays.get(stage, [])
        state = "now" if index == place else "past" if here and (index < place or place < 0) else "later"
        note = _("now") if state == "now" else _until(here, day) if state == "past" else ""
        if stage == ahead and checks:
            note = _("gate %(passed)d of %(all)d") % {"passed": passed, "all": len(checks)}
        found.append(
            {
                "label": Stage(stage).label,
                "state": state,
                "percent": 100 * passed / len(checks) if checks else 100,
                "days": sum(((stay.until or day) - stay.since).days for stay in here)
                if state != "later"
                else None,
                "note": note,
                "stage": stage,
                "move_url": f"{reverse('lifecycle:move', args=[kol.pk])}?to={stage}"
                if stage in steps.allowed(kol.stage)
                else "",
            }
        )
    return found


def _until(stays: list[Stay], day: date) -> str:
    last = stays[-1].until
    if last is None:
        return ""
    return _("until %(day)s") % {"day": wording.day_words(last, "plain", day, wording.babel_locale())}
