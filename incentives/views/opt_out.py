"""The opt-out page of a KOL: no account, one button, in the KOL's language (DOMAIN 7.3; RFC 8058)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incentives.services import opt_out as verbs
from kol_crm.core.actor import Actor


@login_not_required
@csrf_exempt  # mail programs post here by themselves: the signed address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str):
    """GET asks, POST does; doing it twice is the same."""
    kol = verbs.kol_of(token)
    if kol is None:
        raise Http404
    if request.method == "POST":
        kol = verbs.opt_out(Actor(None, "opt-out", timezone.now()), kol)
    with override(kol.language or get_language()):
        return render(request, "incentives/opt_out/page.html", {"done": bool(kol.quiet_cause)})
