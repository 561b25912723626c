"""Bond and loss risk on the file, and the list behind survival (DOMAIN 7.6–7.8)."""

from uuid import UUID

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incentives import keeping, keeping_words
from incentives.survivors import STATES, SURVIVORS
from kol_crm.core import installation, lists
from profiles.models import Kol
from profiles.services.access import kol_or_404


def _found(request, pk: UUID) -> tuple[Kol, keeping.Keeping]:
    kol = kol_or_404(request.user, pk)
    return kol, keeping.of_file(kol.pk, installation.day(timezone.now()))


@require_safe
def dials(request, pk: UUID):
    """The two dials of the head, each opening its parts; without the script the file."""
    if not request.htmx:
        return redirect("profiles:kol-detail", pk=kol_or_404(request.user, pk).pk)
    _kol, found = _found(request, pk)
    shown = [keeping_words.bond_dial(found), keeping_words.risk_dial(found)]
    return render(request, "incentives/keeping/_dials.html", {"dials": shown})


@require_safe
def file_keeping(request, pk: UUID):
    """What binds them, what falls away, what risk rests on; without the script the tab itself."""
    if not request.htmx:
        return redirect("profiles:kol-incentives", pk=kol_or_404(request.user, pk).pk)
    kol, found = _found(request, pk)
    context = {
        "kol": kol,
        "found": found,
        "bond": keeping_words.bond_dial(found),
        "risk": keeping_words.risk_dial(found),
        "finding": keeping_words.falling_finding(found) if found.bond.value is not None else "",
        "ties": [
            {"tie": tie, "kind": keeping_words.tie_words(tie), "falls": tie in found.falling.ties}
            for tie in sorted(found.bond_facts.ties, key=lambda one: (one.until is None, one.until, one.what))
            if tie.binds_on(found.day)
        ],
    }
    return render(request, "incentives/keeping/_file.html", context)


@require_safe
def survivor_list(request):
    """Who entered initial in these months, and who of them was still there."""
    return lists.render_list(request, SURVIVORS, _survivor_context)


def _survivor_context(listing) -> dict:
    chosen, at = listing.filterset.active.get("state", []), listing.filterset.active.get("at")
    words = _("at the end of %(month)s") % {"month": f"{at:%Y-%m}"} if at else _("today")
    return {
        "as_of": words,
        "states": [
            {
                "label": label,
                "on": state in chosen,
                "url": listing.url(state=None if state in chosen else state),
                "remove_url": "",
            }
            for state, label in STATES
        ],
    }
