"""Editing many files at once: what is changed, how far it is, what came of it, and back (UI, screen 2)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from kol_crm.core.list_address import without_place
from kol_crm.core.models import Work
from kol_crm.core.views.work import context as work_context
from kol_crm.core.views.work import own_work
from profiles.changes import KOL, field_words
from profiles.forms.bulk import BulkForm, Chosen, tags_of
from profiles.models import Kol
from profiles.models.querysets import TRASH
from profiles.services import agency, bulk_work


@require_POST
def edit(request):
    """The panel with the widgets; with ``start`` it is checked and put to work."""
    chosen = Chosen(_given(request.POST))
    if not chosen.is_valid() or not (chosen.cleaned_data["ids"] or chosen.cleaned_data["all"]):
        return toast(HttpResponse(status=400), _("Tick the files first."), kind="bad")
    actor = page_actor(request)
    ids, query = chosen.cleaned_data["ids"], chosen.query
    files = Kol.objects.visible_to(request.user).filter(pk__in=ids) if query is None else None
    tags = tags_of(request.user, files)
    if "start" not in request.POST:
        return _panel(request, chosen, BulkForm(user=request.user, tags=tags))
    form = BulkForm(request.POST, user=request.user, tags=tags)
    if not form.is_valid():
        return _panel(request, chosen, form, status=422)
    try:
        changes = form.changes(lambda name: agency.named(actor, name))
        work = bulk_work.start(actor, changes, ids=ids, query=query)
    except ValidationError as error:
        for name, messages in _by_field(error).items():
            form.add_error(
                {"tags_add": "tags_new"}.get(name, name if name in form.fields else None), messages
            )
        return _panel(request, chosen, form, status=422)
    return _progress(request, work)


def _given(data):
    """The boxes of the list, or the ids that the panel holds."""
    given = data.dict()
    if "ids" not in data:
        given["ids"] = ",".join(data.getlist("kol"))
    given["filter"] = without_place(given.get("filter", ""))
    return given


def _by_field(error: ValidationError) -> dict:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _panel(request, chosen: Chosen, form: BulkForm, *, status: int = 200):
    count = None if chosen.cleaned_data["all"] else len(chosen.cleaned_data["ids"])
    if count is None:
        count = bulk_work.matching(page_actor(request), chosen.query).count()
    context = {"form": form, "chosen": chosen, "count": count, "given": _given(request.POST)}
    return render(request, "profiles/bulk/_form.html", context, status=status)


@require_GET
def state(request, pk: UUID):
    """How far it is; over, it says what came of it, with the way back in the toast."""
    work = own_work(request.user, pk)
    answer = _progress(request, work)
    if work.is_open:
        return answer
    undo = reverse("profiles:bulk-undo", args=[work.pk]) if _may_undo(work) else ""
    kind = "ok" if work.state == Work.State.DONE else "bad"
    return toast(answer, bulk_work.words(work), kind=kind, undo_url=undo, rows_changed=True)


def _progress(request, work: Work):
    return render(request, "profiles/bulk/_state.html", work_context(work))


def _may_undo(work: Work) -> bool:
    if work.kind != bulk_work.EDIT or work.is_open or not work.counts.get("changed"):
        return False
    return bulk_work.undoing(work) is None


@require_GET
def result(request, pk: UUID):
    """What came of it, with the files that were left."""
    work = own_work(request.user, pk)
    context = work_context(work) | {"may_undo": _may_undo(work)} | _left(request.user, work)
    return render(request, "profiles/bulk/result.html", context)


def _left(user, work: Work) -> dict:
    """The files not touched and the values left, by name where the reader may see the file."""
    left = dict(work.counts.get("left_fields", []))
    refused = work.counts.get("refused_ids", [])
    ids = [*left, *refused]
    known = {
        str(kol.pk): kol
        for action in ("view", TRASH)
        for kol in Kol.objects.visible_to(user, action).filter(pk__in=ids)
    }
    return {
        "refused": [known[one] for one in refused if one in known],
        "left": [
            {"kol": known[one], "fields": [field_words(KOL, name) for name in names]}
            for one, names in left.items()
            if one in known
        ],
    }


@require_POST
def undo(request, pk: UUID):
    """Take the whole job back; values changed since stay."""
    work = own_work(request.user, pk)
    try:
        undone = bulk_work.undo(page_actor(request), work)
    except Refused as refused:
        return go_on(request, bulk_work.url(work), refused.message, error=True)
    return go_on(request, bulk_work.url(undone), _("Undoing."))
