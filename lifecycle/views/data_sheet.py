"""Data sheets of a file: taking one out, and the PDF of each that was (DOMAIN 5.5)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle import data_sheet_pdf
from lifecycle.first_words import language_of
from lifecycle.forms.data_sheet import SheetEditor
from lifecycle.models import DataSheet
from lifecycle.services import data_sheet as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def of_file(request, pk: UUID):
    """Those taken out so far; POST takes out one more and goes on to its PDF."""
    asked = EDIT if request.method == "POST" else VIEW
    kol = kol_or_404(request.user, pk, asked, Kol.objects.select_related("owner", "main_field"))
    if request.method != "POST":
        return _show(request, kol)
    editor = SheetEditor(request.POST)
    if not editor.is_valid():
        return _show(request, kol, editor=editor, status=422)
    try:
        made = verbs.make(page_actor(request), kol, **editor.values)
    except ValidationError as error:
        editor.add_error(error)
        return _show(request, kol, editor=editor, status=422)
    except Refused as refused:
        return _show(request, kol, editor=editor, problem=refused.message, status=409)
    return redirect("lifecycle:data-sheet-pdf", made.pk)


@require_safe
def pdf(request, pk: UUID):
    rows = DataSheet.objects.select_related("kol")
    return answer(row_or_404(rows, request.user, pk, VIEW, _("You may see this file but not do this.")))


def answer(row: DataSheet) -> HttpResponse:
    """The PDF, kept nowhere on its way."""
    found = HttpResponse(data_sheet_pdf.render(row), content_type="application/pdf")
    found["Content-Disposition"] = f'inline; filename="data-sheet-{row.content["day"]}.pdf"'
    found["Cache-Control"] = "no-store, private"
    found["X-Content-Type-Options"] = "nosniff"
    return found


def _show(request, kol: Kol, *, editor=None, problem="", status=200):
    context = {
        "kol": kol,
        "sheets": list(DataSheet.objects.filter(kol=kol).select_related("user")[:10]),
        "editor": editor or SheetEditor(kol=kol, language=language_of(kol)),
        "may_edit": may(request.user, kol, EDIT),
        "problem": problem,
    }
    part = "lifecycle/data_sheet/_panel.html" if request.htmx else "lifecycle/data_sheet/page.html"
    return render(request, part, context, status=status)
