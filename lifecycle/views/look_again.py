"""Looking again at somebody who departed: win them back, or say when next (DOMAIN 5.1)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kol_crm.core.answers import toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle import evidence
from lifecycle.days import installation_day
from lifecycle.due import why_again
from lifecycle.forms.look_again import LookAgainForm
from lifecycle.look_again import look_again_default
from lifecycle.models import Stay
from lifecycle.services import look_again as verbs
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may


@require_http_methods(["GET", "HEAD", "POST"])
def look_again(request: HttpRequest, pk: UUID):
    """As a page, or as the part beside the queue; POST puts it off to another date."""
    right = EDIT if request.method == "POST" else VIEW
    kol = kol_or_404(request.user, pk, right, Kol.objects.select_related("owner", "main_field"))
    if kol.stage != Stage.DEPARTED:
        if request.method == "POST":
            return _shown(request, kol, problem=_("They are back already: nothing was saved."), status=409)
        raise Http404
    if request.method != "POST":
        return _shown(request, kol)
    form = LookAgainForm(request.POST)
    if not form.is_valid():
        return _shown(request, kol, form=form, status=422)
    try:
        stay = verbs.put_off(page_actor(request), kol, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _shown(request, kol, form=form, status=422)
    except (Conflict, Refused):
        problem = _(
            "Somebody changed this file meanwhile. Nothing was saved; what you typed is kept. Look again."
        )
        kol.refresh_from_db()
        return _shown(request, kol, form=form.on_version(kol.version), problem=problem, status=409)
    if not request.htmx:
        return redirect("lifecycle:look-again", kol.pk)
    words = _("Looked at again on %(day)s.") % {
        "day": evidence.day_words(stay.look_again_on, installation_day(timezone.now()))
    }
    kol.refresh_from_db(fields=["version"])
    return toast(_shown(request, kol), words)


def _shown(request: HttpRequest, kol: Kol, *, form=None, problem: str = "", status: int = 200):
    day = installation_day(timezone.now())
    stay = Stay.objects.select_related("entered_by__user").get(kol=kol, until=None)
    move = stay.entered_by
    context = {
        "kol": kol,
        "stay": stay,
        "move": move,
        "day": day,
        "why": why_again(stay, day) if stay.stage == Stage.DEPARTED else "",
        "known": evidence.standing(kol, day),
        "may_edit": may(request.user, kol, EDIT) and stay.stage == Stage.DEPARTED,
        "form": form
        or LookAgainForm(initial={"version": kol.version, "look_again_on": look_again_default(day)}),
        "problem": problem,
    }
    template = "lifecycle/look_again/_detail.html" if request.htmx else "lifecycle/look_again/page.html"
    return render(request, template, context, status=status)
