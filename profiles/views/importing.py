"""The wizard: upload, columns, preview, run, result, undo (UI, screen 9)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from kol_crm.core.views.work import context as work_context
from profiles.forms.importing import ChoicesForm, UploadForm
from profiles.import_filters import ImportFilter
from profiles.models import Import
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, import_twins, imports
from profiles.services import import_errors as errors
from profiles.views import import_rows

State = Import.State
IMPORTS = lists.register(
    ListSpec(
        name="imports",
        rows=Import.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ImportFilter,
        sorts=(Sort("at", "at", gettext_lazy("Uploaded"), descending_first=True),),
        default_sort="-at",
        columns=(
            Column("name", gettext_lazy("File"), css="col-kol"),
            Column("state", gettext_lazy("State"), css="col-stage"),
            Column("rows", gettext_lazy("Rows"), css="col-score", right=True),
            Column("counts", gettext_lazy("What came of it"), css="col-fields"),
            Column("user", gettext_lazy("By"), css="col-owner"),
            Column("at", gettext_lazy("Uploaded"), sort="at", css="col-touch", right=True),
        ),
        template="profiles/import/list.html",
        rows_template="profiles/import/_list_rows.html",
    )
)
REFUSAL = gettext_lazy("Only whose file it is may do this.")


def import_or_404(user, pk: UUID, action: str = VIEW) -> Import:
    rows = Import.objects.select_related("user", "work", "file", "owner")
    return access.row_or_404(rows, user, pk, action, str(REFUSAL))


@require_safe
def import_list(request: HttpRequest):
    return lists.render_list(
        request, IMPORTS, lambda _listing: {"may_import": access.may_create(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request):
    """The file and its platform."""
    if not access.may_create(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imported = imports.upload(
                page_actor(request), file.name, file.chunks(), form.cleaned_data["platform"]
            )
        except ValidationError as error:
            form.add_error(None if "as" in error.message_dict else "file", error.messages)
        else:
            return go_on(request, _url(imported), _("Read. Look at the columns."))
    return render(request, "profiles/import/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def import_detail(request, pk: UUID):
    """The step at which the import stands: columns, progress, preview or result."""
    imported = import_or_404(request.user, pk)
    mine = imported.user == request.user
    context = {"imported": imported, "mine": mine, "step": _step(imported)}
    if imported.works:
        return render(request, "profiles/import/working.html", context | work_context(imported.work))
    if imported.is_open and (imported.state != State.PREVIEW or "columns" in request.GET):
        form = ChoicesForm(imported=imported, user=imported.user)
        return render(request, "profiles/import/columns.html", context | {"form": form})
    return render(
        request, "profiles/import/preview.html", context | import_rows.preview(request, imported, mine=mine)
    )


@require_safe
def import_progress(request, pk: UUID):
    """The part that asks again every second; once the work is over the page comes afresh."""
    imported = import_or_404(request.user, pk)
    if not imported.works:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(
        request, "profiles/import/_working.html", {"imported": imported} | work_context(imported.work)
    )


@require_POST
def import_columns(request, pk: UUID):
    """What the columns mean and how it is written; then every row is checked."""
    imported = import_or_404(request.user, pk, EDIT)
    form = ChoicesForm(request.POST, imported=imported, user=request.user)
    if form.is_valid():
        actor = page_actor(request)
        choices = form.choices()
        choices["by_hand"] = {**imported.by_hand, **choices["by_hand"]}
        try:
            imports.check(actor, imports.choose(actor, imported, choices))
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                form.add_error(field if field in form.fields else None, messages)
        except Refused as refusal:
            return go_on(request, _url(imported), refusal.message, error=True)
        else:
            return go_on(request, _url(imported), _("The rows are being checked."))
    context = {"imported": imported, "mine": True, "step": 2, "form": form}
    return render(request, "profiles/import/columns.html", context, status=422)


@require_POST
def import_mend(request, pk: UUID):
    """Cells as they should read, rows to leave out; then every row is checked again."""
    imported = import_or_404(request.user, pk, EDIT)
    cells: dict[int, dict[int, str]] = {}
    decisions: dict[str, str] = {}
    for name, text in request.POST.items():
        kind, _dash, place = name.partition("-")
        number, _dash, index = place.partition("-")
        if kind == "decide" and (place.isdecimal() or place == import_twins.ALL):
            decisions[place] = text
        if kind == "cell" and number.isdecimal() and index.isdecimal() and text.strip():
            cells.setdefault(int(number), {})[int(index)] = text.strip()
    shown = {int(number) for number in request.POST.getlist("shown") if number.isdecimal()}
    ticked = {int(number) for number in request.POST.getlist("drop") if number.isdecimal()}
    dropped = (set(imported.dropped) - shown) | ticked
    try:
        imports.mend(page_actor(request), imported, cells, dropped, decisions)
    except ValidationError as error:
        return go_on(request, _url(imported), " ".join(error.messages), error=True)
    except Refused as refusal:
        return go_on(request, _url(imported), refusal.message, error=True)
    return go_on(request, _url(imported), _("Everything is checked again."))


@require_POST
def import_tell(request, pk: UUID):
    """Tell whose file a row may be of that the importer does not see; no id leaves (DOMAIN 2.2)."""
    imported = import_or_404(request.user, pk, EDIT)
    number = request.POST.get("number", "")
    words = import_twins.tell(page_actor(request), imported, int(number)) if number.isdecimal() else []
    if not words:
        return HttpResponse(status=204)
    said = _("They were told. Wait for their answer before you create the file.")
    return toast(HttpResponse(status=204), said)


@require_POST
def import_run(request, pk: UUID):
    """Take the rows in, or go on with a run that was stopped."""
    imported = import_or_404(request.user, pk, EDIT)
    return _do(request, imported, imports.run, _("The rows are being taken in."))


@require_POST
def import_undo(request, pk: UUID):
    imported = import_or_404(request.user, pk)
    return _do(request, imported, imports.undo, _("The import is being undone."))


@require_safe
def import_errors(request, pk: UUID):
    """The rows that were not taken in, as they stand in the file, with the reason."""
    imported = import_or_404(request.user, pk, EDIT)
    file = errors.written(page_actor(request), imported)
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="errors-{imported.pk.hex[-6:]}.{file.ending}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _do(request, imported: Import, verb, words: str):
    try:
        verb(page_actor(request), imported)
    except ValidationError as error:
        return go_on(request, _url(imported), " ".join(error.messages), error=True)
    except Refused as refusal:
        return go_on(request, _url(imported), refusal.message, error=True)
    return go_on(request, _url(imported), words)


def _url(imported: Import) -> str:
    return reverse("profiles:import", args=[imported.pk])


def _step(imported: Import) -> int:
    if imported.state == State.COLUMNS:
        return 2
    return 3 if imported.is_open else 4
