"""One's own security: password, second factor, the sessions that stand."""

from allauth.mfa.models import Authenticator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import programs, sessions
from kol_crm.core.answers import go_on
from kol_crm.core.models import LoginSession


@require_safe
def page(request):
    factors = {row.type: row for row in Authenticator.objects.filter(user=request.user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "factor": Authenticator.Type.TOTP in factors,
        "codes": len(codes.wrap().get_unused_codes()) if codes else 0,
        "sessions": _sessions(request),
    }
    return render(request, "core/me/security.html", context)


@require_POST
def end(request):
    """End all sessions but this one, or the one named by its place in time and program."""
    if request.POST.get("which") != "others":
        raise Http404
    sessions.end_all(request.user, but=request.session.session_key or "")
    return go_on(request, reverse("settings:security"), _("All other sessions are ended."))


@require_safe
def second_factor(_request):
    """Allauth's overview is part of the security page."""
    return redirect("settings:security")


def _sessions(request) -> list[dict]:
    """The standing sessions of the reader, the present one first, then by last use."""
    store = sessions.SessionStore()
    rows = LoginSession.objects.filter(user_id=request.user.pk, expire_date__gt=timezone.now())
    found = [
        {
            "own": row.session_key == request.session.session_key,
            "program": (agent := store.decode(row.session_data).get("program", "")),
            "words": programs.words(agent),
            "until": row.expire_date,
        }
        for row in rows.order_by("-expire_date")
    ]
    return sorted(found, key=lambda one: not one["own"])
