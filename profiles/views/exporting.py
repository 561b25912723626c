"""Exports: asked for from the list, made in the background, fetched by their maker (UI, screen 2)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from kol_crm.core import handing_out, lists
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from kol_crm.core.views.work import context as work_context
from profiles.export_filters import ExportFilter
from profiles.exporting import asking
from profiles.forms.bulk import Chosen
from profiles.forms.exporting import ExportForm
from profiles.models import Export
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, exports

# Not among the registered lists: of their people's exports managers see only those with contacts in clear.
EXPORTS = ListSpec(
    name="exports",
    rows=Export.objects.visible_to,
    prepare=lambda rows: rows.for_list(),
    filterset=ExportFilter,
    sorts=(Sort("at", "at", gettext_lazy("Asked"), descending_first=True),),
    default_sort="-at",
    columns=(
        Column("name", gettext_lazy("File"), css="col-kol"),
        Column("state", gettext_lazy("State"), css="col-stage"),
        Column("rows", gettext_lazy("Rows"), css="col-score", right=True),
        Column("contacts", gettext_lazy("Contact data"), css="col-fields"),
        Column("user", pgettext_lazy("exports", "By"), css="col-owner"),
        Column("at", gettext_lazy("Asked"), sort="at", css="col-due", right=True),
        Column("until", gettext_lazy("Kept until"), css="col-touch", right=True),
        Column("file", "", css="col-stage", right=True),
    ),
    template="profiles/export/list.html",
    rows_template="profiles/export/_rows.html",
)
REFUSAL = gettext_lazy("Only who made an export gets its file.")


def export_or_404(user, pk: UUID, action: str = VIEW) -> Export:
    return access.row_or_404(Export.objects.for_list(), user, pk, action, str(REFUSAL))


@require_safe
def export_list(request: HttpRequest):
    """One's own, and for managers those of their teams with contacts in clear."""
    above = exports.may_export_in_clear(request.user)

    def context(listing) -> dict:
        clear = "in_clear" in listing.filterset.active
        tabs = [
            {"label": _("All"), "url": request.path, "active": not clear},
            {
                "label": _("Contact data in clear"),
                "url": f"{request.path}?in_clear=true",
                "active": clear,
            },
        ]
        return {"tabs": tabs if above else []}

    return lists.render_list(request, EXPORTS, context)


@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request):
    """The panel that asks how; with ``start`` it is checked and put to work.

    The address says which list, as the list's own does; the body which rows are ticked.
    """
    exports.demand(request.user, in_clear=False)
    chosen = Chosen(_given(request.POST))
    if not chosen.is_valid():
        return toast(HttpResponse(status=400), _("Tick the files first."), kind="bad")
    may_in_clear = exports.may_export_in_clear(request.user)
    if "start" not in request.POST:
        return _panel(request, chosen, ExportForm(may_in_clear=may_in_clear))
    form = ExportForm(request.POST, may_in_clear=may_in_clear)
    if form.is_valid():
        values = form.cleaned_data
        try:
            export = exports.start(
                page_actor(request),
                request.GET,
                values["format"],
                ids=_ids(chosen),
                in_clear=values.get("in_clear", False),
                reason=values.get("reason", ""),
            )
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                form.add_error(name if name in form.fields else None, messages)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            if not request.htmx:
                return go_on(request, reverse("profiles:export-list"), _("The export is being made."))
            return _progress(request, export)
    return _panel(request, chosen, form, status=422)


def _given(data) -> dict:
    """The boxes of the list, or the ids that the panel holds."""
    given = data.dict()
    if "ids" not in data:
        given["ids"] = ",".join(data.getlist("kol"))
    given["filter"] = ""
    return given


def _ids(chosen: Chosen) -> list[UUID] | None:
    """None: all that the list finds."""
    return None if chosen.cleaned_data["all"] else chosen.cleaned_data["ids"] or None


def _panel(request, chosen: Chosen, form: ExportForm, *, status: int = 200):
    ids, total = _ids(chosen), ""
    try:
        found = asking.listing(request.GET, request.user, timezone.now())
        total = found.total_text
    except ValidationError as error:
        if not form.is_bound:
            form = ExportForm({}, may_in_clear="in_clear" in form.fields)
            form.errors.clear()
            status = 422
        form.add_error(None, [message for messages in error.message_dict.values() for message in messages])
    context = {
        "form": form,
        "given": {"ids": ",".join(map(str, ids or ())), "all": "" if ids else "1"},
        "count": len(ids) if ids else None,
        "total": total,
        "address": request.get_full_path(),
    }
    template = "profiles/export/_form.html" if request.htmx else "profiles/export/new.html"
    return render(request, template, context, status=status)


@require_GET
def export_state(request, pk: UUID):
    """How far it is, in the panel; over, it says so in a toast."""
    export = export_or_404(request.user, pk, EDIT)
    answer = _progress(request, export)
    if export.work.is_open:
        return answer
    context = work_context(export.work)
    return toast(answer, context["words"] or _("The export ended."), kind="ok" if export.is_ready else "bad")


def _progress(request, export: Export):
    return render(request, "profiles/export/_state.html", {"export": export} | work_context(export.work))


@require_safe
def export_file(request, pk: UUID):
    """The file, to its maker alone."""
    export = export_or_404(request.user, pk, EDIT)
    try:
        return handing_out.download(exports.opened(page_actor(request), export))
    except Refused as refusal:
        return go_on(request, reverse("profiles:export-list"), refusal.message, error=True)


@require_POST
def export_again(request, pk: UUID):
    """The same once more, with the rows and rights of now."""
    export = export_or_404(request.user, pk, EDIT)
    url = reverse("profiles:export-list")
    try:
        exports.again(page_actor(request), export)
    except ValidationError as error:
        return go_on(request, url, " ".join(error.messages), error=True)
    except PermissionDenied as refusal:
        return go_on(request, url, str(refusal), error=True)
    except Refused as refusal:
        return go_on(request, url, refusal.message, error=True)
    return go_on(request, url, _("The export is being made."))
