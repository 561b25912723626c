"""Coverage on one page, and the list of KOLs whom nobody covers (DOMAIN 5.7)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kol_crm.core import lists
from lifecycle import coverage, due_coverage
from lifecycle.community_lists import UNCOVERED
from lifecycle.days import installation_day
from profiles.services import access

FIRST = 10


@require_safe
def page(request):
    """Who is not looked after, who has too much to look after, who is away without a deputy."""
    if not access.may_create(request.user):
        raise PermissionDenied(_("You do not work with files."))
    rows = coverage.uncovered(request.user)
    number, day = rows.count(), installation_day(timezone.now())
    loads, gaps = coverage.overloaded(request.user), coverage.gaps(request.user, day)
    context = {
        "number": number,
        "first": list(rows.for_list().order_by("stage_since", "pk")[:FIRST]),
        "loads": [{"load": load, "url": _files_of(load.user)} for load in loads],
        "gaps": gaps,
        "finding": coverage.summary(number, loads, gaps),
        "whole": not (number or loads or gaps),
    }
    return render(request, "lifecycle/coverage/page.html", context)


@require_safe
def today(request):
    """What Today shows of it: the own files, and for a manager the people. Without the script: the page."""
    if not access.may_create(request.user):
        raise PermissionDenied(_("You do not work with files."))
    if not request.htmx:
        return redirect("lifecycle:coverage")
    day, is_manager = installation_day(timezone.now()), request.user.is_manager
    context = {
        "finding": due_coverage.told(request.user, day),
        "first": list(
            due_coverage.own_uncovered(request.user).for_list().order_by("stage_since", "pk")[:FIRST]
        ),
        "loads": coverage.overloaded(request.user) if is_manager else [],
        "gaps": coverage.gaps(request.user, day) if is_manager else [],
    }
    return render(request, "lifecycle/coverage/_today.html", context)


def _files_of(owner) -> str:
    return f"{reverse('profiles:kol-list')}?{urlencode({'owner': owner.username})}"


@require_safe
def uncovered(request):
    return lists.render_list(request, UNCOVERED)
