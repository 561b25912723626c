"""Rows pasted from a spreadsheet: looked at first, mended in place, then taken in (DOMAIN 3.4, 3.5)."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from profiles.forms.paste import PasteForm, cells_of, grid_in
from profiles.importing.paste import Grid
from profiles.models import Account, Kol
from profiles.models.querysets import EDIT
from profiles.services import pasting
from profiles.services.access import kol_or_404, may_create
from profiles.services.pasting import CHANGED, NEW, UNCHANGED, Preview

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def of_account(request, pk: UUID, account: UUID):
    """Rows of one account: days by figures, or the other way round."""
    kol = kol_or_404(request.user, pk, EDIT)
    row = kol.accounts.filter(pk=account).first()
    if row is None:
        raise Http404

    def look(grid: Grid, form: PasteForm) -> Preview:
        return pasting.of_account(grid, row, request.user, timezone.localdate(), **form.how)

    back = reverse("profiles:kol-performance", args=[kol.pk])
    return _answer(request, look, back, kol=kol, account=row)


@require_http_methods(METHODS)
def of_many(request):
    """Rows of many accounts, each named by its link, id or handle, or by its KOL's name."""
    if not may_create(request.user):
        raise PermissionDenied

    def look(grid: Grid, form: PasteForm) -> Preview:
        return pasting.of_many(grid, request.user, timezone.localdate(), **form.how)

    return _answer(request, look, reverse("profiles:figures-to-refresh"))


def _answer(
    request,
    look: Callable[[Grid, PasteForm], Preview],
    back: str,
    *,
    kol: Kol | None = None,
    account: Account | None = None,
):
    """GET the empty box; POST with ``step=save`` takes in, any other POST shows what would happen."""
    context = {"kol": kol, "account": account, "back": back}
    if request.method != "POST":
        return render(request, "profiles/figures/paste.html", {**context, "form": PasteForm()})
    form = PasteForm(request.POST)
    preview = look(grid_in(request.POST), form) if form.is_valid() else None
    if preview is None or preview.pasted.whole:
        if preview is not None:
            form.add_error("text", preview.pasted.whole)
        return _show(request, context, form, preview, status=422)
    if request.POST.get("step") != "save":
        return _show(request, context, form, preview)
    try:
        recorded = pasting.take_in(page_actor(request), preview)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, context, form, preview, status=422)
    return go_on(request, back, _words(len(recorded.added), recorded.unchanged))


def _words(added: int, unchanged: int) -> str:
    words = ngettext("%(n)d figure is in.", "%(n)d figures are in.", added) % {"n": added}
    if unchanged:
        words += " " + ngettext("%(n)d was known.", "%(n)d were known.", unchanged) % {"n": unchanged}
    return words


def _show(request, context: dict, form: PasteForm, preview: Preview | None, status: int = 200):
    shown = preview is not None and bool(preview.pasted.grid)
    if preview is not None and shown:
        grid = preview.pasted.grid
        context |= {
            "rows": cells_of(preview),
            "height": len(grid),
            "width": len(grid[0]),
            "columns": range(len(grid[0])),
            "counts": [
                (_("new"), preview.count(NEW), "ok"),
                (_("changed"), preview.count(CHANGED), "warn"),
                (_("unchanged"), preview.count(UNCHANGED), ""),
                (_("to mend"), len(preview.pasted.problems), "bad"),
            ],
            "is_clean": preview.is_clean,
        }
    template = "profiles/figures/paste.html"
    return render(request, template, {**context, "form": form}, status=status)
