"""The way into the Settings area."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from kol_crm.core import first_steps, rights, settings_pages


@require_safe
def home(request):
    """To the first steps while some are left, else to the first page that the reader has."""
    if rights.edits_policy(request.user) and first_steps.open_steps():
        return redirect("settings:start")
    page = next(settings_pages.pages_of(request.user), None)
    if page is None:
        raise Http404
    return redirect(page.url)
