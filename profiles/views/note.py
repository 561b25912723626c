"""Notes of a file: noting one, changing it, settling it, and the part that Today shows (DOMAIN 3.9, 3.11)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from profiles import facts, note_words
from profiles.models import Kol, PartialDate, Request, Tie, Touch
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access, tie
from profiles.services import request as requests
from profiles.views import side
from profiles.views.note_kinds import KINDS, REMOVE, NoteKind, Step

LATEST = 3
TODAY = "today"
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def create(request, pk: UUID, kind: str):
    """Note one on the file ``pk``."""
    known = _kind(kind)
    kol = access.kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("team"))
    form = known.form(request.POST if request.method == "POST" else None, kol=kol, user=request.user)

    def act(_values):
        return known.verbs.add(page_actor(request), kol, form.facts())

    return side.answer(request, kol, form, act, title=known.new, done=known.noted)


@require_http_methods(METHODS)
def edit(request, kind: str, note: UUID):
    """Change one on the version that the form showed."""
    known = _kind(kind)
    row = _note(request.user, known, note, EDIT)
    form = known.form(
        request.POST if request.method == "POST" else None,
        kol=row.kol,
        user=request.user,
        initial=known.initial(row),
    )

    def act(values):
        return known.verbs.edit(page_actor(request), row, form.facts(), values["version"])

    return side.answer(request, row.kol, form, act, title=known.label, done=_("Saved."))


@require_safe
def detail(request, kind: str, note: UUID):
    """One note with what may be done to it: beside the queue of Today, or as a page."""
    known = _kind(kind)
    return _detail(request, known, _note(request.user, known, note))


@require_http_methods(METHODS)
def step(request, kind: str, note: UUID, step: str):
    """One step: posted at once where there is nothing to write, else with its form at the right."""
    known = _kind(kind)
    chosen = known.steps.get(step)
    if chosen is None:
        raise Http404
    row = _note(request.user, known, note, step=step)
    if chosen.form is not None:
        return _written(request, known, row, chosen, step)
    if request.method != "POST":
        return _detail(request, known, row)
    try:
        chosen.act(page_actor(request), row)
    except Refused as refused:
        return _refused(request, row, refused)
    return _done(request, known, row, chosen)


def _written(request, known: NoteKind, row, chosen: Step, name: str):
    """A step with something to write: on Today in the detail, elsewhere in the panel at the right."""
    data = request.POST if request.method == "POST" else None
    form = chosen.form(data, kol=row.kol, user=request.user)
    if request.POST.get("place") != TODAY:
        return side.answer(
            request,
            row.kol,
            form,
            lambda values: _act(request, row, chosen, values),
            title=chosen.label,
            note=str(row),
            save=chosen.label,
            done=chosen.done,
        )
    if not form.is_valid():
        return _detail(request, known, row, status=422, typed={name: form})
    try:
        _act(request, row, chosen, form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _detail(request, known, row, status=422, typed={name: form})
    except Refused as refused:
        return _refused(request, row, refused)
    return _done(request, known, row, chosen)


def _act(request, row, chosen: Step, values: dict[str, Any]):
    words = {"answer": "words"}  # what the verb calls otherwise than the form
    return chosen.act(
        page_actor(request), row, **{words.get(name, name): value for name, value in values.items()}
    )


def _kind(key: str) -> NoteKind:
    if key not in KINDS:
        raise Http404
    return KINDS[key]


def _note(user, known: NoteKind, pk: UUID, action: str = VIEW, *, step: str = "") -> Any:
    """The note, if ``user`` may do it: 404 unless visible. Whoever took a request answers it."""
    rows = known.model.objects.select_related("kol__owner", "kol__team", "kol__main_field", "author")
    refusal = _("You may see this file but not do this.")
    row = access.row_or_404(rows, user, pk, action, refusal)
    if step and not _may_step(user, row, step):
        raise PermissionDenied(refusal)
    return row


def _may_step(user, row, step: str) -> bool:
    if isinstance(row, Request) and step != REMOVE:
        return requests.may_answer(user, row)
    return access.may(user, row.kol, EDIT)


def _refused(request, row, refused: Refused):
    if request.htmx:
        return toast(HttpResponse(status=409), refused.message, kind="bad")
    return go_on(request, _file_url(row), refused.message, error=True)


def _done(request, known: NoteKind, row, chosen: Step):
    undo = chosen.undo and reverse(
        "profiles:note-step", kwargs={"kind": known.key, "note": row.pk, "step": chosen.undo}
    )
    if not request.htmx:
        return go_on(request, _file_url(row), chosen.done, undo_url=undo)
    return toast(HttpResponse(status=204), chosen.done, undo_url=undo, kol_changed={})


def _file_url(row) -> str:
    return reverse("profiles:kol-detail", args=[row.kol_id])


def _detail(request, known: NoteKind, row, *, status: int = 200, typed=None):
    kol, now = row.kol, timezone.localtime()
    settled = not getattr(row, "is_open", True)
    steps = [
        {
            "name": name,
            "step": one,
            "form": one.form and ((typed or {}).get(name) or one.form(kol=kol, user=request.user)),
        }
        for name, one in known.steps.items()
        if (one.of_settled if settled else one.of_open) and _may_step(request.user, row, name)
    ]
    context = {
        "known": known,
        "note": row,
        "kol": kol,
        "day": now.date(),
        "due": getattr(row, "due_on", None) or getattr(row, "next_on", None),
        "settled": settled,
        "when": note_words.when(row) if isinstance(row, PartialDate) else "",
        "other": row.other if isinstance(row, Tie) and _sees_other(request.user, row) else None,
        "steps": steps,
        "may_edit": access.may(request.user, kol, EDIT),
        "latest": list(Touch.objects.filter(kol=kol).standing().order_by("-at", "-id")[:LATEST]),
        "rows": [one for one in (facts.row(kol, fact, now) for fact in facts.PERSONAL) if one.shown],
    }
    template = "profiles/note/_detail.html" if request.htmx else "profiles/note/detail.html"
    return render(request, template, context, status=status)


def _sees_other(user, row: Tie) -> bool:
    return row.other_id is not None and tie.sees(user, row.other_id)
